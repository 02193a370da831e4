"""The site admin's view of the books: to look at, not to change. Acts are done by operations, which keep the rules."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import Http404, HttpRequest

from competition import models
from competition.operations.name_organizers import name_organizers


class ReadOnly(admin.ModelAdmin):
    """Shows rows; adds, changes and deletes none.

    Each list names what it joins: left to itself the admin follows every key, as far as the sealed labels, which its
    database role can't read.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False


class CompetitionAdmin(ReadOnly):
    """Competitions; their organizers can be named here."""

    list_display = ("slug", "title", "hidden", "rehearsal", "created_at")
    fields = ("slug", "title", "organizers")
    readonly_fields = ("slug", "title")
    filter_horizontal = ("organizers",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers may name organizers."""
        return bool(request.user.is_superuser)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Through the operation that writes it down."""
        name_organizers(form.instance, form.cleaned_data["organizers"], by=request.user)


class EvaluationAdmin(ReadOnly):
    """Evaluations by state."""

    list_display = ("id", "submission", "state", "attempt", "failure", "waiting_since", "finished_at")
    list_filter = ("state", "failure")
    list_select_related = ("submission",)


class SubmissionAdmin(ReadOnly):
    """Submissions."""

    list_display = ("id", "team", "phase", "track", "received_at", "sha256")
    list_filter = ("track", "phase")
    list_select_related = ("team", "phase", "track")


class AuditEventAdmin(ReadOnly):
    """The audit."""

    list_display = ("happened_at", "competition", "actor", "act", "subject", "reason")
    list_select_related = ("competition", "actor")


class LetterAdmin(ReadOnly):
    """Letters and what became of them."""

    list_display = ("written_at", "user", "subject", "state", "attempts", "sent_at", "fault")
    list_filter = ("state",)
    list_select_related = ("user",)


class RecountAdmin(ReadOnly):
    """The boards' nightly recounts."""

    list_display = ("day", "phase", "track", "board_version", "state", "compared", "differences", "failure")
    list_filter = ("state",)
    list_select_related = ("phase", "track")


class TeamAdmin(ReadOnly):
    """Teams."""

    list_display = ("name", "competition", "baseline", "created_at")
    list_select_related = ("competition",)
    exclude = ("invitation",)


def is_staff(request: HttpRequest) -> bool:
    """Whether the admin's pages are for this person; for another one who is logged in there are none."""
    person = request.user
    if person.is_authenticated and not person.is_staff:
        raise Http404
    return bool(person.is_active and person.is_staff)


admin.site.has_permission = is_staff
admin.site.login = secure_admin_login(admin.site.login)
"""The log-in of the pages, with its limits and the second factor."""
admin.site.register(models.User, UserAdmin)
admin.site.register(models.Competition, CompetitionAdmin)
admin.site.register(models.Evaluation, EvaluationAdmin)
admin.site.register(models.Submission, SubmissionAdmin)
admin.site.register(models.AuditEvent, AuditEventAdmin)
admin.site.register(models.Letter, LetterAdmin)
admin.site.register(models.Recount, RecountAdmin)
admin.site.register(models.Team, TeamAdmin)
