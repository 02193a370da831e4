"""Reads a page as a browser without JavaScript does: its links, its headings, and what a checker would object to."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CLOSED_IN_PLACE = {"rect", "path", "line", "circle", "polyline"}
UNLABELLED = {"hidden", "submit", "button"}


@dataclass
class Page(HTMLParser):
    """What one document says."""

    text: str
    links: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.lang = ""
        self.feed(self.text)
        self._finish()

    def handle_starttag(self, tag, attrs):
        facts = {name: value or "" for name, value in attrs}
        self._look_at(tag, facts)
        if tag not in VOID and tag not in CLOSED_IN_PLACE:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID or tag in CLOSED_IN_PLACE:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def _look_at(self, tag, facts):
        self.ids += [facts["id"]] if "id" in facts else []
        self.lang = facts.get("lang", "") if tag == "html" else self.lang
        self.links += [facts["href"]] if tag == "a" and "href" in facts else []
        self.headings += [tag] if tag in ("h1", "h2", "h3") else []
        if tag == "label" and "for" in facts:
            self.labelled.add(facts["for"])
        if tag in ("input", "select", "textarea") and facts.get("type") not in UNLABELLED and "label" not in self.open:
            self.controls.append(facts)
        self.faults += [fault for fault, is_so in _faults(tag, facts) if is_so]

    def _finish(self):
        self.faults += [f"<{tag}> is never closed" for tag in self.open if tag not in ("p", "li")]
        self.faults += [f"the id {name} is there twice" for name in set(self.ids) if self.ids.count(name) > 1]
        for facts in self.controls:
            if facts.get("id") not in self.labelled and "aria-label" not in facts and "aria-labelledby" not in facts:
                self.faults.append(f"the field {facts.get('name')} has no label")
        if self.headings.count("h1") != 1:
            self.faults.append(f"{self.headings.count('h1')} first-level headings")
        if self.lang != "en":
            self.faults.append("the language is not said")


def _faults(tag, facts):
    """What a single tag can do wrong, and whether it does."""
    target = facts.get("src") or facts.get("action") or facts.get("href") or ""
    has_own = "style" in facts or any(name.startswith("on") for name in facts)
    return [
        (f"<{tag}> has a style or a handler of its own", has_own or tag == "style"),
        ("a script stands in the page", tag == "script" and "src" not in facts),
        ("an image has no alt", tag == "img" and "alt" not in facts),
        ("a table heading has no scope", tag == "th" and "scope" not in facts),
        (f"<{tag}> leads to another host", tag != "a" and target.startswith(("http", "//"))),
    ]
