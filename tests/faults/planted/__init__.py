"""Faults that are planted into a copy of the project, one at a time, and the test that has to find each."""
