"""The books that worlds are made of: everything handed in, nothing scored."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client

from competition.models import Announcement
from competition.operations.publish_rules import publish_rules
from competition.operations.report_erratum import report_erratum
from tests.factory import (
    IMAGES,
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_token,
    make_user,
    probabilities_csv,
)
from tests.probing.reading import Answers, Names, Reader
from tests.probing.worlds import Worlds, tick

PHASE = {"opens_at": "2020-01-01", "closes_at": "2100-01-01", "daily_limit": 5, "total_limit": 50}
PHASES = [
    PHASE | {"key": "main", "title": "Main", "detail": "composite"},
    PHASE | {"key": "open", "title": "Open", "detail": "classes"},
    PHASE | {"key": "quiet", "title": "Quiet", "detail": "classes", "shows": "nothing"},
]
PRIZES = {"key": "prizes", "title": "Prizes", "track": "detection", "eligibility": "From here.", "prizes": ["1"]}


@dataclass(frozen=True)
class Books:
    """The world before anything is scored."""

    worlds: Worlds
    readers: dict[str, Reader]
    names: Names
    no_step: uuid.UUID
    no_step_file: str
    first: tuple[Answers, list[tuple[str, float]], list[Any]] | None = None
    """What is read in the world as it is, its scores and its boards."""


def same_length(shift, others=None):
    """Boxes so far from the true ones, every other one by `others`; each number has as many digits as the others."""
    near = detections_csv(shift=shift).decode().splitlines()
    far = near if others is None else detections_csv(shift=others).decode().splitlines()
    rows = [near[0]]
    for place, row in enumerate(near[1:], start=1):
        *words, x_min, y_min, x_max, y_max = (far[place] if place % 2 else row).split(",")
        corners = [f"{float(word):06.1f}" if word else "" for word in (x_min, y_min, x_max, y_max)]
        rows.append(",".join([*words, *corners]))
    return ("\n".join(rows) + "\n").encode()


BIT_WORSE, FAR_WORSE = same_length(20, 60), same_length(900)


def handed_in(worlds, folder, *, several):
    """Three teams' files in three phases; the own team's submissions that are asked for are fewer without `several`."""
    competition = make_competition(
        folder,
        phases=PHASES,
        split={"public": 0.5, "seed": 1},
        min_positives=2,
        brackets=[PRIZES],
        bibtex="@misc{chest, title = {Chest}}",
    )
    ada, bob, eve = (make_member(competition, name) for name in ("ada", "bob", "eve"))
    competition.organizers.add(make_user("olga"))
    competition.handouts.create(name="train.csv", content=b"a,b", size=3, sha256="0" * 64)
    Announcement.objects.create(competition=competition, title="News", text="The server was down.")
    publish_rules(
        competition, organizer=None, version="1", text="Be fair.", in_force_at=competition.now() + timedelta(days=30)
    )
    report_erratum(user=ada.user, competition=competition, image_id=IMAGES[1], text="It is on the left.")
    own = [
        _sent(ada, same_length(20), "main"),
        _sent(ada, BIT_WORSE, "main"),
        _sent(ada, probabilities_csv(noise=0.5, seed=1), "main", "classification"),
        _sent(ada, probabilities_csv(noise=0.2, seed=4), "main", "classification"),
        _sent(ada, detections_csv(shift=40), "open"),
        _sent(ada, probabilities_csv(noise=0.6, seed=5), "open", "classification"),
        _sent(ada, detections_csv(shift=40), "quiet"),
    ]
    _sent(bob, detections_csv(shift=45), "main")
    _sent(bob, probabilities_csv(noise=0.5, seed=2), "main", "classification")
    _sent(bob, detections_csv(shift=30), "open")
    _sent(bob, probabilities_csv(noise=0.6, seed=6), "open", "classification")
    _sent(eve, detections_csv(shift=45), "main")
    readers = {
        "own team": _reader("own team", ada.user),
        "other team": _reader("other team", bob.user),
        "outsider": _reader("outsider", make_user("mallory")),
        "anybody": Reader("anybody", Client().cookies),
    }
    of_routes = {
        "slug": ["chest"],
        "track": ["detection", "classification"],
        "key": [phase["key"] for phase in PHASES],
        "brackets key": ["prizes"],
        "number": ["1"],
        "version": ["1"],
        "name": ["train.csv"],
    }
    asked_for = own if several else [own[0], own[1], own[4]]
    names = Names([one.pk for one in asked_for], of_routes)
    return Books(worlds, readers, names, own[1].pk, own[1].file)


def _sent(member, content, phase, track="detection"):
    tick()
    return hand_in(member, content, track=track, phase=phase, file_name="mine.csv").submission


def _reader(name, user):
    client = Client()
    client.force_login(user)
    return Reader(name, client.cookies, make_token(user))
