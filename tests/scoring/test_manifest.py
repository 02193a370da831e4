import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.manifest import Manifest, read_manifest, write_manifest
from tests.scoring.faults_of import faults_of


def test_images_are_in_the_order_of_their_bytes() -> None:
    manifest = read_manifest("image_id\né\nb\nB\n\U0001f600\n\uffee\n".encode())

    assert manifest.image_ids == ("B", "b", "é", "\uffee", "\U0001f600")
    assert (manifest.widths, manifest.heights) == (None, None)
    assert manifest.index["é"] == 2


def test_sizes_follow_their_images_and_may_be_unknown() -> None:
    manifest = read_manifest(b"height,image_id,width\n20,b,10\n,a,\n30.5,c,1\n")

    assert manifest.image_ids == ("a", "b", "c")
    assert manifest.widths is not None
    assert manifest.heights is not None
    assert np.array_equal(manifest.widths, [np.nan, 10, 1], equal_nan=True)
    assert np.array_equal(manifest.heights, [np.nan, 20, 30.5], equal_nan=True)


@pytest.mark.parametrize(
    ("file", "faults"),
    [
        ("id\na\n", [("extra_column", 1, "id"), ("missing_column", 1, "image_id")]),
        ("image_id,width\na,1\n", [("missing_column", 1, "height")]),
        ("image_id,width,height,age\na,1,1,1\n", [("extra_column", 1, "age")]),
        ("image_id\na\nb\na\n", [("duplicate_image", 4, "image_id")]),
        ("image_id\na\n b\n", [("surrounding_blanks", 3, "image_id")]),
        ('image_id\na\n""\n', [("empty_cell", 3, "image_id")]),
        ("image_id\na\n\nb\n", [("blank_line", 3, None)]),
        ("image_id,width,height\na,0,10\n", [("out_of_range", 2, "width")]),
        ("image_id,width,height\na,10,x\n", [("bad_number", 2, "height")]),
        ("image_id\n", [("no_rows", None, None)]),
    ],
)
def test_each_fault_has_its_code_line_and_column(file: str, faults: list[tuple[str, int | None, str | None]]) -> None:
    assert faults_of(lambda: read_manifest(file.encode())) == faults


names = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=6).filter(
    lambda name: name == name.strip()
)
size = st.one_of(st.just(np.nan), st.floats(1, 1e6))


@given(st.dictionaries(names, st.tuples(size, size), min_size=1, max_size=8))
def test_a_manifest_that_is_written_is_read_again_as_it_was(images: dict[str, tuple[float, float]]) -> None:
    ids = tuple(sorted(images))
    sizes = np.array([images[image_id] for image_id in ids])
    for manifest in (Manifest(ids), Manifest(ids, sizes[:, 0], sizes[:, 1])):
        again = read_manifest(write_manifest(manifest))

        assert again.image_ids == manifest.image_ids
        for side in ("widths", "heights"):
            written, read = getattr(manifest, side), getattr(again, side)
            assert (written is None and read is None) or np.array_equal(written, read, equal_nan=True)
