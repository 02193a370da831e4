"""What the server keeps about a person: to be taken along, and to be taken away."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from competition.errors import Conflict
from competition.models import User
from competition.operations.delete_person import delete_person
from competition.operations.export_person import export_person
from competition.web.private import private


class DeletionForm(forms.Form):
    """It is the person, and it is meant."""

    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    confirm = forms.CharField(
        label=_("Your username, to confirm"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, request: HttpRequest, **words: Any) -> None:
        super().__init__(*args, **words)
        self.request = request

    def clean_confirm(self) -> str:
        """The username, as it is written."""
        if self.cleaned_data["confirm"] != self.request.user.username:
            raise forms.ValidationError(_("This is not your username."))
        return self.cleaned_data["confirm"]

    def clean_password(self) -> str:
        """The person's own; wrong ones count like those at the log-in."""
        user = self.request.user
        if ratelimit.consume(self.request, action="login_failed", key=f"user:{user.pk}") is None:
            raise forms.ValidationError(_("Too many wrong passwords; try again in some minutes."))
        if not user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."))
        return self.cleaned_data["password"]


@require_safe
@private
def own_data(request: HttpRequest) -> HttpResponse:
    """What can be done, and what stays."""
    return _page(request, DeletionForm(request=request))


@require_safe
@private
def export(request: HttpRequest) -> HttpResponse:
    """Everything as one document."""
    answer = JsonResponse(export_person(request.user), encoder=DjangoJSONEncoder, json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@require_POST
@private
def delete_account(request: HttpRequest) -> HttpResponse:
    """Delete the person who asks."""
    form = DeletionForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, form, status=400)
    user: User = User.objects.get(pk=request.user.pk)
    try:
        name = delete_person(user, by=user)
    except Conflict as refusal:
        form.add_error(None, refusal.detail)
        return _page(request, form, status=409)
    logout(request)
    messages.success(request, _("Your account is deleted. What had to stay is kept as “{name}”.").format(name=name))
    return redirect("home")


def _page(request: HttpRequest, form: DeletionForm, status: int = 200) -> HttpResponse:
    return render(request, "account/own_data.html", {"form": form}, status=status)
