"""Whole cohorts in Parquet files: their data, the rules written by hand for engines, and one run in a process of its own."""
