"""The vault: hidden labels are sealed as they arrive and opened only by a process that holds the private key.

libsodium's sealed boxes: anybody with the public key can seal, nobody without the private one can open.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from competition.errors import Unavailable


@dataclass(frozen=True)
class SealedLabels:
    """A sealed box and the commitment to what is in it: SHA-256 (hex) of the salt followed by the canonical form."""

    box: bytes
    commitment: str


@dataclass(frozen=True)
class Labels:
    """What the box of a ground truth holds: the canonical CSV of each track by its kind, and the groups."""

    tracks: dict[str, str]
    groups: dict[str, str] | None = None
    """image_id → group; None where each image is its own."""

    def canonical(self) -> bytes:
        """One form for one content: keys sorted, no blanks, UTF-8."""
        form = {"groups": self.groups, "tracks": self.tracks}
        return json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def seal_labels(labels: Labels) -> SealedLabels:
    """Seal the labels together with a fresh salt. Nothing is written anywhere."""
    salt = secrets.token_bytes(32)
    canonical = labels.canonical()
    return SealedLabels(box=_seal(salt + canonical), commitment=hashlib.sha256(salt + canonical).hexdigest())


def open_labels(box: bytes, commitment: str) -> Labels:
    """Open the labels and check that they are what was committed to."""
    if not box:
        raise Unavailable("labels_absent", "These labels are not here: their competition came with an archive.")
    content = _open(box)
    if hashlib.sha256(content).hexdigest() != commitment:
        raise Unavailable("broken_commitment", "The sealed labels are not those that were committed to.")
    form = json.loads(content[32:])
    return Labels(tracks=form["tracks"], groups=form["groups"])


def seal_split(public_images: list[str]) -> SealedLabels:
    """Seal the list of images of the public part together with a fresh salt, and commit to both."""
    form = {"public": sorted(public_images), "salt": secrets.token_hex(32)}
    content = json.dumps(form, sort_keys=True, separators=(",", ":")).encode()
    return SealedLabels(box=_seal(content), commitment=hashlib.sha256(content).hexdigest())


def open_split(box: bytes) -> list[str]:
    """The images of the public part, sorted. A split that was sealed without a commitment is the bare list."""
    form = json.loads(_open(box))
    return list(form if isinstance(form, list) else form["public"])


def commitment_to_split(box: bytes) -> str:
    """SHA-256 (hex) of what the box of a split holds, as it was written down when the split was drawn."""
    return hashlib.sha256(_open(box)).hexdigest()


def refuse_without_private_key() -> None:
    """Raise Unavailable, with the reason, where this process can open nothing. The key is not kept in memory."""
    _read_private_key()


def _seal(content: bytes) -> bytes:
    return SealedBox(_public_key()).encrypt(content)


def _open(box: bytes) -> bytes:
    try:
        return SealedBox(_private_key()).decrypt(bytes(box))
    except CryptoError as error:
        raise Unavailable("wrong_key", "The private key does not open this box.") from error


@cache
def _public_key() -> PublicKey:
    key = settings.ENVIRONMENT.labels_public_key
    if not key:
        raise Unavailable("no_public_key", _("LABELS_PUBLIC_KEY is not set; labels can't be sealed."))
    return PublicKey(bytes.fromhex(key))


@cache
def _private_key() -> PrivateKey:
    return _read_private_key()


def _read_private_key() -> PrivateKey:
    path: Path | None = settings.ENVIRONMENT.labels_private_key_file
    if path is None:
        raise Unavailable("no_private_key", "This process has no private key; only workers open labels.")
    try:
        return PrivateKey(bytes.fromhex(path.read_text().strip()))
    except OSError as error:
        raise Unavailable("no_private_key", f"{path} can't be read: {error.strerror}.") from error
    except (ValueError, CryptoError):
        # Not `from` the error: it may show what stands in the file.
        detail = f"{path} holds no private key; make_keys writes one, of 64 hexadecimal digits."
        raise Unavailable("no_private_key", detail) from None
