"""Passwords and keys of the demo, made once and kept in DATA_DIR."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from nacl.encoding import HexEncoder
from nacl.public import PrivateKey

from competition.embedded.accounts import Account, Accounts
from competition.embedded.folders import make_folder, write_file


@dataclass(frozen=True)
class KeyPair:
    """The key that seals ground truth, in hexadecimal, and the file with the key that opens it."""

    public: str
    private_file: Path


def kept_secret(folder: Path, name: str, account: Account) -> str:
    """Return the secret of that name, made at the first call and the same ever after."""
    path = folder / name
    if not path.exists():
        write_file(path, secrets.token_hex(32), account)
    return path.read_text()


def kept_key_pair(folder: Path, accounts: Accounts) -> KeyPair:
    """Return the labels' key pair, made at the first call; the private key is for the worker's user alone."""
    make_folder(folder, accounts.supervisor, 0o711)
    private_file = folder / "labels.private"
    if private_file.exists():
        private = PrivateKey(private_file.read_text().encode(), HexEncoder)
    else:
        private = PrivateKey.generate()
    write_file(private_file, private.encode(HexEncoder).decode(), accounts.worker, mode=0o400)
    return KeyPair(private.public_key.encode(HexEncoder).decode(), private_file)
