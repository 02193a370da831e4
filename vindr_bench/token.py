"""A token, which never shows itself by accident."""

from __future__ import annotations

import re

from vindr_bench.errors import Misused

_FORM = re.compile(r"[!-~]{8,512}")


class Token:
    """The secret that stands for an account. Printed, logged or in a traceback it is `Token(…)`."""

    __slots__ = ("_secret",)

    def __init__(self, text: str) -> None:
        secret = text.strip()
        if not _FORM.fullmatch(secret):
            raise Misused("bad_token", "This is no token: a token is one word, as your account page has shown it.")
        self._secret = secret

    def reveal(self) -> str:
        """The secret, for the header of a request and the file of mode 0600, and nothing else."""
        return self._secret

    def __repr__(self) -> str:
        return "Token(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and other._secret == self._secret

    def __hash__(self) -> int:
        return hash(self._secret)
