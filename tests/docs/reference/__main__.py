"""`make api-reference`: write the pages of docs/reference that are made from the program."""

import os

import django


def main() -> None:
    """Each page by its name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competition.settings")
    django.setup()
    from tests.docs.reference.pages import PAGES, path_of

    for name, make in PAGES.items():
        path_of(name).write_text(make())
        print(path_of(name))


if __name__ == "__main__":
    main()
