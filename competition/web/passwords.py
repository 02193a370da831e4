"""A new password: it ends the other sessions, and the tokens unless the person keeps them."""

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm
from django import forms
from django.utils.translation import gettext_lazy as _

from competition.operations.issue_token import revoke_all_tokens


class _WithTokens(forms.Form):
    revoke_tokens = forms.BooleanField(
        label=_("Revoke my API tokens too"),
        required=False,
        initial=True,
        help_text=_("Leave it on if anybody else may know the old password."),
    )

    def save(self) -> None:
        """Set the password, and revoke the tokens if they are not to be kept."""
        super().save()
        if self.cleaned_data["revoke_tokens"]:
            revoke_all_tokens(self.user)


class ChangeForm(_WithTokens, ChangePasswordForm):
    """By somebody who knows the old one."""

    field_order = ("oldpassword", "password1", "password2", "revoke_tokens")


class ResetForm(_WithTokens, ResetPasswordKeyForm):
    """By a link that was mailed."""

    field_order = ("password1", "password2", "revoke_tokens")
