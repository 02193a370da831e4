"""Reads, checks and scores chest X-ray predictions. Knows no server."""

METRIC_VERSION = "1.0.0"
