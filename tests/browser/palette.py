"""A screenshot of a page with at most 256 colours: a quarter of the bytes, and the eye sees the same."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

MARK = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
Pixels = NDArray[np.uint8]


def with_palette(png: bytes) -> bytes:
    """The same picture (8 bits, RGB or RGBA without transparency) as a PNG whose pixels are indices of colours.

    The most frequent colours stay exactly as they are; each of the others becomes the nearest that stays.
    """
    width, height, pixels = _read(png)
    codes = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    colours, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    kept = np.argsort(-counts, kind="stable")[:COLOURS]
    parts = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)
    nearest = np.array([np.abs(parts[kept] - part).sum(axis=1).argmin() for part in parts], np.uint8)
    indices = nearest[which.reshape(height, width)]
    rows = np.concatenate([np.zeros((height, 1), np.uint8), indices], axis=1)
    return MARK + b"".join(
        _chunk(name, content)
        for name, content in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", parts[kept].astype(np.uint8).tobytes()),
            (b"IDAT", zlib.compress(rows.tobytes(), 9)),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _read(png: bytes) -> tuple[int, int, Pixels]:
    """Width, height, and colours of shape (height, width, 3)."""
    at, packed, head = len(MARK), b"", b""
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        head = content if name == b"IHDR" else head
        packed += content if name == b"IDAT" else b""
        at += 12 + length
    width, height, depth, kind = struct.unpack(">IIBB", head[:10])
    if depth != 8 or kind not in (2, 6):
        raise ValueError("only PNG of 8 bits, RGB or RGBA, are read here")
    channels = 3 if kind == 2 else 4
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    pixels = np.zeros((height, width, channels), np.uint8)
    above = np.zeros((width, channels), np.uint8)
    for y in range(height):
        above = pixels[y] = _unfiltered(int(lines[y, 0]), lines[y, 1:].reshape(width, channels), above)
    return width, height, pixels[:, :, :3]


def _unfiltered(kind: int, line: Pixels, above: Pixels) -> Pixels:
    """A row as it was before the filter of the PNG format (section 9.2 of its specification)."""
    if kind == 0:
        return line
    if kind == 1:
        return np.add.accumulate(line, axis=0, dtype=np.uint8)
    if kind == 2:
        return line + above
    return _from_the_left(kind, line.tolist(), above.tolist())


def _from_the_left(kind: int, line: list[list[int]], above: list[list[int]]) -> Pixels:
    left, corner, row = [0] * len(line[0]), [0] * len(line[0]), []
    for change, over in zip(line, above, strict=True):
        guesses = [_guess(kind, *three) for three in zip(left, over, corner, strict=True)]
        left = [(one + guess) & 255 for one, guess in zip(change, guesses, strict=True)]
        corner = over
        row.append(left)
    return np.array(row, np.uint8)


def _guess(kind: int, left: int, over: int, corner: int) -> int:
    if kind == 3:
        return (left + over) // 2
    near = left + over - corner
    return min((abs(near - left), 0, left), (abs(near - over), 1, over), (abs(near - corner), 2, corner))[2]
