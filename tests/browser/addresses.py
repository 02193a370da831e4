"""The addresses of the pages, by who looks at them, and why some need no look."""

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, resolve

HERE = "/competitions/chest/"
PUBLIC = (
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-unknown/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/unknown/",
    HERE,
    f"{HERE}data/",
    f"{HERE}labels/",
    f"{HERE}terms/",
    f"{HERE}rules/",
    f"{HERE}rules/2/",
    f"{HERE}scores/",
    f"{HERE}cite/",
    f"{HERE}errata/",
    f"{HERE}awards/",
    f"{HERE}boards/detection/",
    f"{HERE}boards/detection/?version=1",
    f"{HERE}boards/detection/?q=nobody",
    f"{HERE}boards/classification/",
    f"{HERE}boards/detection/embed/",
    f"{HERE}submit/",
    "/nothing-here/",
)
MEMBERS = (
    "/account/",
    "/account/data/",
    "/accounts/logout/",
    "/accounts/email/",
    "/accounts/reauthenticate/",
    HERE,
    f"{HERE}boards/detection/",
    f"{HERE}submit/",
    f"{HERE}submissions/",
    f"{HERE}team/",
    f"{HERE}team/leave/",
    f"{HERE}team/mergers/{{merger}}/accept/",
    f"{HERE}rules/2/",
    f"{HERE}errata/report/",
    f"{HERE}team/brackets/",
    "/submissions/{scored}/declare/",
    "/submissions/{scored}/",
    "/submissions/{scored}/labels/1/",
    "/submissions/{scored}/compare/",
    "/submissions/{scored}/compare/{second}/",
    "/submissions/{scored}/withdraw/",
    "/submissions/{failed}/",
    "/competitions/trial/invited/{invitation}/",
)
ORGANIZERS = (
    f"{HERE}enter/",
    f"{HERE}submissions/",
    f"{HERE}organize/",
    f"{HERE}organize/audit/",
    f"{HERE}organize/rules/",
    f"{HERE}organize/errata/",
    f"{HERE}organize/hints/",
    f"{HERE}organize/truth/",
    f"{HERE}organize/truth/2/",
    f"{HERE}organize/allowances/",
    f"{HERE}organize/participants/",
    f"{HERE}organize/awards/",
    f"{HERE}organize/declarations/",
    f"{HERE}organize/deadlines/",
    f"{HERE}organize/main/publish/",
    f"{HERE}organize/main/extend/",
    f"{HERE}organize/main/picks/",
    f"{HERE}organize/main/results/",
    f"{HERE}organize/next/open/",
    f"{HERE}organize/announce/",
    f"{HERE}organize/copies/",
    "/competitions/trial/organize/rehearsal/",
    "/competitions/trial/organize/preview/public/about/",
    "/submissions/{disqualified}/restore/",
    "/submissions/{scored}/disqualify/",
    "/submissions/{failed}/",
)
IN_VIETNAMESE = (
    HERE,
    f"{HERE}boards/detection/",
    f"{HERE}scores/",
    f"{HERE}team/",
    f"{HERE}submissions/",
    "/submissions/{scored}/",
    "/submissions/{scored}/compare/{second}/",
)
POST = "takes what a form sends, and no GET"
PART = "a part of a page that is in the round"
NO_PAGE = "answers with no HTML"
SECOND_FACTOR = "in the test of the second factor"
EXCUSED = {
    "language": POST,
    "accept-rules": POST,
    "new-invitation": POST,
    "propose-merger": POST,
    "decline-merger": POST,
    "decide-entry": POST,
    "decide-errata": POST,
    "publish-errata": POST,
    "link-errata": POST,
    "decide-claim": POST,
    "write-down-decline": POST,
    "dismiss-hint": POST,
    "take-back": POST,
    "unwithdraw": POST,
    "select": POST,
    "unselect": POST,
    "retry": POST,
    "delete-account": POST,
    "new-token": POST,
    "revoke-token": POST,
    "board-news": PART,
    "submission-state": PART,
    "queue-now": PART,
    "board-badge": NO_PAGE,
    "description": NO_PAGE,
    "submission-curves": NO_PAGE,
    "export-own-data": NO_PAGE,
    "healthz": NO_PAGE,
    "readyz": NO_PAGE,
    "metrics": NO_PAGE,
    "account_confirm_login_code": "log-in by a code that is mailed is switched off",
    "account_set_password": "every account has a password, so that it leads on to its change",
    "account_change_password": SECOND_FACTOR,
    "mfa_index": SECOND_FACTOR,
    "mfa_authenticate": SECOND_FACTOR,
    "mfa_reauthenticate": SECOND_FACTOR,
    "mfa_activate_totp": SECOND_FACTOR,
    "mfa_deactivate_totp": SECOND_FACTOR,
    "mfa_view_recovery_codes": SECOND_FACTOR,
    "mfa_generate_recovery_codes": SECOND_FACTOR,
    "mfa_download_recovery_codes": NO_PAGE,
}
OTHERS = ("admin/", "api/v1")
"""The pages of Django's administration, and the API with the page of its documentation, are other projects' work."""


def routes(patterns: Iterable[URLPattern | URLResolver] = (), before: str = "") -> Iterator[tuple[str, str]]:
    """Every route of our pages with its name, or the route for a name."""
    for one in patterns or get_resolver().url_patterns:
        route = before + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        elif not route.startswith(OTHERS):
            yield one.name or route.strip("/"), route


def unvisited(paths: Iterable[str]) -> set[str]:
    """The names of the routes that none of the paths leads to and that nothing excuses."""
    visited = {resolve(path.partition("?")[0]).route for path in paths if path != "/nothing-here/"}
    return {name for name, route in routes() if route not in visited and name not in EXCUSED}


def an_address(route: str) -> str:
    """Some address of the route."""
    some = {"slug": "chest", "int": "1", "uuid": str(UUID(int=1))}
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: some[found[1]], route)
