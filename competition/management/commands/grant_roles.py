"""`manage.py grant_roles`: what the database roles of the web process and of the workers may do."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg import sql

WEB, WORKER = "vindr_web", "vindr_scorer"

WEB_MAY = {
    "competition_sealedtruth": "INSERT",
    "competition_sealedsplit": "INSERT",
    "competition_evaluation": "SELECT, INSERT",
    "competition_score": "SELECT",
    "competition_attempt": "SELECT",
    "competition_allowance": "SELECT, INSERT, UPDATE",
    "competition_revocation": "SELECT, INSERT",
    "competition_launchcheck": "SELECT, INSERT",
    "competition_recount": "SELECT",
    "competition_retryrequest": "SELECT, INSERT",
    "competition_hint": "SELECT, UPDATE",
    "competition_signature": "",
    "competition_rulesversion": "SELECT, INSERT, UPDATE",
    "competition_erratabatch": "SELECT, INSERT, UPDATE",
    "competition_erratumreport": "SELECT, INSERT, UPDATE",
    "competition_announcement": "SELECT, INSERT",
    "competition_award": "SELECT, INSERT",
    "competition_awards": "SELECT, INSERT",
    "competition_deadlineextension": "SELECT, INSERT",
    "competition_declaration": "SELECT, INSERT",
    "competition_board": "SELECT",
    "competition_pastscore": "SELECT",
    "competition_auditevent": "SELECT, INSERT",
    "competition_importedevent": "SELECT",
    "competition_audithead": "SELECT, INSERT, UPDATE",
    "competition_letter": "SELECT, INSERT",
    "competition_letteraddress": "",
    # Whose a token is, its hash and what it may do are written once.
    "competition_apitoken": "SELECT, INSERT, DELETE, UPDATE (last_used_at, revoked_at)",
    "django_migrations": "SELECT",
}
WEB_MAY_CALL = (
    "copy_split(bigint, bigint)",
    "delete_rehearsal(bigint)",
    "forget_letters(bigint)",
    "forget_team_name(bigint, text)",
)
"""Functions with the owner's rights, which check for themselves what they are asked."""
WORKER_MAY = {
    "competition_evaluation": "SELECT, INSERT, UPDATE",
    "competition_score": "SELECT, INSERT",
    "competition_attempt": "SELECT, INSERT",
    "competition_board": "SELECT, INSERT",
    "competition_pastscore": "SELECT, INSERT",
    "competition_publishrequest": "SELECT, INSERT, DELETE",
    "competition_submission": "SELECT, UPDATE",
    "competition_phase": "SELECT, UPDATE",
    "competition_hint": "SELECT, INSERT, UPDATE",
    "competition_signature": "SELECT, INSERT, UPDATE",
    "competition_launchcheck": "SELECT, UPDATE",
    "competition_recount": "SELECT, INSERT, UPDATE",
    "competition_groundtruth": "SELECT, UPDATE",
    "competition_retryrequest": "SELECT, DELETE",
    "competition_track": "SELECT, UPDATE",
    "competition_competition": "SELECT, UPDATE",
    "competition_auditevent": "SELECT, INSERT",
    "competition_importedevent": "",
    "competition_audithead": "SELECT, INSERT, UPDATE",
    "competition_letter": "SELECT, INSERT, UPDATE",
}
WORKER_MAY_NOT_READ = {
    "competition_apitoken",
    "competition_claim",
    "competition_entrant",
    "competition_erratumreport",
    "django_session",
    "account_emailaddress",
    "mfa_authenticator",
    "competition_user",
}
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"


class Command(BaseCommand):
    """Grants from nothing each time, so that what is not listed is not granted. Safe to run after each migration."""

    help = "Grant the roles vindr_web and vindr_scorer, where they exist, the least that they need."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Grant to the roles that exist."""
        tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
        tables += ["cache", "django_migrations"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)", [WEB, WORKER])
            roles = [row[0] for row in cursor.fetchall()]
            for role in roles:
                self._grant(cursor, role, tables)
        self.stdout.write(f"granted: {', '.join(sorted(roles)) or 'no such role'}")

    def _grant(self, cursor: Any, role: str, tables: list[str]) -> None:
        name = sql.Identifier(role)
        for words in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(words).format(name).as_string(cursor.connection))
        for function in WEB_MAY_CALL:
            words = sql.SQL(
                "GRANT EXECUTE ON FUNCTION {} TO {}" if role == WEB else "REVOKE ALL ON FUNCTION {} FROM {}"
            )
            cursor.execute(words.format(sql.SQL(function), name).as_string(cursor.connection))
        for table in tables:
            rights = self._rights(role, table)
            if rights:
                words = sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), sql.Identifier(table), name)
                cursor.execute(words.as_string(cursor.connection))

    def _rights(self, role: str, table: str) -> str:
        if role == WEB:
            return WEB_MAY.get(table, EVERYTHING)
        return WORKER_MAY.get(table, "" if table in WORKER_MAY_NOT_READ else "SELECT")
