"""Charts as geometry: numbers in, places of lines and words in an SVG out. Pure; templates/charts draws them.

Colours and fonts are the style sheet's. Each chart carries its numbers as rows, for the table beside it.
"""
