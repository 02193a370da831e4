"""Numbers are data here: a score has a point in every language, as in the files that are uploaded and downloaded."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
