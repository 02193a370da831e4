"""A rehearsal is thrown away whole: its rows and its files. Nothing but a rehearsal ever is."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from competition import storage
from competition.errors import Conflict
from competition.models import Competition, Submission, User
from competition.operations.audit import write_down


@transaction.atomic
def delete_rehearsal(competition: Competition, *, organizer: User | None, confirm: str) -> int:
    """Delete it, once its slug is typed; the number of submissions that go with it.

    The database refuses any other competition. The act stands in the audit of the competition that it was a copy of.
    """
    if not competition.rehearsal:
        raise Conflict("no_rehearsal", _("Only a rehearsal can be deleted."))
    if confirm != competition.slug:
        raise Conflict(
            "not_confirmed", _("All of it is deleted for good; type {slug} to confirm.").format(slug=competition.slug)
        )
    Competition.objects.select_for_update().filter(pk=competition.pk).first()
    files = list(Submission.objects.filter(team__competition=competition).values_list("file", flat=True))
    if competition.copied_from is not None:
        write_down(competition.copied_from, organizer, "delete_rehearsal", competition.slug, submissions=len(files))
    with connection.cursor() as cursor:
        cursor.execute("SELECT delete_rehearsal(%s)", [competition.pk])
    transaction.on_commit(lambda: _drop(files))
    return len(files)


def _drop(files: list[str]) -> None:
    for name in files:
        storage.drop(name)
