"""The sealed labels and the sealed split are opened and compared with what was committed to. For workers only."""

from competition import vault
from competition.errors import Unavailable
from competition.models import AuditEvent, Competition, GroundTruth, Split


def verify_commitments(competition: Competition) -> list[str]:
    """A sentence for each box that does not hold what was committed to; none where all is as it was.

    Raises Unavailable where there is no private key.
    """
    broken = [
        f"Version {truth.version} of the ground truth is not what was committed to."
        for truth in GroundTruth.objects.filter(competition=competition, absent=False)
        .select_related("sealed")
        .order_by("version")
        if not _opens(truth)
    ]
    split = Split.objects.filter(competition=competition).select_related("sealed").first()
    events = AuditEvent.objects.filter(competition=competition, facts__has_key="split_commitment").order_by("number")
    written = events.values_list("facts", flat=True).first()
    committed = (written or {}).get("split_commitment")
    if split is not None and committed and vault.commitment_to_split(split.sealed.box) != committed:
        broken.append("The split is not what was committed to.")
    return broken


def _opens(truth: GroundTruth) -> bool:
    try:
        vault.open_labels(truth.sealed.box, truth.commitment)
    except Unavailable as refusal:
        if refusal.code != "broken_commitment":
            raise
        return False
    return True
