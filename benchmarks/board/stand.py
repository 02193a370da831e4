"""Servers of the run's own and the large competition in them, before anybody has handed in anything."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from benchmarks.speed.files import write_boxes

if TYPE_CHECKING:
    from competition.models import Phase, Track

SLUG = "large"
PHASE = {
    "key": "main",
    "title": "Main",
    "opens_at": "2020-01-01T00:00:00Z",
    "closes_at": "2100-01-01T00:00:00Z",
    "detail": "classes",
}


@contextmanager
def services() -> Iterator[None]:
    """A PostgreSQL and a Valkey of the run's own, and Django's settings that lead to them."""
    from tests.services import Services

    services = Services()
    try:
        os.environ.update(services.environment(), DJANGO_SETTINGS_MODULE="competition.settings")
        import django
        from django.core.management import call_command

        django.setup()
        logging.disable()
        for command in ("migrate", "collectstatic"):
            call_command(command, interactive=False, verbosity=0)
        yield
    finally:
        services.stop()


def found_large(folder: Path, opened_days: int) -> tuple[Phase, Track]:
    """Its one phase and its one track."""
    from datetime import UTC, datetime, timedelta

    from competition.operations.folder import read_folder
    from competition.operations.found import found

    pair = write_boxes(folder, 3000)
    track = {"labels": "local", "truth": pair.truth.name, "metric": "voc2010@0.4"}
    phase = PHASE | {"opens_at": (datetime.now(UTC) - timedelta(days=opened_days)).isoformat()}
    description = {"slug": SLUG, "title": "A large challenge", "tracks": {"detection": track}, "phases": [phase]}
    (folder / "competition.yaml").write_text(yaml.safe_dump(description))
    competition = found(read_folder(folder))
    return competition.phases.get(), competition.tracks.get()
