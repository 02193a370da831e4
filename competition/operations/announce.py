"""An organizer tells something to everybody who takes part: on the competition's pages, and by letter."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Invalid
from competition.models import Announcement, Competition, User
from competition.operations.audit import write_down
from competition.operations.write_letters import everybody_in, write_letters

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000


@transaction.atomic
def announce(competition: Competition, *, organizer: User, title: str, text: str) -> Announcement:
    """Post it; it is never changed."""
    title, text = title.strip(), text.strip()
    for field, value, longest in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_TEXT)):
        if not value or len(value) > longest or "\0" in value:
            raise Invalid(
                "bad_text",
                _("This has 1 to {longest} characters.").format(longest=longest),
                field=field,
            )
    posted = Announcement.objects.create(
        competition=competition, author=organizer, title=title, text=text, posted_at=competition.now()
    )
    write_letters(competition, everybody_in(competition), title, text)
    write_down(competition, organizer, "announce", posted.pk, title=title)
    return posted
