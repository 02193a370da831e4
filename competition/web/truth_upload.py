"""The organizers' form for new labels: what is wrong with the files, what they hold, and a version that is held.

Labels are in this process's memory only, and only while one request lasts. A check keeps nothing; to go on, the files
are sent again (where scripts run the browser still has them). What is kept is sealed first, and waits for a word.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt

from competition.models import Competition, GroundTruth, Submission
from competition.multipart import Received, UploadTooLarge, drain
from competition.operations.incoming_truth import UploadedTruth, read_incoming
from competition.operations.read_truth import FaultyTruth
from competition.operations.reason import LONGEST_REASON
from competition.operations.replace_truth import TruthPreview, preview_of, refuse_unless_meant, seal_and_stage
from competition.operations.unpack_export import LONGEST_REVIEW
from competition.statuses import SAYING_NO, status_of
from competition.uploading import MemoryUploadHandler
from competition.web.find import frame
from competition.web.organize import organized_competition
from competition.web.private import page_and_form, private
from competition.web.refusals import sentence_of
from competition.web.truth import version_context, version_of
from competition.web.upload import CheckedForm, Forged
from scoring import CHECKS, OVERRIDABLE, Review, check_of

FIELDS = ("reason", "confirm", "review")
NAMES = {
    "detection": _("the boxes"),
    "classification": _("the labels of images"),
    "groups": _("the groups"),
    "stages": _("who read at which stage"),
    "readings": _("what the first readers marked"),
}
MOST_TASKS = 20
SEALED = _(
    "Version {} is checked, sealed and held. All submissions are scored against it; the boards wait for your word."
)


@page_and_form
@csrf_exempt  # the form's token is checked by CheckedForm, after our own handler has read the body
@private
def upload_truth(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The form; a check of what it sends; or a new version that is held."""
    competition = organized_competition(request, slug)
    if request.method != "POST":
        return _page(request, competition)
    form = CheckedForm()
    try:
        answer = _take(request, competition, form)
    except Forged as forged:
        answer = forged.answer
    except FaultyTruth as faulty:
        answer = _page(request, competition, form, status=422, **_faults_of(faulty))
    except SAYING_NO as error:
        answer = _page(request, competition, form, status=status_of(error), refusal=_sentence(error, slug))
    drain(request, 2 * settings.ENVIRONMENT.upload_limit_bytes)
    return answer


def _take(request: HttpRequest, competition: Competition, form: CheckedForm) -> HttpResponse:
    received = _received(request, form)
    fields = received.fields
    holds = fields.get("act") == "hold"
    if holds:
        typed = fields.get("confirm", "").strip() if _has_submissions(competition) else competition.slug
        refuse_unless_meant(competition, confirm=typed, reason=fields.get("reason", ""))
    incoming = read_incoming(competition, _upload(received))
    found = preview_of(competition, incoming)
    if not holds:
        return _page(request, competition, form, preview=found)
    truth = seal_and_stage(competition, incoming, reason=fields["reason"], organizer=request.user, hold=True)
    messages.success(request, SEALED.format(truth.version))
    return _held(request, competition, truth, found)


def _held(request: HttpRequest, competition: Competition, truth: GroundTruth, found: TruthPreview) -> HttpResponse:
    """The page of the version with its preview, which is told once: the counts are kept nowhere."""
    context = version_context(request, competition, version_of(competition, truth.version))
    return render(request, "organize/truth.html", {**context, "preview": found}, status=201)


def _received(request: HttpRequest, form: CheckedForm) -> Received:
    limit = settings.ENVIRONMENT.upload_limit_bytes
    handler = MemoryUploadHandler(limit)
    received = form(request, handler)
    if handler.too_large:
        raise UploadTooLarge(_("A file has at most {limit} bytes.").format(limit=limit))
    return received


def _upload(received: Received) -> UploadedTruth:
    """A file input that was left empty sends an empty file without a name."""
    files = {name: file.read() for name, file in received.files.items() if file.size or file.name}
    reasons = {check: received.fields.get(f"override-{check}", "") for check in OVERRIDABLE}
    overrides = {check: reason for check, reason in reasons.items() if reason.strip()}
    return UploadedTruth(files, overrides, received.fields.get("review", "").strip())


def _has_submissions(competition: Competition) -> bool:
    return Submission.objects.filter(team__competition=competition).exists()


def _sentence(error: Exception, slug: str) -> str:
    return (
        _("Type {slug} to confirm.").format(slug=slug)
        if getattr(error, "code", "") == "not_confirmed"
        else sentence_of(error)
    )


@dataclass
class _Reviewer:
    """What one reviewer has left in all tasks."""

    studies: int = 0
    annotations: int = 0
    tasks: list[str] = field(default_factory=list)


def _faults_of(faulty: FaultyTruth) -> dict[str, Any]:
    rows = [(problem, check_of(problem.code)) for problem in faulty.problems]
    found = {"problems": rows, "total": faulty.total, "file": NAMES.get(faulty.kind, faulty.kind)}
    return found | {"choices": _choices(faulty.reviews)}


def _choices(reviews: tuple[Review, ...]) -> list[tuple[str, str, int, int]]:
    """Value, words, studies and annotations of what can be chosen: reviewers, and tasks where they are few."""
    reviewers: dict[str, _Reviewer] = {}
    for review in reviews:
        one = reviewers.setdefault(review.reviewer, _Reviewer())
        one.studies += review.studies
        one.annotations += review.annotations
        one.tasks.append(review.task)
    by_reviewer = [
        (
            name,
            _("reviewer {name}, in {tasks}").format(name=name, tasks=_counted(len(one.tasks))),
            one.studies,
            one.annotations,
        )
        for name, one in reviewers.items()
        if name
    ]
    tasks = reviews if len(reviews) <= MOST_TASKS else ()
    words = [
        (
            one.task,
            _("task {task} of {reviewer}").format(task=one.task, reviewer=one.reviewer or _("nobody")),
            one.studies,
            one.annotations,
        )
        for one in tasks
    ]
    return by_reviewer + words


def _counted(tasks: int) -> str:
    return ngettext("{tasks} task", "{tasks} tasks", tasks).format(tasks=tasks)


def _page(
    request: HttpRequest, competition: Competition, form: CheckedForm | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    fields = form.fields if form else QueryDict()
    active = GroundTruth.objects.active().filter(competition=competition).first()
    context = {
        **frame(request, competition, "organize"),
        "tracks": competition.tracks.all(),
        "active": active,
        "staged": GroundTruth.objects.filter(competition=competition, state="staged").first(),
        "has_submissions": _has_submissions(competition),
        "checks": CHECKS,
        "overridable": [
            (check, fields.get(f"override-{check.key}", "")) for check in CHECKS if check.key in OVERRIDABLE
        ],
        "values": {name: fields.get(name, "") for name in FIELDS},
        "limit_bytes": settings.ENVIRONMENT.upload_limit_bytes,
        "longest_reason": LONGEST_REASON,
        "longest_review": LONGEST_REVIEW,
        **more,
    }
    return render(request, "organize/truth_upload.html", context, status=status)
