"""Polars as engine: scans, expressions, ranks, and files written by itself."""
