"""A team declares which external data and pretrained models a submission rests on, or that there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Conflict, Forbidden, Invalid
from competition.models import Competition, Declaration, Results, Submission, Team, User

KINDS = {"data": "data", "model": "pretrained model"}
MOST_ITEMS = 50
LONGEST = {"name": 200, "source": 500, "licence": 200}


@dataclass(frozen=True)
class Item:
    """One thing that was used and is not the competition's own."""

    kind: str
    """`data` or `model`."""
    name: str
    source: str
    """A link or a citation."""
    licence: str
    public: bool
    """Whether everybody can get it."""

    def key(self) -> tuple[str, str, str]:
        """What makes it the same thing in two declarations; a licence may be corrected."""
        return self.kind, self.name.casefold(), self.source.casefold()


@transaction.atomic
def declare(
    submission: Submission, *, user: User, items: Sequence[Mapping[str, object]], none: bool = False
) -> Declaration:
    """Write the next version; safe to call twice with the same. `none` declares that there is nothing.

    After the competition's day for external data a team names nothing that it hasn't named before.
    """
    Team.objects.select_for_update(no_key=True).get(pk=submission.team_id)
    submission.refresh_from_db()
    competition = submission.team.competition
    if submission.phase.results == Results.FINAL:
        raise Conflict("results_final", _("The results are final; what was declared stands."))
    declared = _checked(items, none=none)
    now = competition.now()
    if competition.external_data_until is not None and now >= competition.external_data_until:
        _refuse_what_is_new(declared, submission, competition)
    before = submission.declarations.first()
    as_json = [asdict(item) for item in declared]
    if before is not None and before.items == as_json:
        return before
    version = 1 if before is None else before.version + 1
    return Declaration.objects.create(
        submission=submission, version=version, items=as_json, author=user, declared_at=now
    )


def newest_of_team(submission: Submission) -> Declaration | None:
    """The submission's declaration, else the one that its team has made last: what a form begins with."""
    of_team = Declaration.objects.filter(submission__team=submission.team_id).order_by("-declared_at", "-id")
    return submission.declarations.first() or of_team.first()


def _checked(items: Sequence[Mapping[str, object]], *, none: bool) -> list[Item]:
    if none and items:
        raise Invalid("contradiction", _("Either nothing was used, or what you list; not both."), field="none")
    if not none and not items:
        raise Invalid("nothing_said", _('List what was used, or say that there is none ("none": true).'), field="items")
    if len(items) > MOST_ITEMS:
        raise Invalid(
            "too_many_items",
            _("A declaration lists at most {most_items} things.").format(most_items=MOST_ITEMS),
            field="items",
        )
    checked = [_checked_item(item, place) for place, item in enumerate(items, start=1)]
    if len({item.key() for item in checked}) < len(checked):
        raise Invalid("listed_twice", _("The same thing is listed twice."), field="items")
    return checked


def _checked_item(item: Mapping[str, object], place: int) -> Item:
    words = {name: " ".join(str(item.get(name) or "").replace("\0", "").split()) for name in LONGEST}
    for name, longest in LONGEST.items():
        if not 1 <= len(words[name]) <= longest:
            raise Invalid(
                "bad_item",
                _("Item {place}: {name} has 1 to {longest} characters.").format(
                    place=place, name=name, longest=longest
                ),
                field=f"items.{name}",
            )
    kind, public = item.get("kind"), item.get("public")
    if kind not in KINDS:
        raise Invalid("bad_item", _("Item {place}: kind is data or model.").format(place=place), field="items.kind")
    if not isinstance(public, bool):
        raise Invalid(
            "bad_item",
            _("Item {place}: say whether it is publicly available.").format(place=place),
            field="items.public",
        )
    return Item(kind=str(kind), public=public, **words)


def _refuse_what_is_new(declared: list[Item], submission: Submission, competition: Competition) -> None:
    earlier = Declaration.objects.filter(submission__team=submission.team_id).values_list("items", flat=True)
    known = {Item(**item).key() for items in earlier for item in items}
    new = [item.name for item in declared if item.key() not in known]
    if new:
        raise Forbidden(
            "external_data_closed",
            _(
                "External data and models could be declared until {external_data_until} UTC. Your "
                "team had not declared {new} by then; tell the organizers if it was used."
            ).format(external_data_until=f"{competition.external_data_until:%Y-%m-%d %H:%M}", new=new[0]),
        )
