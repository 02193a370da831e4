"""How fast files are scored, beside other programs that compute the same numbers."""
