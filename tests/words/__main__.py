"""`make words`: gather what is marked, keep what is translated, compile, and say what still has no Vietnamese."""

import sys

from tests.words.catalogue import MO, PO, brought_up_to_date, compiled, written


def main() -> int:
    """The exit status is 1 while a sentence has no translation."""
    catalog = brought_up_to_date()
    PO.write_bytes(written(catalog))
    MO.write_bytes(compiled(catalog))
    missing = [message for message in catalog if message.id and not _is_complete(message.string)]
    for message in missing:
        print(f"no Vietnamese yet: {message.id!r} ({message.locations[0][0]})")
    print(f"{len(catalog)} sentences, {len(missing)} of them without Vietnamese.")
    return 1 if missing else 0


def _is_complete(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
