"""`python -m tests.corpus`: write docs/corpus.md."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competition.settings")
django.setup()

from competition.environment import REPOSITORY  # noqa: E402 - the models need their settings
from tests.corpus.page import page  # noqa: E402

(REPOSITORY / "docs" / "corpus.md").write_text(page())
