import hashlib

import pytest
from django.test import override_settings

from competition import vault
from competition.errors import Unavailable

LABELS = vault.Labels({"detection": "image_id,class_name\n"}, {"a": "patient"})


def test_what_is_sealed_can_be_opened_with_the_private_key():
    sealed = vault.seal_labels(LABELS)

    assert vault.open_labels(sealed.box, sealed.commitment) == LABELS


def test_the_same_labels_have_another_commitment_each_time():
    assert vault.seal_labels(LABELS).commitment != vault.seal_labels(LABELS).commitment


def test_the_commitment_is_over_salt_and_canonical_form():
    sealed = vault.seal_labels(LABELS)
    content = vault._open(sealed.box)

    assert content[32:] == LABELS.canonical()
    assert hashlib.sha256(content).hexdigest() == sealed.commitment


def test_other_labels_than_those_committed_to_are_refused():
    sealed = vault.seal_labels(LABELS)

    with pytest.raises(Unavailable) as refusal:
        vault.open_labels(sealed.box, "0" * 64)

    assert refusal.value.code == "broken_commitment"


def test_without_the_private_key_nothing_opens(settings):
    sealed = vault.seal_labels(LABELS)
    vault._private_key.cache_clear()
    keyless = settings.ENVIRONMENT.model_copy(update={"labels_private_key_file": None})

    with override_settings(ENVIRONMENT=keyless), pytest.raises(Unavailable) as refusal:
        vault.open_labels(sealed.box, sealed.commitment)

    vault._private_key.cache_clear()
    assert refusal.value.code == "no_private_key"
