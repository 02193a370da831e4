"""Files for participants, such as training annotations: kept from a folder, and given to whom they are for."""

import hashlib

from django.utils.translation import gettext as _

from competition.errors import Forbidden, NotFound
from competition.models import Competition, Handout, Membership, User
from competition.operations.ask_to_enter import refuse_unless_approved
from competition.operations.enter import has_accepted_terms


def write_handouts(competition: Competition, files: dict[str, bytes]) -> None:
    """Keep exactly these files: name → content."""
    competition.handouts.exclude(name__in=files).delete()
    known = fingerprints_of(competition)
    for name, content in files.items():
        digest = hashlib.sha256(content).hexdigest()
        if known.get(name) != digest:
            facts = {"content": content, "size": len(content), "sha256": digest}
            Handout.objects.update_or_create(competition=competition, name=name, defaults=facts)


def fingerprints_of(competition: Competition) -> dict[str, str]:
    """Name → SHA-256 of each file."""
    return dict(competition.handouts.values_list("name", "sha256"))


def handout_of(competition: Competition, name: str) -> Handout:
    """The file of that name."""
    handout = competition.handouts.filter(name=name).first()
    if handout is None:
        raise NotFound("not_found", _("This competition has no such file."))
    return handout


def refuse_unless_may_download(user: User, competition: Competition) -> None:
    """Where files are for those who have entered: say no to whom they are not for, and what to do.

    Entered, the present version of the terms accepted, and approved where organizers approve; organizers may always.
    """
    if not competition.files_need_entry or competition.is_organized_by(user):
        return
    if Membership.objects.of(user, competition) is None:
        raise Forbidden("not_entered", _("The files are for those who have entered: accept the terms and join a team."))
    if not has_accepted_terms(user, competition):
        raise Forbidden(
            "terms_not_accepted", _("The terms have a new version; read and accept it before you download.")
        )
    refuse_unless_approved(user, competition)
