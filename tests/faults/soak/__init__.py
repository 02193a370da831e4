"""Steady load for hours: memory, open files and tables are watched, and the books."""
