"""How the calls of the API are grouped on its page, in the order in which somebody meets them."""

SECTIONS = {
    "Your account": (r"/account.*",),
    "Competitions": (
        r"/competitions",
        r"/competitions/{slug}",
        r"/competitions/{slug}/(manifest|sample|files/{name}|citation.bib)",
        r"/competitions/{slug}/announcements",
    ),
    "Entering, terms and rules": (
        r"/competitions/{slug}/(entry|terms/accept|guests)",
        r"/competitions/{slug}/rules.*",
    ),
    "Your team": (r"/competitions/{slug}/team.*",),
    "Submissions": (
        r"/competitions/{slug}/submissions",
        r"/submissions/{submission_id}",
        r"/submissions/{submission_id}/(file|compare/{other_id}|withdraw|unwithdraw|select|unselect|declarations)",
    ),
    "Boards": (r"/competitions/{slug}/boards/{track}",),
    "Prizes and declarations": (
        r"/competitions/{slug}/awards",
        r"/competitions/{slug}/brackets/.*",
        r"/competitions/{slug}/declarations",
    ),
    "Suspected errors": (r"/competitions/{slug}/errata(/reports)?",),
    "Organizers: labels and scores": (
        r"/competitions/{slug}/truth.*",
        r"/competitions/{slug}/rescore",
        r"/submissions/{submission_id}/(disqualify|restore|retry)",
        r"/competitions/{slug}/errata/.*",
    ),
    "Organizers: phases and results": (
        r"/competitions/{slug}/phases/.*",
        r"/competitions/{slug}/(deadlines|claims|claims/decision|declines|declarations/export)",
    ),
    "Organizers: people": (r"/competitions/{slug}/(participants|participants/decision|acceptances|allowances.*)",),
    "Organizers: looking after it": (r"/competitions/{slug}/(queue|failures|hints.*|audit|export)",),
    "Organizers: rehearsals and copies": (
        r"/competitions/{slug}/(description|clone|rehearsals|clock|guest-link|make-public|delete)",
    ),
}

HEAD = """# The API

Made from the published schema and from the program by `make api-reference`; a test holds them together.

Everything lies below `/api/v1`, which the addresses here leave out; no address ends in a slash. Bodies and answers
are JSON where nothing else is said. The schema itself (OpenAPI 3.1) is at `/api/v1/schema`, as YAML with
`?format=yaml`, and a server shows it as a page at `/api/v1/docs`. In Python, [the
client](command-line.md#from-python) does all that participants need.

**Who asks.** Send `Authorization: Bearer <token>`; a token is made on the account page with the scopes `read`,
`submit` and `organize`, and does what its person may do within them. A session of the pages works too, with
`X-CSRFToken` for what changes anything. What you may not know of is 404; what you may know of and not do is 403;
without a log-in it is 401.

**Errors** are problem documents: [all codes and what to do](errors.md). Below each call stand the codes that its
rules can answer. Any call can answer those of [this table](errors.md#any-call) besides, such as `invalid` for a value
of the wrong kind.

**Answers** can gain fields. Times are UTC. Lists by cursor have `next`, `previous` and `results`: follow `next` as it
is. What has a strong `ETag` (boards, submissions, the list of images) answers `If-None-Match` with 304.
`X-Metric-Version` says by which version of the metrics the server measures.

**Asking again.** While a submission is on its way its answer says in `Retry-After` when to look again; a 429 or 503
says so too. An upload that broke off is sent again with the same `Idempotency-Key` and counts once.
"""
