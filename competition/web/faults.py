"""What is wrong with a file, in general and by its code, in the reader's language.

`scoring` explains each fault in English, with the numbers and names of the file. Where a page speaks another language
it says the general sentence first, and the explanation stands below it as it came.
"""

from django.utils.translation import gettext_lazy as _

FAULTS = {
    "empty": _("The file is empty."),
    "binary_file": _("The file is not plain text, but an archive, an image or a table of another program."),
    "encoding": _("The file is not in UTF-8."),
    "nul_byte": _("The file holds a NUL byte."),
    "line_ending": _("The lines don't end as they must: with LF or CRLF."),
    "delimiter": _("The columns are not separated by commas."),
    "quote": _("A quotation mark is opened and never closed."),
    "not_csv": _("A row can't be read as CSV."),
    "row_too_long": _("A row is too long."),
    "file_too_large": _("The file is too large."),
    "too_many_rows": _("The file has too many rows."),
    "no_rows": _("The file has a header and no rows."),
    "blank_line": _("A line is blank."),
    "short_row": _("The row has too few cells."),
    "long_row": _("The row has too many cells."),
    "missing_column": _("A column is missing."),
    "extra_column": _("A column does not belong here."),
    "duplicate_column": _("A column is there twice."),
    "empty_cell": _("The cell is empty."),
    "surrounding_blanks": _("There are blanks around the value."),
    "unknown_image": _("The list of images has no such image."),
    "missing_image": _("An image of the list is missing."),
    "duplicate_image": _("The image is there more than once."),
    "unknown_class": _("The track has no such label."),
    "bad_number": _("This is not a plain decimal number."),
    "out_of_range": _("The number is out of range."),
    "degenerate_box": _("The box has no area: its first corner must be the upper left one."),
    "too_many_boxes": _("The image has too many boxes."),
    "duplicate_no_finding": _("The image has more than one row that says that there is no finding."),
    "no_finding_with_boxes": _("The image has boxes, and a row that says that there is no finding."),
    "no_finding_not_empty": _("A row without a finding must have an empty score and empty coordinates."),
    "bad_prediction_string": _("The predictions of the row are not whole groups of six values."),
}
NOTICES = {
    "few_distinct_values": _("Columns have very few different values."),
    "duplicate_rows": _("Boxes repeat others exactly; all are scored."),
    "normalised_coordinates": _("The coordinates look as if they were shares of the image, and not pixels."),
    "boxes_outside_image": _("Boxes leave their images; they are scored as they are."),
    "most_boxes_outside_image": _("Most boxes leave their images: perhaps the images were scaled."),
    "no_finding_dropped": _("Rows without a finding stood beside boxes and were left out."),
}


def fault_sentence(code: str) -> str:
    """The general sentence for the code of a fault or a notice; empty for a code that has none."""
    return str(FAULTS.get(code) or NOTICES.get(code) or "")
