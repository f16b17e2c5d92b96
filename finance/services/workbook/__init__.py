"""One's own data in one workbook: what its sheets are, reading it, taking it in, handing it back."""
