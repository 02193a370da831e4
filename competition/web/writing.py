"""Template filters: how the pages write times, scores, ranks, states and Markdown."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode, urljoin

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from competition import factor
from competition.web import faults, findings, metrics
from competition.web.prose import clean_html

register = template.Library()


@register.filter
def markdown(text: str, top: int = 2) -> SafeString:
    """Markdown as clean HTML; its highest headings become those of level `top`, so that the page's order holds."""
    return mark_safe(clean_html(text, top=top))


@register.simple_tag
def prose(text: str, anchors: str, top: int = 2) -> SafeString:
    """The same, with headings that can be linked to under ids which begin with `anchors`."""
    return mark_safe(clean_html(text, top=top, anchors=anchors))


@register.filter
def instant(time: datetime | str | None) -> str:
    """A time as `<time>`, to the minute in UTC; the script beside the page adds the reader's own zone."""
    if time is None:
        return ""
    at = datetime.fromisoformat(time) if isinstance(time, str) else time
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), at.strftime("%Y-%m-%d %H:%M UTC"))


@register.filter
def score(value: float | None) -> str:
    """A score to 3 decimals; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


@register.filter
def interval(ends: Sequence[float] | None) -> str:
    """A 95 % interval, to 3 decimals; a dash where there is none."""
    return "–" if ends is None else gettext("{low} to {high}").format(low=f"{ends[0]:.3f}", high=f"{ends[1]:.3f}")


@register.filter
def said(word: object) -> str:
    """A word of the program's own, such as a state, in the reader's language; `web/words.py` lists them."""
    return gettext(str(word)) if word else ""


@register.filter
def difference(value: float | None) -> str:
    """A difference of two scores, to 3 decimals with its sign; a dash where there is none."""
    return "–" if value is None else f"{value:+.3f}".replace("-", "−")


@register.filter
def differences(ends: Sequence[float] | None) -> str:
    """The interval of a difference, to 3 decimals with signs; a dash where there is none."""
    if ends is None:
        return "–"
    return gettext("{low} to {high}").format(low=difference(ends[0]), high=difference(ends[1]))


@register.filter
def term(label: str) -> str:
    """A term for a label in the reader's language, to stand beside its name."""
    return findings.term_of(label)


@register.filter
def meaning(text: str) -> str:
    """What a label means, in the reader's language where the list of VinDr-CXR says it."""
    return findings.meaning_of(text)


@register.filter
def in_general(code: str) -> str:
    """What the code of a fault or a notice means, where the page speaks another language than its explanation."""
    return "" if get_language() == settings.LANGUAGE_CODE else faults.fault_sentence(code)


@register.filter
def metric_name(metric: str) -> str:
    """A few words for the metric."""
    return metrics.metric_name(metric)


@register.filter
def metric_meaning(metric: str) -> str:
    """What the metric measures, in a sentence or two."""
    return metrics.metric_meaning(metric)


@register.simple_tag
def sends_mail() -> bool:
    """Whether this server can send mail at all."""
    return bool(settings.ENVIRONMENT.email_url)


@register.simple_tag(takes_context=True)
def owes_factor(context: template.Context) -> bool:
    """Whether the person must still show a second factor before doing anything."""
    return factor.is_owed_in(context["request"])


@register.simple_tag(takes_context=True)
def way_back(context: template.Context) -> str:
    """Where to go once the language is chosen: this page; of one that a form has led to, the page above."""
    request = context.get("request")
    if request is None:
        return ""
    is_form = request.method == "POST" and not request.path.startswith("/accounts/")
    return urljoin(request.path, "..") if is_form else request.get_full_path()


@register.simple_tag(takes_context=True)
def way_on(context: template.Context) -> str:
    """The query by which one page of the way in tells the next where the visitor was going; nothing if nowhere."""
    request = context["request"]
    going = request.POST.get("next") or request.GET.get("next")
    return f"?{urlencode({'next': going})}" if going else ""
