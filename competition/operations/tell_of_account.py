"""A person is told of what changed about the account, so that a change by somebody else is noticed."""

from competition.models import User
from competition.operations.write_letters import write_about_account

NEWS = {
    "password_changed": "Your password was changed",
    "password_set": "Your password was set",
    "password_reset": "Your password was reset",
    "email_changed": "Your e-mail address was changed",
    "email_confirm": "Your e-mail address was confirmed",
    "email_deleted": "An e-mail address of yours was removed",
    "totp_activated": "A second factor was set up",
    "totp_deactivated": "Your second factor was switched off",
    "recovery_codes_generated": "New recovery codes were made",
    "factor_reset": "Your second factor was reset by the server's host",
}
SESSIONS_END = "Everybody who was logged in with the old one, you in other browsers too, has been logged out. "
WHAT_TO_DO = (
    "If it was you, nothing is to be done. If not, somebody else may use your account: reset your password, "
    "revoke your API tokens on your account's page, and tell the people who run this server."
)


def tell_of_account(*, user: User, event: str) -> None:
    """Write the letter about an event; what is no news is not told."""
    if event not in NEWS:
        return
    ended = SESSIONS_END if event.startswith("password") else ""
    write_about_account(user.pk, NEWS[event], f"{NEWS[event]} ({user.username}). {ended}{WHAT_TO_DO}")
