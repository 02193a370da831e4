"""Finding what an address names, for the person who asks."""

from uuid import UUID

from rest_framework.request import Request

from competition.errors import Invalid, NotFound
from competition.models import Competition, Phase, Submission, Team, Track
from competition.operations.show_result import with_results


def competition_of(slug: str, viewer: object = None) -> Competition:
    """The competition, or 404; a hidden one is there for its organizers and guests alone."""
    competition = Competition.objects.visible_to(viewer).filter(slug=slug).first()
    if competition is None:
        raise NotFound("not_found", "There is no such competition.")
    return competition


def organized_competition(request: Request, slug: str) -> Competition:
    """The competition, if the caller runs it; to others its organizers' addresses don't exist."""
    competition = competition_of(slug, request.user)
    if not competition.is_organized_by(request.user):
        raise NotFound("not_found", "There is no such thing here, or none that you may see.")
    return competition


def track_of(competition: Competition, kind: str) -> Track:
    """The competition's track of that kind, or 404."""
    track = competition.track_of(kind)
    if track is None:
        raise NotFound("not_found", "This competition has no such track.")
    return track


def phase_of(competition: Competition, key: str) -> Phase:
    """The competition's phase of that key, or 404; a draft isn't there."""
    phase = competition.phase_of(key)
    if phase is None:
        raise NotFound("not_found", "This competition has no such phase.")
    return phase


def team_named(competition: Competition, name: str) -> Team:
    """The competition's living team of that name; otherwise the field `team` is invalid."""
    team = Team.objects.living().filter(competition=competition, name=name).first()
    if team is None:
        raise Invalid("unknown_team", "No team of this competition has this name.", field="team")
    return team


def submission_of(request: Request, submission_id: UUID) -> Submission:
    """The submission with its results, if the caller may know of it."""
    visible = Submission.objects.visible_to(request.user).filter(pk=submission_id)
    submission = with_results(visible).first()
    if submission is None:
        raise NotFound("not_found", "There is no such submission, or none that you may see.")
    return submission
