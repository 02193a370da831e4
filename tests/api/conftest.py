import pytest
from django.test import Client

from tests.factory import make_token


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings):
    """The page of the API's description needs no collected static files here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def api(member):
    return Client(headers={"Authorization": f"Bearer {make_token(member.user)}"})
