"""Traces as tables: documented columns, CSV, Parquet, and frames of pandas."""
