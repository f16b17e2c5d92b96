"""Questions about who works where. Selectors of rows take the audience first; columns are for the compiler alone."""
