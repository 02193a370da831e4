"""The annotations of a VinDr Lab export: impressions, which are labels of an image, and findings, which are boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scoring.decimals import LARGEST_COORDINATE
from scoring.errors import Notice
from scoring.faults import Faults, shown
from scoring.json_node import Node
from scoring.vindr_lab_reviews import Reviews, chosen_notice
from scoring.vindr_lab_tables import Tables

_FORMS = ("TAG", "BOUNDING_BOX", "POLYGON", "MASK", "BOUNDING_BOX_3D")
_Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mark:
    """One label of one image, with its box if it is a finding."""

    image_id: str
    label: str
    box: _Box | None


@dataclass(frozen=True)
class Marks:
    """The marks that are kept, what is remarkable, and who has marked what."""

    kept: tuple[Mark, ...]
    notices: tuple[Notice, ...]
    reviews: Reviews


def read_marks(
    impression: Sequence[Node], finding: Sequence[Node], tables: Tables, review: str, faults: Faults
) -> Marks:
    """All marks of images that are kept; faults are added. review: the task or reviewer whose marks count, or empty."""
    found: list[tuple[str, list[Mark]]] = []
    seen: set[str] = set()
    reviews = Reviews(tables)
    others = deleted = 0
    for node in (*impression, *finding):
        if node.text("id") in seen:
            node.fault("duplicate_id", "id", "Another annotation has the same id.")
        seen.add(str(node.value.get("id")))
        if node.value.get("event") == "DELETED":
            deleted += 1
            continue
        marks, of_others = _marks(node, tables)
        others += of_others
        reviews.add(node)
        found.append((node.path, marks))
    out = reviews.left_out(review, faults)
    notices = chosen_notice(review, len(out))
    if others:
        notices.append(Notice("other_label", others, "Marks of labels that are none of the competition's; left out."))
    if deleted:
        notices.append(Notice("deleted", deleted, "Annotations that were deleted; left out."))
    return Marks(tuple(mark for path, marks in found if path not in out for mark in marks), tuple(notices), reviews)


def _marks(node: Node, tables: Tables) -> tuple[list[Mark], int]:
    """What an annotation says of an image that is kept, and how many labels it has that are none of those wanted."""
    is_box = node.path.startswith("finding")
    box = _box(node) if _has_form(node, "BOUNDING_BOX" if is_box else "TAG") and is_box else None
    labels, others = _labels(node, tables)
    image = _image(node, tables)
    if image is None or (box is not None) != is_box:
        return [], others
    return [Mark(image, label, box) for label in labels], others


def _has_form(node: Node, wanted: str) -> bool:
    """Findings are boxes and impressions tags; polygons, masks and boxes in space are no ground truth here."""
    form = node.one_of("type", _FORMS)
    if form and form != wanted:
        node.fault("unsupported_type", "type", f"{form} can't be taken here, only {wanted}.", form)
    if wanted == "TAG" and node.value.get("data") is not None:
        node.fault("bad_value", "data", "A tag has no coordinates; its data is null.")
    return form == wanted


def _labels(node: Node, tables: Tables) -> tuple[list[str], int]:
    """The names of the labels that are kept, each once, and how many others there are."""
    ids = dict.fromkeys(node.texts("label_ids"))
    if node.value.get("label_ids") in ([], None):
        node.fault("missing_label", "label_ids", "An annotation has at least one label.")
    for id_ in ids:
        if id_ not in tables.label_of:
            node.fault("unknown_label", "label_ids", f"There is no label {shown(id_)}.", id_)
    names = [tables.label_of.get(id_) for id_ in ids]
    return [name for name in dict.fromkeys(names) if name is not None], names.count(None)


def _image(node: Node, tables: Tables) -> str | None:
    """The image of an annotation; None for one that is left out, or with a fault where it can't be told."""
    id_ = node.text("object_id")
    if id_ and id_ not in tables.images_of:
        node.fault("unknown_object", "object_id", f"There is no object {shown(id_)}.", id_)
    images = tables.images_of.get(id_, ())
    if len(images) > 1:
        detail = f"The mark is of a study or series with {len(images)} images; mark the image that it is about."
        node.fault("several_images", "object_id", detail, id_)
        return None
    return images[0] if images else None


def _box(node: Node) -> _Box | None:
    """From two corners, drawn along any diagonal."""
    data = node.value.get("data")
    if not isinstance(data, list) or len(data) != 2 or not all(map(_is_point, data)):
        node.fault("bad_box", "data", 'A box is two points, [{"x": …, "y": …}, {"x": …, "y": …}], within ± 1,000,000.')
        return None
    (x1, x2), (y1, y2) = ([float(point[axis]) + 0.0 for point in data] for axis in "xy")
    box = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    if box[0] == box[2] or box[1] == box[3]:
        node.fault("degenerate_box", "data", "The box has no area.")
        return None
    return box


def _is_point(point: Any) -> bool:
    return isinstance(point, dict) and all(_is_coordinate(point.get(axis)) for axis in "xy")


def _is_coordinate(number: Any) -> bool:
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return is_number and abs(number) <= LARGEST_COORDINATE
