"""The made-up test set is the same for all tests; it is drawn once."""

import pytest

from competition.demo.consensus import Consensus, draw_consensus
from scoring import Manifest, read_manifest


@pytest.fixture(scope="session")
def truth() -> Consensus:
    return draw_consensus()


@pytest.fixture(scope="session")
def images(truth: Consensus) -> Manifest:
    return read_manifest(truth.manifest_csv())
