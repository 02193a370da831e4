"""How numbers are written, where that differs from Django's own list for a language."""
