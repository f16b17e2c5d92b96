"""This floor in the admin."""

from finance.admin import benefits, book_rows, books, costs, explain, overview, pools, rates

__all__ = ["benefits", "book_rows", "books", "costs", "explain", "overview", "pools", "rates"]
