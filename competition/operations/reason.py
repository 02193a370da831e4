"""The reason that somebody gives for an act, as it is kept."""

from django.utils.translation import gettext as _

from competition.errors import Invalid

LONGEST_REASON = 1000


def reason_kept(text: str, *, longest: int = LONGEST_REASON) -> str:
    """The text without NUL characters and outer blanks, empty where nothing is said. Invalid where it is too long."""
    reason = text.replace("\0", "").strip()
    if len(reason) > longest:
        raise Invalid(
            "reason_too_long",
            _("A reason has at most {longest_reason} characters.").format(longest_reason=longest),
            field="reason",
        )
    return reason
