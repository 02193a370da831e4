"""The lines of a faulty file, as a page shows them."""

from scoring.errors import Problem
from scoring.quoted import BESIDE, OF_CELL, QuotedLine, quoted_lines


def problem(line, column):
    return Problem("some_code", line, column, None, "Something is wrong.")


def test_the_cell_of_the_column_is_marked_in_its_own_physical_line():
    content = b'\xef\xbb\xbfimage_id,class_name,score\r\na,"Mass, large",x\r\n\r\nb,Edema,2'

    quoted = quoted_lines(
        content, [problem(2, "class_name"), problem(2, "score"), problem(4, "score"), problem(None, "image_id")]
    )

    assert quoted == [
        QuotedLine("a,", '"Mass, large"', ",x"),
        QuotedLine('a,"Mass, large",', "x", ""),
        QuotedLine("b,Edema,", "2", ""),
        None,
    ]


def test_what_can_not_be_seen_is_written_as_an_escape():
    content = "image_id,score\na\u202eb\x00\u2028,\t5\n".encode() + b"\xff,1\n"

    first, second = quoted_lines(content, [problem(2, "score"), problem(3, "image_id")])

    assert first == QuotedLine("a\\u202eb\\x00\\u2028,", "→5", "")
    assert second == QuotedLine("", "\\xff", ",1")


def test_long_lines_are_cut_around_the_cell_and_lines_that_are_not_there_are_none():
    cell, filling = "y" * 500, ",".join(["x"] * 400)
    content = f"{','.join(f'c{nth}' for nth in range(400))},here,{filling}\n{filling},{cell},{filling}\n".encode()

    quoted, elsewhere, unknown, gone = quoted_lines(
        content, [problem(2, "here"), problem(2, None), problem(2, "no such column"), problem(9, "here")]
    )

    assert (len(quoted.before), len(quoted.marked), len(quoted.after)) == (BESIDE + 1, OF_CELL + 1, BESIDE + 1)
    assert (quoted.before[0], quoted.marked[-1], quoted.after[-1]) == ("…", "…", "…")
    assert elsewhere.marked == unknown.marked == ""
    assert gone is None
