"""Placeholder until its owner writes it."""

from django.http import Http404, HttpRequest, HttpResponse


def own_submissions(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def one_submission(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def state(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def withdraw_submission(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def select_submission(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
