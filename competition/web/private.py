"""Pages that are one person's own: a login is needed, and no cache keeps them."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]

page_and_form = require_http_methods(["GET", "HEAD", "POST"])


def uncached(view: View) -> View:
    """What the page shows belongs to who asked: no cache keeps it, and going back loads it anew."""
    return cache_control(private=True, no_store=True)(view)


def private(view: View) -> View:
    """Who isn't logged in is sent to do so and comes back, whether or not there is anything here."""
    return login_required(uncached(view))
