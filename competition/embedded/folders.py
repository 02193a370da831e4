"""Folders and files with an owner and a mode, made so that nobody can be tricked into writing elsewhere."""

import os
from pathlib import Path

from competition.embedded.accounts import Account


def make_folder(path: Path, account: Account, mode: int) -> Path:
    """Make the folder if it isn't there, and give it its owner and mode."""
    path.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(path, account.uid, account.gid)
    path.chmod(mode)
    return path


def write_file(path: Path, text: str, account: Account, mode: int = 0o600) -> Path:
    """Write a new file in the place of the old one; it is never open to anybody whom `mode` doesn't name."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        if os.geteuid() == 0:
            os.fchown(file.fileno(), account.uid, account.gid)
        os.fchmod(file.fileno(), mode)
    unfinished.rename(path)
    return path


def give_away(folder: Path, account: Account) -> None:
    """Make everything in the folder the account's, where an earlier run had another user for it."""
    if os.geteuid() != 0:
        return
    for parent, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = os.path.join(parent, name)
            if os.lstat(path).st_uid != account.uid:
                os.lchown(path, account.uid, account.gid)
