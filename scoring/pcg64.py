"""Where numpy's `PCG64(seed)` begins, for who draws from it without waiting for `numpy.random` to be imported.

The seeding is numpy's SeedSequence (after Melissa O'Neill's `seed_seq`), which numpy promises to keep: 32-bit words
of the seed are hashed into a pool of four, and words for the state are hashed out of it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

MULTIPLIER: Final = 0x2360ED051FC65DA44385DF649FCCF645
_32_BITS: Final = (1 << 32) - 1
_128_BITS: Final = (1 << 128) - 1
_POOL: Final = 4
_INTO_POOL: Final = (0x43B0D7E5, 0x931E8875)
_OUT_OF_POOL: Final = (0x8B51F9DD, 0x58F38DED)


def state_after_seeding(seed: int) -> tuple[int, int]:
    """The state and the increment, 128 bits each, of `numpy.random.PCG64(seed)`."""
    words = _words(_pool(seed))
    start, sequence = (
        sum(word << place for word, place in zip(words[nth : nth + 4], (64, 96, 0, 32), strict=True)) for nth in (0, 4)
    )
    increment = (sequence << 1 | 1) & _128_BITS
    return ((increment + start) * MULTIPLIER + increment) & _128_BITS, increment


def _pool(seed: int) -> list[int]:
    entropy = [seed >> place & _32_BITS for place in range(0, max(seed.bit_length(), 1), 32)]
    hashes = _hashes(*_INTO_POOL)
    pool = [_hashed(word, hashes) for word in (entropy + [0] * _POOL)[:_POOL]]
    for source in range(_POOL):
        for place in range(_POOL):
            if place != source:
                pool[place] = _mixed(pool[place], _hashed(pool[source], hashes))
    for word in entropy[_POOL:]:
        for place in range(_POOL):
            pool[place] = _mixed(pool[place], _hashed(word, hashes))
    return pool


def _words(pool: list[int]) -> list[int]:
    hashes = _hashes(*_OUT_OF_POOL)
    return [_hashed(word, hashes) for word in 2 * pool]


def _hashes(first: int, factor: int) -> Iterator[int]:
    while True:
        yield first
        first = first * factor & _32_BITS
        yield first


def _hashed(word: int, hashes: Iterator[int]) -> int:
    word = (word ^ next(hashes)) * next(hashes) & _32_BITS
    return word ^ word >> 16


def _mixed(word: int, other: int) -> int:
    mixed = (word * 0xCA01F9DD - other * 0x4973F715) & _32_BITS
    return mixed ^ mixed >> 16
