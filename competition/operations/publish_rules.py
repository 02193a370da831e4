"""Organizers publish a version of the rules: with notice, told to everybody, and binding from an instant on."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Invalid
from competition.models import Announcement, Competition, Membership, RulesVersion, User
from competition.operations.audit import write_down
from competition.operations.reason import LONGEST_REASON
from competition.operations.write_letters import everybody_in, write_letters

LONGEST_TEXT = 100_000
LONGEST_VERSION = 40
MOST_NOTICE_DAYS = 365
USUAL_NOTICE_DAYS = 7


@transaction.atomic
def publish_rules(
    competition: Competition,
    *,
    organizer: User | None,
    version: str,
    text: str,
    notice_days: int | None = None,
    in_force_at: datetime | None = None,
    short_notice: str = "",
) -> RulesVersion:
    """Publish the next version, and write that down. What the arguments mean: see `add_rules`."""
    rules = add_rules(
        competition,
        version=version,
        text=text,
        notice_days=notice_days,
        in_force_at=in_force_at,
        short_notice=short_notice,
        by=organizer,
    )
    write_down(competition, organizer, "publish_rules", rules.version, reason=rules.short_notice, **facts_of(rules))
    return rules


def facts_of(rules: RulesVersion) -> dict[str, object]:
    """What the audit keeps of a version."""
    facts = {"number": rules.number, "sha256": rules.sha256, "in_force_at": rules.in_force_at}
    return {**facts, "notice_until": rules.notice_until, "short_notice": rules.short_notice}


@transaction.atomic
def add_rules(
    competition: Competition,
    *,
    version: str,
    text: str,
    notice_days: int | None = None,
    in_force_at: datetime | None = None,
    short_notice: str = "",
    by: User | None = None,
) -> RulesVersion:
    """Add the next version and tell everybody who takes part.

    notice_days: the notice that the change after this one needs; None: as before. This one needs what the version
    before it promised, and the first one its own where anybody has entered already. in_force_at: None for the end of
    that notice. short_notice: the public reason for an earlier instant.
    """
    Competition.objects.select_for_update(no_key=True).get(pk=competition.pk)
    version, text, short_notice = version.strip(), text.strip(), short_notice.strip()
    _refuse_bad_words(version, text, short_notice, notice_days)
    latest = competition.rules_versions.last()
    if competition.rules_versions.filter(version=version).exists():
        raise Conflict(
            "rules_version_taken",
            _("There is a version {version} of the rules; give the new text another.").format(version=version),
        )
    promised = USUAL_NOTICE_DAYS if latest is None else latest.notice_days
    days = promised if notice_days is None else notice_days
    bound = latest is not None or Membership.objects.filter(competition=competition).exists()
    now = competition.now()
    notice_until = now + timedelta(days=(promised if latest else days) if bound else 0)
    begins = max(in_force_at or notice_until, now)
    _refuse_bad_instant(begins, notice_until, latest, explained=bool(short_notice))
    rules = RulesVersion.objects.create(
        competition=competition,
        number=latest.number + 1 if latest else 1,
        version=version,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        notice_days=days,
        published_at=now,
        notice_until=notice_until,
        in_force_at=begins,
        short_notice=short_notice if begins < notice_until else "",
        author=by,
    )
    if bound:
        _tell(rules)
    return rules


def _refuse_bad_instant(
    begins: datetime, notice_until: datetime, latest: RulesVersion | None, *, explained: bool
) -> None:
    """The notice is kept or its shortness explained, and versions take over in their order."""
    if begins < notice_until and not explained:
        raise Invalid(
            "notice_too_short",
            _(
                "New rules need notice: they can be in force from {notice_until} UTC. For an earlier "
                'instant give the reason as "short_notice"; everybody reads it.'
            ).format(notice_until=f"{notice_until:%Y-%m-%d %H:%M}"),
            field="in_force_at",
        )
    if latest is not None and begins < latest.in_force_at:
        raise Invalid(
            "rules_out_of_order",
            _("Version {version} is in force from {in_force_at} UTC; the next one can't take over before it.").format(
                version=latest.version, in_force_at=f"{latest.in_force_at:%Y-%m-%d %H:%M}"
            ),
            field="in_force_at",
        )


def _refuse_bad_words(version: str, text: str, short_notice: str, notice_days: int | None) -> None:
    fields = (
        ("version", version, 1, LONGEST_VERSION),
        ("text", text, 1, LONGEST_TEXT),
        ("short_notice", short_notice, 0, LONGEST_REASON),
    )
    for field, value, shortest, longest in fields:
        if not shortest <= len(value) <= longest or "\0" in value:
            raise Invalid(
                "bad_text",
                _("This has {shortest} to {longest} characters.").format(shortest=shortest, longest=longest),
                field=field,
            )
    if notice_days is not None and not 0 <= notice_days <= MOST_NOTICE_DAYS:
        raise Invalid(
            "bad_notice",
            _("A notice has 0 to {most_notice_days} days.").format(most_notice_days=MOST_NOTICE_DAYS),
            field="notice_days",
        )


def _tell(rules: RulesVersion) -> None:
    competition = rules.competition
    what = "The rules change" if rules.number > 1 else "Rules are to come"
    title = f"{what}: version {rules.version} from {rules.in_force_at:%Y-%m-%d %H:%M} UTC"
    text = (
        f"Version {rules.version} of the rules is in force from {rules.in_force_at:%Y-%m-%d %H:%M} UTC. The page "
        "“Rules” of the competition shows what changes, and there you can accept it now. From then on uploading, "
        "choosing and merging need your acceptance; what was done before stays as it is."
    )
    if rules.short_notice:
        text += f"\n\nWhy the notice is shorter than promised: {rules.short_notice}"
    posted_at = rules.published_at
    Announcement.objects.create(
        competition=competition, author=rules.author, title=title, text=text, posted_at=posted_at
    )
    write_letters(competition, everybody_in(competition), title, text)
