"""Made-up exports in the form of VinDr Lab: two studies of one image each, reviewed by one reviewer."""

from typing import Any

from scoring.labels import ALL, GLOBAL

SOP = "1.2.840.113619.2.{}"
LABEL_IDS = {name: f"label-{number}" for number, name in enumerate(ALL)}


def label(name: str, **changes: Any) -> dict[str, Any]:
    impression = name in GLOBAL
    return {
        "id": LABEL_IDS.get(name, name),
        "type": "IMPRESSION" if impression else "FINDING",
        "scope": "IMAGE",
        "annotation_type": "TAG" if impression else "BOUNDING_BOX",
        "name": name,
        "short_name": name[:3],
        "parent_label_id": "",
        "color": "#ff0000",
        "creator_id": "p1",
        "created": 1,
        "label_group_id": "group-1",
        "sub_labels": None,
        "order": 1,
        **changes,
    }


def object_(number: int, kind: str = "IMAGE", study: str | None = None, **meta: Any) -> dict[str, Any]:
    study = study or f"study-{number}"
    uids = {
        "study_instance_uid": f"1.2.{study}",
        "series_instance_uid": f"1.3.{study}",
        "sop_instance_uid": SOP.format(number) if kind == "IMAGE" else "",
        "masked_study_instance_uid": "",
        "masked_series_instance_uid": "",
        "masked_sop_instance_uid": "",
        **meta,
    }
    id_ = f"{kind.lower()}-{number}"
    return {"id": id_, "created": 1, "type": kind, "project_id": "p", "study_id": study, "meta": uids}


def mark(number: int, of: int, *names: str, points: Any = None, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"mark-{number}",
        "object_id": f"image-{of}",
        "project_id": "p",
        "creator_id": "person-7",
        "creator_name": "Dr. Somebody",
        "description": "",
        "data": points,
        "type": "TAG" if points is None else "BOUNDING_BOX",
        "event": "CREATED",
        "created": 1,
        "meta": {},
        "label_ids": [LABEL_IDS[name] for name in names],
        "task_id": f"task-{of}",
        "study_id": f"study-{of}",
        **changes,
    }


def corners(x1: Any, y1: Any, x2: Any, y2: Any) -> list[dict[str, Any]]:
    return [{"x": x1, "y": y1}, {"x": x2, "y": y2}]


def export(**changes: Any) -> dict[str, Any]:
    """Image 1 has a nodule and a tumor, image 2 no finding; the box is drawn from the lower right."""
    return {
        "label_groups": [{"id": "group-1", "name": "VinDr-CXR"}],
        "labels": [label(name) for name in ALL],
        "objects": [object_(1), object_(1, "STUDY"), object_(2), object_(2, "STUDY")],
        "impression": [mark(1, 1, "Lung tumor"), mark(2, 2, "No finding")],
        "finding": [mark(3, 1, "Nodule/Mass", points=corners(200.5, 300, 100, 50))],
        "comments": [],
        "archives": [],
        "studies": [{"object_id": f"study-{n}", "code": f"S{n}", "status": "COMPLETED"} for n in (1, 2)],
        **changes,
    }
