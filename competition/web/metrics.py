"""How the pages name and explain a metric."""

from django.utils.translation import gettext_lazy as _

from scoring import parse_metric

NAMES = {
    "auroc": _("mean AUROC"),
    "voc2010": _("mAP at IoU > {iou}"),
    "voc2007": _("11-point mAP at IoU > {iou}"),
    "coco": _("COCO mAP"),
    "froc": "FROC",
}
MEANINGS = {
    "auroc": (
        _(
            "The area under the ROC curve of each label, averaged over the labels that count. "
            "0.5 is chance, 1 is perfect: it is the probability that an image with the finding "
            "gets a higher value than one without it."
        )
    ),
    "voc2010": (
        _(
            "Average precision of each label, averaged over the labels that count. A box is "
            "right when it overlaps a box of the consensus by an intersection over union above "
            "{iou}, each of those at most once; the average precision is the whole area under "
            "the precision-recall curve (PASCAL VOC 2010)."
        )
    ),
    "voc2007": (
        _(
            "Average precision of each label, averaged over the labels that count. A box is "
            "right when it overlaps a box of the consensus by an intersection over union above "
            "{iou}, each of those at most once; precision is averaged at 11 recalls (PASCAL VOC "
            "2007)."
        )
    ),
    "coco": (
        _(
            "Average precision of each label as COCO defines it, averaged over the labels that "
            "count and over the overlaps 0.50, 0.55, … 0.95."
        )
    ),
    "froc": (
        _(
            "Free-response ROC: the share of the consensus boxes that are found, averaged over "
            "seven rates from 1/8 to 8 false boxes per image, with the labels that count pooled."
        )
    ),
}


def metric_name(metric: str) -> str:
    """A few words for a heading, such as `mAP at IoU > 0.4`."""
    parsed = parse_metric(metric)
    return NAMES[parsed.protocol].format(iou=parsed.iou)


def metric_meaning(metric: str) -> str:
    """What the metric measures, in a sentence or two."""
    parsed = parse_metric(metric)
    return MEANINGS[parsed.protocol].format(iou=parsed.iou)
