"""docs/reference/errors.md: every code that the API, the upload check and the folder's check can answer."""

from django.utils import translation
from rest_framework import exceptions

from competition.api.problems import TITLES
from competition.web.faults import FAULTS, NOTICES
from tests.docs.reference.said import refusals
from tests.docs.reference.words import EVERYWHERE, OF_FOLDERS, OF_TRUTH, REMARKS, TO_DO

HEAD = """# Error codes

Made from the program by `make api-reference`; a test holds the two together.

Every error of the API is a problem document (RFC 9457, `application/problem+json`) with `type`, `title`, `status`,
`code` and `detail`. **`code` is stable and for programs; `detail` is a sentence for people** and may change. Pages
say the same sentences. `…` stands for what the server fills in.

- [Any call](#any-call): log-in, scopes, form of the request, the server's own state
- [The rules of a competition](#the-rules-of-a-competition): what a call is refused for
- [Faults of a file of predictions](#faults-of-a-file-of-predictions) and [notices](#notices)
- [Faults of labels](#faults-of-labels) and [of a folder](#faults-of-a-folder)

Besides `code` and `detail` a problem may have `field` (the value of the request that is wrong), `fields` (several),
`quota` (with 429), `problems` and `total` (with 422), `oldest` (with 426) and `request_id` (with 500 and 503: quote
it to the host).
"""


def errors_page() -> str:
    """The whole page."""
    with translation.override("en"):
        parts = [HEAD, _any_call(), _rules(), _file_faults(), _truth_faults()]
    return "\n".join(parts)


def _any_call() -> str:
    lines = ["## Any call", "", "| code | status | what to do |", "| --- | --- | --- |"]
    lines += [f"| `{code}` | {status} | {what} |" for code, (status, what) in EVERYWHERE.items()]
    return "\n".join([*lines, ""])


def _rules() -> str:
    lines = ["## The rules of a competition", ""]
    by_status: dict[int, list[str]] = {}
    for refusal in refusals().values():
        for status in refusal.statuses:
            by_status.setdefault(status, []).append(
                f"| `{refusal.code}` | {' <br> '.join(_cell(sentence) for sentence in refusal.sentences)} |"
            )
    for status, rows in sorted(by_status.items()):
        lines += [f"### {status}: {TITLES[status].lower()}", "", "| code | what the answer says |", "| --- | --- |"]
        lines += [*sorted(rows), ""]
    return "\n".join(lines)


def _file_faults() -> str:
    lines = [
        "## Faults of a file of predictions",
        "",
        "An upload that is faulty is answered 422 `faulty_file` with `problems`: the first hundred in the order of the",
        "file, each with `code`, `line` (the header is line 1; `null` where none is to blame), `column`, `value` and",
        "`detail`; `total` says how many there are. `vindr-bench validate` and `python -m scoring validate` find the",
        "same ones. A faulty file costs nothing.",
        "",
        "| code | what is wrong | what to do |",
        "| --- | --- | --- |",
    ]
    lines += [f"| `{code}` | {sentence} | {TO_DO[code]} |" for code, sentence in FAULTS.items()]
    lines += [
        "",
        "## Notices",
        "",
        "A good file may still be remarked upon, in `notices` of its receipt. It is scored.",
        "",
    ]
    lines += ["| code | what was seen |", "| --- | --- |"]
    lines += [f"| `{code}` | {sentence} |" for code, sentence in NOTICES.items()]
    return "\n".join([*lines, ""])


def _truth_faults() -> str:
    lines = [
        "## Faults of labels",
        "",
        "Files of hidden labels are refused with the codes above and with these, by `create_competition`, the page",
        "*New labels*, and `POST …/truth`. [G1 to G15](../guides/organizers.md#what-is-checked-in-the-ground-truth)",
        "say which can be overridden.",
        "",
        "| code | what is wrong |",
        "| --- | --- |",
    ]
    lines += [f"| `{code}` | {what} |" for code, what in sorted(OF_TRUTH.items())]
    lines += ["", "These are remarks, told in the preview or beside a converted file; nothing is refused for them.", ""]
    lines += ["| code | what was seen |", "| --- | --- |"]
    lines += [f"| `{code}` | {what} |" for code, what in REMARKS.items()]
    lines += [
        "",
        "## Faults of a folder",
        "",
        "`create_competition` ends with exit code 3 and names the file and the place.",
        "",
    ]
    lines += ["| code | what is wrong |", "| --- | --- |"]
    lines += [f"| `{code}` | {what} |" for code, what in sorted(OF_FOLDERS.items())]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def framework_codes() -> set[str]:
    """The codes that the framework gives by itself."""
    kinds = (
        exceptions.ParseError,
        exceptions.NotAuthenticated,
        exceptions.AuthenticationFailed,
        exceptions.PermissionDenied,
        exceptions.NotFound,
        exceptions.MethodNotAllowed,
        exceptions.UnsupportedMediaType,
    )
    return {kind.default_code for kind in kinds} - {"not_found"}
