"""Placeholder until its owner writes it."""

from django.http import Http404, HttpRequest, HttpResponse


def about(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def data(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def rules(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
