"""Placeholder until its owner writes it."""

from django.http import Http404, HttpRequest, HttpResponse


def enter_competition(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
