"""A board of many teams, filled in bulk and asked for over HTTP."""
