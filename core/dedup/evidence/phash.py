"""Perceptual hash, in all eight orientations, and a colour grid of a picture.

The hash is a pHash (Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010): the
signs of the lowest 8 × 8 frequencies of the picture squeezed to 32 × 32, against their median. A flip changes
the sign of every other frequency and a quarter turn exchanges rows and columns, so the hash in each of the
eight orientations follows from the same 64 numbers, without reading the pixels again.
"""

from dataclasses import dataclass
from functools import cache
from typing import TypeVar, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..types import Turn

Codes = NDArray[np.uint64]
Value = TypeVar("Value", bound=np.generic)

TURNS: tuple[Turn, ...] = get_args(Turn)
SIDE = 8
"""Frequencies, and cells of colour, in each direction."""

_SQUEEZED = 32
_FLAT = 0.5
"""Root mean square of the frequencies, in grey levels of 255, below which they are noise."""


@dataclass(frozen=True, eq=False)
class Look:
    """The stored appearance of one picture.

    Attributes:
        hashes: ``(8,)`` uint64, the hash of the picture in each of `TURNS`; None if it is too flat.
        colours: ``(8, 8, 3)`` uint8, its mean colours in a grid, row by row, RGB.
    """

    hashes: Codes | None
    colours: NDArray[np.uint8]


def look_at(image: Image.Image) -> Look:
    """Compute the appearance of an RGB picture of any size. Deterministic."""
    small = image.convert("RGB").resize((_SQUEEZED, _SQUEEZED), Image.Resampling.BOX)
    values = np.asarray(small, np.float64)
    cell = _SQUEEZED // SIDE
    colours = values.reshape(SIDE, cell, SIDE, cell, 3).mean(axis=(1, 3))
    grey = values @ np.array([0.299, 0.587, 0.114])
    basis = _cosines()
    frequencies = basis @ grey @ basis.T / _SQUEEZED
    detail = frequencies.copy()
    detail[0, 0] = 0.0
    flat = float(np.sqrt((detail**2).mean())) < _FLAT
    return Look(None if flat else _hashes(frequencies), np.rint(colours).astype(np.uint8))


def distance(a: Look, b: Look) -> tuple[int, Turn]:
    """Compute the smallest Hamming distance of the hashes, and the orientation of `a` that gives it; 64
    without a hash.
    """
    if a.hashes is None or b.hashes is None:
        return 64, "none"
    bits = np.bitwise_count(a.hashes ^ b.hashes[0])
    least = int(bits.argmin())
    return int(bits[least]), TURNS[least]


def difference(a: Look, b: Look, turn: Turn) -> float:
    """Compute the largest colour difference over the cells, in ``[0, 255]``.

    It is the mean over the three channels, with `a` in orientation `turn`.
    """
    turned = lay_down(a.colours, turn).astype(np.float64)
    return float(np.abs(turned - b.colours).mean(axis=2).max())


def lay_down(grid: NDArray[Value], turn: Turn) -> NDArray[Value]:
    """Reorient a grid of rows and columns."""
    if turn in ("transpose", "quarter turn left", "quarter turn right", "transverse"):
        grid = grid.swapaxes(0, 1)
    if turn in ("mirror", "half turn", "quarter turn right", "transverse"):
        grid = grid[:, ::-1]
    if turn in ("flip", "half turn", "quarter turn left", "transverse"):
        grid = grid[::-1]
    return grid


def pack(look: Look) -> tuple[bytes | None, bytes]:
    """Serialise the hashes and the colours to bytes."""
    return None if look.hashes is None else look.hashes.astype("<u8").tobytes(), look.colours.tobytes()


def unpack(hashes: bytes | None, colours: bytes) -> Look:
    """Parse the output of `pack`."""
    codes = None if hashes is None else np.frombuffer(hashes, "<u8")
    return Look(codes, np.frombuffer(colours, np.uint8).reshape(SIDE, SIDE, 3))


def _hashes(frequencies: NDArray[np.float64]) -> Codes:
    columns = np.where(np.arange(SIDE) % 2, -1.0, 1.0)  # what a mirror does to the frequencies along x
    rows = columns[:, None]
    other = frequencies.T
    laid_down = np.stack(
        [
            frequencies,
            frequencies * columns,
            frequencies * rows,
            frequencies * columns * rows,
            other,
            other * rows,
            other * columns,
            other * columns * rows,
        ]
    ).reshape(len(TURNS), -1)
    # The first is the overall brightness; its bit is one in every hash and carries no information.
    above = laid_down > np.median(laid_down[:, 1:], axis=1, keepdims=True)
    above[:, 0] = True
    return np.packbits(above, axis=1, bitorder="little").view("<u8").ravel()


@cache
def _cosines() -> NDArray[np.float64]:
    """Compute the first `SIDE` cosines over `_SQUEEZED` samples, ``(SIDE, _SQUEEZED)`` (DCT-II,
    orthonormal).
    """
    places = (np.arange(_SQUEEZED) + 0.5) * np.pi / _SQUEEZED
    basis = np.cos(np.arange(SIDE)[:, None] * places) * np.sqrt(2 / _SQUEEZED)
    basis[0] /= np.sqrt(2)
    return np.asarray(basis, np.float64)
