"""This floor in the admin."""

from finance.admin import benefits, book_rows, books, costs, explain, overview, pools, promises, rates

__all__ = ["benefits", "book_rows", "books", "costs", "explain", "overview", "pools", "promises", "rates"]
