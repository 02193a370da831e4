"""A value's shade: one of ten classes of the style sheet, since a page may carry no style of its own."""

SHADES = 10


def shade(value: float | None, lowest: float = 0.0) -> str:
    """`heat-0` for the lowest tenth of the values from `lowest` to 1 and below, `heat-9` for the highest.

    `heat-none`, hatched, stands for what is undefined.
    """
    if value is None:
        return "heat-none"
    step = int((value - lowest) / (1 - lowest) * SHADES)
    return f"heat-{min(max(step, 0), SHADES - 1)}"
