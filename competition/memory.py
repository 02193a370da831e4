"""Memory that a large file took goes back to the operating system, instead of staying with the process for the next."""

import ctypes


def give_back() -> None:
    """Return what is free. The C library keeps it otherwise, in pieces that the next large file does not fit into."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
