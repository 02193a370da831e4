"""A value's shade: one of ten classes of the style sheet, since a page may carry no style of its own."""

SHADES = 10


def shade(value: float | None) -> str:
    """`heat-0` for [0, 0.1) to `heat-9` for [0.9, 1]; `heat-none`, hatched, for what is undefined."""
    return "heat-none" if value is None else f"heat-{min(int(value * SHADES), SHADES - 1)}"
