"""All that reads a stranger's bytes, each with a good file."""

import json

import numpy as np

from scoring.convert import convert_coco, convert_kaggle
from scoring.manifest import Manifest, read_manifest
from scoring.predictions import SERVER_LIMITS, read_detections, read_probabilities
from scoring.readers import check_stages, read_readings
from scoring.truth import read_box_truth, read_groups, read_label_truth
from scoring.vindr_lab import convert_vindr_lab
from tests.scoring.exports import export

IMAGES = Manifest(("a", "b", "é"), np.array([100.0, np.nan, 50.0]), np.array([100.0, np.nan, 50.0]))
LABELS = ("Cardiomegaly", "Edema", "Mass, large")

_BOXES = """image_id,class_name,score,x_min,y_min,x_max,y_max
a,Edema,0.5,1,2,3,4
a,Cardiomegaly,1e-3,-5,2.25,300,4
é,"Mass, large",0,1,2,3,4
b,No finding,,,,,
"""
_STRINGS = "image_id,PredictionString\na,3 0.5 1 2 3 4 14 1 0 0 1 1\nb,\né,14 1 0 0 1 1\n"
_CHANCES = 'image_id,Cardiomegaly,Edema,"Mass, large"\na,0.5,0,1\nb,1e-3,.25,1\né,0,0,0\n'
_TRUE_LABELS = 'image_id,Cardiomegaly,Edema,"Mass, large"\na,1,0,1\nb,0,1,1\né,0,0,0\n'
_TRUE_BOXES = (
    'image_id,class_name,x_min,y_min,x_max,y_max\na,Edema,1,2,3,4\né,"Mass, large",1,2,3,4\nb,No finding,,,,\n'
)
_RESULTS = '[{"image_id": "a", "category_id": 3, "bbox": [10, 20, 30.5, 40], "score": 0.5}]'

_STAGES = "image_id,stage,rad_id\n" + "".join(
    f"{image},{stage},R{reader}\n" for image in "abé" for stage, reader in ((1, 1), (1, 2), (1, 3), (2, 4), (2, 5))
)
_READINGS = "image_id,rad_id,Edema\n" + "".join(
    f"{image},R{reader},{reader % 2}\n" for image in "abé" for reader in (1, 2, 3)
)
_EXPORT = json.dumps(export(), ensure_ascii=False)

_FORMS = (
    (lambda data: read_detections(data, manifest=IMAGES, labels=LABELS, limits=SERVER_LIMITS), _BOXES),
    (lambda data: read_detections(data, manifest=IMAGES, labels=None), _STRINGS),
    (lambda data: read_probabilities(data, manifest=IMAGES, labels=LABELS, limits=SERVER_LIMITS), _CHANCES),
    (lambda data: read_probabilities(data, manifest=IMAGES, labels=None), _CHANCES),
    (lambda data: convert_coco(data, manifest=IMAGES), _RESULTS),
    (lambda data: convert_kaggle(data, manifest=IMAGES), _STRINGS),
    (lambda data: read_box_truth(data, labels=LABELS), _TRUE_BOXES),
    (lambda data: read_label_truth(data, labels=LABELS), _TRUE_LABELS),
    (read_manifest, "image_id,width,height\na,100,100\nb,,\né,50,50\n"),
    (lambda data: read_groups(data, manifest=IMAGES), "image_id,group\na,1\nb,1\né,2\n"),
    (lambda data: check_stages(data, manifest=IMAGES), _STAGES),
    (lambda data: read_readings(data, labels=("Edema",), manifest=IMAGES), _READINGS),
    (lambda data: convert_vindr_lab(data, labels=("Nodule/Mass", "Lung tumor", "No finding")), _EXPORT),
)
READERS = [read for read, _ in _FORMS]
SEEDS = [good.encode() for _, good in _FORMS]
