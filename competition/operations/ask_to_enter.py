"""Where organizers approve entrants: a person answers their questions, and waits."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from competition.errors import Forbidden, Invalid
from competition.models import Competition, Entrant, EntrantState, User

LONGEST_ANSWER = 2000


def ask_to_enter(*, user: User, competition: Competition, answers: Sequence[str]) -> None:
    """Keep the answers for the organizers; what they have decided about a person before stands."""
    if competition.questions is None or Entrant.objects.of(user, competition) is not None:
        return
    given = [" ".join(answer.replace("\0", "").split()) for answer in answers]
    if len(given) != len(competition.questions) or not all(given):
        asked = " ".join(f"{place}. {question}" for place, question in enumerate(competition.questions, start=1))
        raise Invalid(
            "answers_missing",
            _("Answer each of the organizers' questions: {asked}").format(asked=asked),
            field="answers",
        )
    if max((len(answer) for answer in given), default=0) > LONGEST_ANSWER:
        raise Invalid(
            "answer_too_long",
            _("An answer has at most {longest_answer} characters.").format(longest_answer=LONGEST_ANSWER),
            field="answers",
        )
    pairs = [list(pair) for pair in zip(competition.questions, given, strict=True)]
    Entrant.objects.create(user=user, competition=competition, answers=pairs, asked_at=competition.now())


def state_of_entry(user: User, competition: Competition) -> str:
    """`entered`, or what its request for approval is: `waiting` or `refused`."""
    entrant = None if competition.questions is None else Entrant.objects.of(user, competition)
    return "entered" if entrant is None or entrant.state == EntrantState.APPROVED else entrant.state


def refuse_unless_approved(user: User, competition: Competition) -> None:
    """Say no while an organizer has not approved the person's entry."""
    entrant = None if competition.questions is None else Entrant.objects.of(user, competition)
    if entrant is None or entrant.state == EntrantState.APPROVED:
        return
    if entrant.state == EntrantState.REFUSED:
        raise Forbidden(
            "entry_refused", _("The organizers have not approved your entry: {reason}").format(reason=entrant.reason)
        )
    raise Forbidden("entry_waiting", _("Your entry waits for an organizer to approve it."))
