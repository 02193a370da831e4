"""The file of log-ins: the host that is used when none is named, and the token of each host."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path

from vindr_bench.errors import Misused
from vindr_bench.folders import config_folder, write_private
from vindr_bench.token import Token

_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Credentials:
    """What is kept. A token is its host's alone."""

    host: str | None = None
    tokens: dict[str, Token] = field(default_factory=dict)

    def with_token(self, host: str, token: Token) -> Credentials:
        """Log in: this host is now the one that is meant when none is named."""
        return replace(self, host=host, tokens={**self.tokens, host: token})

    def without(self, host: str) -> Credentials:
        """Log out."""
        tokens = {kept: token for kept, token in self.tokens.items() if kept != host}
        return Credentials(next(iter(tokens), None) if self.host == host else self.host, tokens)


def credentials_path() -> Path:
    """The file."""
    return config_folder() / "credentials.json"


def read_credentials() -> Credentials:
    """What is kept; nothing where there is no file. Misused where others can read the file."""
    path = credentials_path()
    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & _FOR_OTHERS:
                raise Misused(
                    "credentials_open", f"Others can read your token: run `chmod 600 {path}`, then try again."
                )
            kept = json.load(file)
        tokens = {str(host): Token(str(secret)) for host, secret in kept["tokens"].items()}
        return Credentials(kept["host"], tokens)
    except FileNotFoundError:
        return Credentials()
    except (ValueError, KeyError, TypeError, AttributeError):
        # What the file holds is a secret, so what json says of it is not passed on.
        sentence = f"{path} is damaged: remove it and log in again."
    except OSError as error:
        sentence = f"{path} can't be read: {error.strerror}."
    raise Misused("credentials_unreadable", sentence)


def write_credentials(credentials: Credentials) -> None:
    """Keep them, in a file of mode 0600. Misused where it can't be written."""
    tokens = {host: token.reveal() for host, token in credentials.tokens.items()}
    text = json.dumps({"host": credentials.host, "tokens": tokens}, indent=1)
    try:
        write_private(credentials_path(), text.encode())
        return
    except OSError as error:
        reason = error.strerror
    raise Misused("credentials_unwritable", f"{credentials_path()} can't be written: {reason}.")
