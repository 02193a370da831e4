"""Placeholder until its owner writes it."""

from django.http import Http404, HttpRequest, HttpResponse


def overview(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def new_token(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def revoke(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
