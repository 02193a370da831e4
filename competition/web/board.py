"""The board of a track: a published snapshot, drawn."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

from competition.errors import Refusal
from competition.models import Awards, Board, Competition, Membership, Phase, Results, Shows, Split, Submission, Track
from competition.models import TruthTrack
from competition.operations.board_snapshots import day_before, snapshot
from competition.operations.declare import KINDS
from competition.operations.declared import Declared, public_declarations, undeclared
from competition.web.board_choice import Choice
from competition.web.board_rows import html_of_rows, own_place
from competition.web.board_snippets import snippets
from competition.web.board_tag import shared_tag
from competition.web.drawn_board import drawn
from competition.web.find import competition_of, frame
from competition.web.kept import Kept
from competition.web.phases import Timetable, timetable

MOST_BYTES = 24 * 2**20
_pages: Kept[bytes] = Kept(MOST_BYTES)
"""ETag → the page that everybody shares."""
