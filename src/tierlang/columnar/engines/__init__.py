"""What computes columns: DuckDB, Polars, Spark."""
