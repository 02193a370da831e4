"""Organizers' Markdown as clean HTML: headings fit into the page and can be linked to, wide tables scroll."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

LOWEST_HEADING = 6
LONGEST_ANCHOR = 60
_NO_WORD = re.compile(r"[\W_]+")
_SCROLLED = '<div class="table-scroll" tabindex="0" role="region" aria-label="{label}">\n<table>\n'
_HEADINGS = tuple(f"h{level}" for level in range(1, LOWEST_HEADING + 1))
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **{heading: {"id"} for heading in _HEADINGS},
    "a": nh3.ALLOWED_ATTRIBUTES["a"] | {"class"},
    "div": {"class", "tabindex", "role", "aria-label"},
}
"""Of what is added here only these; Markdown itself has no way to write an attribute, since HTML in it is text."""


def clean_html(text: str, *, top: int = 2, anchors: str = "", table: str = "Table") -> str:
    """The HTML. Its highest headings become those of level `top`, so that the page's order holds.

    anchors: the beginning of the headings' ids, such as `about`, under which each can be linked to; empty: they have
    none. table: what a scrolling table is called.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("table_open", lambda *_: _SCROLLED.format(label=table))
    markdown.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    tokens = markdown.parse(text)
    _lower_headings(tokens, top)
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
    if anchors:
        _name_headings(tokens, anchors)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return nh3.clean(html, attributes=ATTRIBUTES, link_rel="noopener noreferrer nofollow")


def _lower_headings(tokens: Sequence[Token], top: int) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1:]) for token in headings), default=top)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1:]) - highest + top, LOWEST_HEADING)}"


def _name_headings(tokens: Sequence[Token], prefix: str) -> None:
    """Each gets an id of its own, and is a link to itself unless there is a link in it already."""
    taken: Counter[str] = Counter()
    for heading, inline in pairwise(tokens):
        if heading.type != "heading_open":
            continue
        children: list[Any] = inline.children or []
        words = "".join(child.content for child in children)
        name = f"{prefix}-{_NO_WORD.sub('-', words.lower()).strip('-')[:LONGEST_ANCHOR] or 'part'}"
        taken[name] += 1
        name += f"-{taken[name]}" if taken[name] > 1 else ""
        heading.attrSet("id", name)
        if not any(child.type == "link_open" for child in children):
            opening = Token("link_open", "a", 1, attrs={"href": f"#{name}", "class": "anchor"})
            inline.children = [opening, *children, Token("link_close", "a", -1)]
