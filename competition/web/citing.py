"""How a competition and its data are cited: what its organizers ask for, and BibTeX of both."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from competition.models import Competition
from competition.web.find import competition_of, frame
from competition.web.next_step import next_step

SPECIAL = re.compile(r"([&%$#_{}])")
OF_VINDR_CXR = """@misc{nguyen2020vindrcxr,
  title         = {VinDr-CXR: An open dataset of chest X-rays with radiologist's annotations},
  author        = {Ha Q. Nguyen and Khanh Lam and Linh T. Le and Hieu H. Pham and Dat Q. Tran and Dung B. Nguyen and
                   Dung D. Le and Chi M. Pham and Hang T. T. Tong and Diep H. Dinh and Cuong D. Do and Luu T. Doan and
                   Cuong N. Nguyen and Binh T. Nguyen and Que V. Nguyen and Au D. Hoang and Hien N. Phan and
                   Anh T. Nguyen and Phuong H. Ho and Dat T. Ngo and Nghia T. Nguyen and Nhan T. Nguyen and
                   Minh Dao and Van Vu},
  year          = {2020},
  eprint        = {2012.15029},
  archivePrefix = {arXiv}
}"""


@dataclass(frozen=True)
class Entry:
    """One BibTeX text on the page, and where it can be downloaded."""

    name: str
    title: str
    text: str
    address: str = ""


@require_safe
def cite(request: HttpRequest, slug: str) -> HttpResponse:
    """What to cite, to be copied."""
    competition = competition_of(slug, request.user)
    facts = next_step(request, competition)
    own = _of_competition(request, competition, facts["times"].now)
    entries = [Entry("of-competition", _("This competition"), own)]
    if competition.bibtex:
        address = f"/api/v1/competitions/{competition.slug}/citation.bib"
        entries.append(Entry("of-organizers", _("What its organizers ask for"), competition.bibtex.strip(), address))
    if competition.rules == "vindr-cxr":
        entries.append(Entry("of-data", _("Its data, VinDr-CXR"), OF_VINDR_CXR))
    context = frame(request, competition, "rules") | facts | {"entries": entries}
    return render(request, "competition/cite.html", context)


def _of_competition(request: HttpRequest, competition: Competition, now: datetime) -> str:
    """A website has no author to name, so the title and the address have to do."""
    address = request.build_absolute_uri(reverse("competition", args=[competition.slug]))
    return "\n".join(
        [
            f"@misc{{{competition.slug},",
            f"  title        = {{{{{_plain(competition.title)}}}}},",
            f"  year         = {{{competition.created_at.year}}},",
            f"  howpublished = {{\\url{{{address}}}}},",
            f"  note         = {{Benchmark competition, seen on {now:%Y-%m-%d}}}",
            "}",
        ]
    )


def _plain(text: str) -> str:
    """A title as TeX reads it; a backslash, a tilde and a caret have no short form and become blanks."""
    return SPECIAL.sub(r"\\\1", re.sub(r"[\\~^]", " ", text))
