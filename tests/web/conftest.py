import pytest
from django.test import Client

from tests.factory import make_user


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings):
    """The tests of pages need no collected static files."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def page_client(user=None, **words):
    """A browser without JavaScript, logged in as that person."""
    client = Client(**words)
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def browser(member):
    return page_client(member.user)


@pytest.fixture
def organizer(competition):
    person = make_user("olga")
    competition.organizers.add(person)
    return person
