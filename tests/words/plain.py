"""Finds what is said in one language only: in templates, in the pages' Python, and on the pages themselves."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

MARKED = re.compile(r"{%\s*(comment|blocktranslate)\b.*?{%\s*end\1\s*%}", re.DOTALL)
DJANGO = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SILENT = re.compile(r"<(script|style|pre|code|svg)\b.*?</\1>|<(\w+)[^>]*\stranslate=\"no\".*?</\2>", re.DOTALL)
READ_OUT = re.compile(r'\s(?:aria-label|title|alt|placeholder)="([^"]*)"|\sdata-[a-z-]+="([^"]* [^"]*)"')
INCLUDED = re.compile(r"{%\s*include\b[^%]*?=\"([^\"]*[A-Z][^\"]*)\"")
LITERAL = re.compile(r"\|(?:default|default_if_none|yesno):(?:\"([^\"]*)\"|'([^']*)')")
WORD = re.compile(r"[A-Za-z]{2,}")
TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)

ALIKE = frozenset(
    WORD.findall(
        "API AP AUROC BibTeX COCO CSV FROC GitHub Markdown HTML IoU JSON MiB KB MB OpenAPI PASCAL PDF PNG PR ROC SHA "
        "SVG TOTP URL UTC VOC ZIP VinDr CXR arXiv bench mAP px vindr nbsp hellip rarr larr times amp English "
        "Ti ng Vi YAML DOI doi"
    )
)
"""Names and signs that are the same in every language. Whatever else is in Latin letters has to be translated."""


def in_template(text: str) -> list[str]:
    """What a template says outside of its marks."""
    bare = MARKED.sub(" ", text)
    literals = [one or other for one, other in LITERAL.findall(bare) if one != "yes,no"]
    literals += INCLUDED.findall(bare)
    spoken = SILENT.sub(" ", re.sub(r"{%\s*translate\b.*?%}", " ", bare))
    attributes = ["".join(found) for found in READ_OUT.findall(DJANGO.sub("", spoken))]
    pieces = TAG.sub("\n", DJANGO.sub(lambda found: "\n" if found[0].startswith("{%") else " ", spoken)).split("\n")
    return [piece.strip() for piece in (*literals, *attributes, *pieces) if is_only_in_one_language(piece)]


def in_python(path: Path) -> list[str]:
    """Sentences in the pages' Python that aren't marked: with a capital and a blank, or told by a form."""
    tree = ast.parse(path.read_text())
    marks = [part for node in ast.walk(tree) if _marks(node) for part in ast.walk(node)]
    marked = {id(part) for part in marks}
    names = {part.value for part in marks if isinstance(part, ast.Constant)}
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in FORM_WORDS}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node.value in names:
            continue
        if id(node) in marked | docstrings or node.value.startswith(CODE):
            continue
        if SENTENCE.match(node.value) or (id(node) in told and WORD.search(node.value)):
            found.append(f"{path.name}:{node.lineno}: {node.value}")
    return found


CODE = ("vindr-bench ", "noopener ")
FORM_WORDS = {"label", "help_text"}
SENTENCE = re.compile(r"[A-Z“][a-z’']* [a-z“(][^<>=]*$|[A-Z][a-z]+\.$|[^<>={}]*[a-z]{2,}[.,;:]? [a-z]+ [a-z]+[^<>=]*$")


REFUSALS = frozenset(
    [
        *("Refusal", "NotFound", "Forbidden", "Invalid", "Conflict", "QuotaSpent", "Unavailable", "WrongType"),
        *("UploadTooLarge", "_conflict"),
    ]
)
"""What says no to a person, by the name that is called."""


def in_refusals(path: Path) -> list[str]:
    """Sentences of refusals that aren't marked, whether they are told where it is raised or named just before."""
    found = []
    for function in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)):
        raised = [part for node in ast.walk(function) if _refuses(node) for part in (*node.args, *node.keywords)]
        named = {part.id for part in raised if isinstance(part, ast.Name)}
        raised += [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and named & {getattr(target, "id", "") for target in node.targets}
        ]
        found += [text for part in raised for text in _unmarked(part) if " " in text.strip() and WORD.search(text)]
    return found


def _refuses(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in REFUSALS


def _unmarked(node: ast.AST) -> list[str]:
    if _marks(node):
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    return [text for child in ast.iter_child_nodes(node) for text in _unmarked(child)]


def _marks(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "gettext", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
    )


def is_only_in_one_language(text: str, names: frozenset[str] = frozenset()) -> bool:
    """Whether the text has a word that would be another one in another language."""
    return any(word not in ALIKE and word not in names for word in WORD.findall(text))


THEIRS = (("translate", "no"), ("lang", "en"), ("dir", "auto"))
"""How the pages mark names, what the server keeps in English, and what people wrote in any language."""


class Spoken(HTMLParser):
    """What a page says, in order: its texts, and the attributes that are read out; without what people wrote."""

    ATTRIBUTES = frozenset(("aria-label", "title", "alt", "placeholder"))
    SILENT = frozenset(("script", "style", "code", "pre", "time", "bdi"))
    VOID = frozenset(WORD.findall("area base br col embed hr img input link meta source track wbr"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(page.partition("<head>")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        silent = self._is_silent() or tag in self.SILENT or any(facts.get(name) == of for name, of in THEIRS)
        if not silent:
            self.said += [value for name, value in facts.items() if value and self._is_read_out(name, value)]
        if tag not in self.VOID:
            self.open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while tag not in self.VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_silent():
            self.said.append(" ".join(data.split()))

    def _is_read_out(self, name: str, value: str) -> bool:
        """Scripts take their sentences from the page: from its `data-` attributes."""
        return name in self.ATTRIBUTES or (name.startswith("data-") and " " in value)

    def _is_silent(self) -> bool:
        return bool(self.open) and self.open[-1][1]
