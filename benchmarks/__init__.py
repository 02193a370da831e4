"""Measurements whose tables stand in the documentation: speed, and how often intervals hold the truth."""
