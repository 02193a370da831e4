"""Letters are written in the transaction of the act that they tell of; the sweeper sends them."""

from collections.abc import Iterable

from competition.models import Competition, Letter, Membership, Team


def write_letters(competition: Competition, user_ids: Iterable[int], subject: str, text: str) -> None:
    """One letter to each of these people. They stand on the account page too, so nobody depends on mail.

    What is hidden, a rehearsal above all, is told to its organizers alone.
    """
    if competition.hidden:
        user_ids = set(user_ids) & set(organizers_of(competition))
    line = " ".join(f"{competition.title}: {subject}".split())[:300]
    Letter.objects.bulk_create(
        Letter(user_id=user_id, competition=competition, subject=line, text=text) for user_id in sorted(set(user_ids))
    )


def write_about_account(user_id: int, subject: str, text: str) -> None:
    """One letter about the person's own account, which belongs to no competition."""
    Letter.objects.create(user_id=user_id, subject=subject, text=text)


def everybody_in(competition: Competition) -> list[int]:
    """The ids of all who take part."""
    return list(Membership.objects.filter(competition=competition).values_list("user_id", flat=True))


def organizers_of(competition: Competition) -> list[int]:
    """The ids of who runs it, past the table of accounts, which the workers' role may not read."""
    organizers = Competition.organizers.through.objects.filter(competition=competition)
    return list(organizers.values_list("user", flat=True))


def members_of(*teams: Team | int) -> list[int]:
    """The ids of the people in these teams."""
    return list(Membership.objects.filter(team__in=teams).values_list("user_id", flat=True))
