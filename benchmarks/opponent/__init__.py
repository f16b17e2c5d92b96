"""The same books computed by DuckDB: SQL over the same rows, on every core of the machine."""
