"""Vietnamese pages."""
