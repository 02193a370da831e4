"""Who is shown a hidden competition: an organizer passes on a link, and whoever opens it is a guest."""

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Forbidden, NotFound
from competition.models import Competition, GroundTruth, Membership, User
from competition.models.competition import new_invitation
from competition.operations.audit import write_down


def invited_to(slug: str, invitation: str) -> Competition:
    """The hidden competition that the link is of; to whoever has another there is none."""
    competition = Competition.objects.filter(slug=slug, hidden=True).exclude(invitation="").first()
    if competition is None or competition.invitation != invitation:
        raise NotFound("not_found", _("There is no such thing here, or none that you may see."))
    return competition


@transaction.atomic
def become_guest(competition: Competition, *, user: User) -> None:
    """From now on the person sees it and may enter. Safe to call twice.

    A file that is scored against the same hidden labels tells about them, beyond the limits of the real competition. So
    whoever competes there is no guest here.
    """
    refuse_who_knows_the_labels(user, competition)
    competition.guests.add(user)


@transaction.atomic
def renew_guest_link(competition: Competition, *, organizer: User) -> Competition:
    """The old link opens nothing any more; whoever is a guest stays one."""
    Competition.objects.filter(pk=competition.pk).update(invitation=new_invitation())
    write_down(competition, organizer, "renew_guest_link", competition.slug)
    competition.refresh_from_db(fields=["invitation"])
    return competition


def competes_on_the_same_labels(user: User, competition: Competition) -> bool:
    """Whether the person is in a team of another competition that is scored against the same sealed box.

    Of the two one is a rehearsal: a copy that organizers make public is a competition to take part in once more.
    """
    boxes = GroundTruth.objects.filter(competition=competition).values("sealed")
    others = GroundTruth.objects.filter(sealed__in=boxes).exclude(competition=competition)
    if not competition.rehearsal:
        others = others.filter(competition__rehearsal=True)
    return Membership.objects.filter(user=user, competition__in=others.values("competition")).exists()


def refuse_who_knows_the_labels(user: User, competition: Competition) -> None:
    """Say no to whoever may hand in to the same hidden labels elsewhere: in a rehearsal, or in what it rehearses."""
    if competes_on_the_same_labels(user, competition):
        raise Forbidden(
            "competes",
            _(
                "You take part in another competition with the same hidden labels, of which one is a "
                "rehearsal; leave your team there first, or ask the organizers."
            ),
        )
