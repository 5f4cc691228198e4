"""Spark as engine: statements as text, tables as views, frames looked at where they are."""
