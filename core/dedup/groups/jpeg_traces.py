"""Traces that an earlier JPEG compression leaves in a picture: which of two copies was made from the other.

JPEG rounds each frequency of each 8 × 8 block to a multiple of a step, and the steps are written in the file.
A picture made from such a file, and saved again or as a PNG, keeps frequencies near those multiples, on the
grid of the old blocks, which a crop, a frame or a mirror shifts by some pixels. So if copy A shows the steps
of file B on some grid, A was made from B. (Double compression: Lukáš and Fridrich, "Estimation of primary
quantization matrix in double compressed JPEG images", DFRWS 2003; shifted grids: Bianchi and Piva, "Detection
of nonaligned double JPEG compression based on integer periodicity maps", IEEE TIFS 2012.)

The measure is the mean cosine of a frequency's values over the step, over values of at least half a step,
where a smooth distribution gives 0 or less and multiples of the step give 1. On the picture's own grid it is
compared with what the same picture gives after a shift by half a block and one rounding to its own steps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...images.formats.detect import identify, open_picture

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]

_BLOCK = 8
_LOWEST = 5
"""Frequencies in each direction: higher ones are mostly rounded to zero."""
_SUM = 4
_TILE = 64
_TILES = 64
"""Number of tiles examined, those with the most detail: 4,096 blocks, a quarter of a megapixel."""
_TILES_FOR_GRID = 16
_FINEST_STEP = 2.0
"""Smaller steps are hidden by the rounding of colours to integers."""
_GRIDS = 3
_OWN = 15.0
"""Minimum score for detecting a picture's own grid; else it is assumed to start at the corner."""
_SURE = 8.0
_SHARE = 0.02
_TIMES = 1.5
_LIKELIER = 6.0
_OTHER_SHARES = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
"""Of the standard's example steps: libjpeg's qualities 50 to 95."""
_UNLIKE = 0.1
_AS_LIKELY = 0.7
_NOISE = 0.5
"""Standard deviation of the effect of rounding colours to integers on a frequency."""
_HIGHEST = 24
_UNSEEN = 2

_U, _V = np.array([(u, v) for u in range(_LOWEST) for v in range(_LOWEST) if 0 < u + v <= _SUM]).T


@dataclass(frozen=True)
class Comb:
    """How well the values of a picture fit the multiples of given steps, on the grid where they fit best.

    Attributes:
        score: in standard deviations of values unrelated to the steps.
        share: mean cosine, 1 if all values are multiples, 0 or less without a trace.
        x: offset of the grid, pixels in ``[0, 8)``.
        y: offset of the grid.
        turned: whether rows and columns of the steps are exchanged.
    """

    score: float
    share: float
    x: int
    y: int
    turned: bool


def luma_steps(data: bytes) -> FloatArray | None:
    """Read the luma quantisation steps of a JPEG, ``(8, 8)`` by frequency down and across; None for other
    files.

    Only the head of the file is read. Never raises.
    """
    if identify(data) != "JPEG":
        return None
    try:
        tables = getattr(open_picture(data, "JPEG"), "quantization", {})
    # Parsers may raise almost anything on hostile bytes, and missing steps are not worth a message.
    except Exception:
        return None
    table = tables.get(0)
    return None if table is None or len(table) != _BLOCK**2 else np.array(table, np.float32).reshape(8, 8)


def luma(image: Image.Image) -> FloatArray:
    """Compute the brightness of an RGB picture, ``(height, width)``, in ``[-128, 127]``, as JPEG defines
    it.
    """
    rgb = np.asarray(image, np.float32)
    return np.asarray(rgb @ np.array([0.299, 0.587, 0.114], np.float32) - 128, np.float32)


class BlockValues:
    """The frequencies of one picture on every grid of 8 × 8 blocks."""

    def __init__(self, brightness: FloatArray, steps: FloatArray | None) -> None:
        """Take the tiles with the most detail.

        Args:
            brightness: ``(height, width)`` of the whole picture, not resized.
            steps: those of its file; None if it is not a JPEG.
        """
        self.steps = steps
        self._tiles = _detailed_tiles(brightness)
        self._rough = _on_every_grid(self._tiles[:_TILES_FOR_GRID])
        self._own: tuple[int, int, bool] | None = None
        if steps is not None and len(self._tiles):
            found = self.fit(steps)
            self._own = (found.x, found.y, found.turned) if found.score > _OWN else (0, 0, False)

    def fit(self, steps: FloatArray, scale: float = 1.0) -> Comb:
        """Fit the values to multiples of `steps`, ``(8, 8)``, times `scale`, on the best of all grids.

        Every grid but the picture's own is tried on some of the tiles, and the most likely ones on all.
        """
        best = Comb(-np.inf, 0.0, 0, 0, turned=False)
        if not len(self._tiles):
            return best
        asked = steps * np.float32(scale)
        rough = [
            (_fit(values, _chosen(asked, turned))[0], *grid, turned)
            for grid, values in self._rough.items()
            if self._own is None or grid != self._own[:2]
            for turned in ((False,) if np.array_equal(asked, asked.T) else (False, True))
        ]
        for _, x, y, turned in sorted(rough, reverse=True)[:_GRIDS]:
            score, share = _fit(_frequencies(self._tiles, x, y), _chosen(asked, turned))
            if score > best.score:
                best = Comb(score, share, x, y, turned)
        return best

    def rounded_before(self, steps: FloatArray, scale: float = 1.0) -> float:
        """Compute the likelihood ratio of an earlier rounding to `steps` for the values on the own grid.

        It is the logarithm per value, times 1,000; above 0 is in favour. The distribution after a single
        rounding is taken from the same picture shifted by half a block. 0 for pictures that are not JPEGs.
        """
        if self._own is None or self.steps is None or not len(self._tiles):
            return 0.0
        x, y, own_turned = self._own
        own = _chosen(self.steps, own_turned)
        seen = np.rint(_frequencies(self._tiles, x, y) / own).astype(np.int64)
        free = _frequencies(self._tiles, (x + 4) % _BLOCK, (y + 4) % _BLOCK)
        noise = np.random.default_rng(0).normal(0, _NOISE, free.shape).astype(np.float32)
        once = np.rint((free + noise) / own).astype(np.int64)
        best = -np.inf
        for turned in (False, True):
            first = _chosen(steps, turned)
            usable = first >= _FINEST_STEP
            decoded = np.rint(free / first) * first * np.float32(scale) + noise
            twice = np.rint(decoded / own).astype(np.int64)
            best = max(best, _likelier(seen[:, usable], once[:, usable], twice[:, usable]))
        return 1000 * best

    def shows(self, steps: FloatArray, scale: float = 1.0) -> float:
        """Measure the certainty that the picture was once rounded to `steps`, on any grid; 1 is certain."""
        moved = self.fit(steps, scale)
        off_grid = moved.score / _SURE if moved.share >= _SHARE else 0.0
        return max(off_grid, self.rounded_before(steps, scale) / _LIKELIER)


def made_from(copy: BlockValues, original: BlockValues, scale: float = 1.0) -> bool:
    """Whether `copy` shows the compression of `original`, and not the other way round as well.

    Args:
        copy: the picture that may have been made from the other.
        original: of a JPEG; else there is no trace.
        scale: contrast of the copy relative to the original.
    """
    there = _evidence(copy, original, scale)
    return there >= 1 and there > _TIMES * _evidence(original, copy, 1 / scale)


def _evidence(copy: BlockValues, original: BlockValues, scale: float) -> float:
    """Measure the evidence that `copy` was made from `original`; from 1 on it is certain.

    There is none if other steps explain it much better: both may come from a third file.
    """
    if original.steps is None:
        return 0.0
    there = copy.shows(original.steps, scale)
    if there < 1:
        return there
    others = (_standard_steps(share) for share in _OTHER_SHARES)
    unlike = (other for other in others if np.abs(other / original.steps - 1).mean() > _UNLIKE)
    return there if all(copy.shows(other, scale) * _AS_LIKELY <= there for other in unlike) else 0.0


def _standard_steps(share: float) -> FloatArray:
    """Return the example steps of the JPEG standard (ITU-T T.81, table K.1), which most programs scale."""
    return np.asarray(np.maximum(np.floor(_STANDARD * share + 0.5), 1), np.float32)


def _detailed_tiles(brightness: FloatArray) -> FloatArray:
    """Select the tiles of 64 pixels with most detail, ``(T, 72, 72)``, with 8 pixels more for shifting the
    grid.
    """
    side = _TILE + _BLOCK
    height, width = brightness.shape
    corners = [(y, x) for y in range(0, height - side + 1, _TILE) for x in range(0, width - side + 1, _TILE)]
    if not corners and min(height, width) >= 3 * _BLOCK:
        side = min(height, width) // _BLOCK * _BLOCK
        corners = [(0, 0)]
    tiles = [brightness[y : y + side, x : x + side] for y, x in corners]
    if not tiles:
        return np.empty((0, side, side), np.float32)
    detail = [float(np.abs(np.diff(tile, axis=1)).mean()) for tile in tiles]
    order = np.argsort(detail)[::-1][:_TILES]
    return np.stack([tiles[i] for i in order])


def _on_every_grid(tiles: FloatArray) -> dict[tuple[int, int], FloatArray]:
    return {(x, y): _frequencies(tiles, x, y) for y in range(_BLOCK) for x in range(_BLOCK)}


def _frequencies(tiles: FloatArray, x: int, y: int) -> FloatArray:
    """Compute the lowest frequencies of every block, ``(blocks, frequencies)``, on the grid at x and y."""
    count, side = tiles.shape[0], tiles.shape[1]
    blocks = (side - _BLOCK) // _BLOCK
    part = tiles[:, y : y + blocks * _BLOCK, x : x + blocks * _BLOCK]
    across = part.reshape(-1, _BLOCK) @ _BASIS.T  # every row of every block
    across = across.reshape(count, blocks, _BLOCK, blocks, _LOWEST).transpose(0, 1, 3, 4, 2)
    both = across @ _BASIS.T  # count, row, column, v, u
    return np.ascontiguousarray(both[..., _V, _U].reshape(-1, len(_U)))


def _chosen(steps: FloatArray, turned: bool) -> FloatArray:
    return np.asarray(steps[_V, _U] if turned else steps[_U, _V], np.float32)


def _fit(values: FloatArray, steps: FloatArray) -> tuple[float, float]:
    """Compute score and share of the values of one grid, ``(blocks, frequencies)``; see `Comb`."""
    usable = steps >= _FINEST_STEP
    values, steps = values[:, usable], steps[usable]
    # Most values of every picture are near zero, whatever the steps are.
    far = np.abs(values) >= steps / 2
    total = float(np.cos(values * (np.float32(2 * np.pi) / steps))[far].sum())
    count = int(np.count_nonzero(far))
    return total / max(1.0, count / 2) ** 0.5, total / max(1, count)


def _likelier(seen: IntArray, once: IntArray, twice: IntArray) -> float:
    """Compute the mean log-likelihood ratio of `seen` under the frequencies of `twice` against those of
    `once`.
    """
    total, count = 0.0, 0
    for k in range(seen.shape[1]):
        top = 2 * _HIGHEST + 1
        bins = [np.clip(part[:, k], -_HIGHEST, _HIGHEST) + _HIGHEST for part in (seen, once, twice)]
        observed, single, double = (np.bincount(part, minlength=top) for part in bins)
        # Signs are symmetric, and unseen values are not impossible.
        single, double = (part + part[::-1] + _UNSEEN for part in (single, double))
        gain = np.log(double / double.sum()) - np.log(single / single.sum())
        total += float((observed * gain).sum())
        count += int(observed.sum() - observed[_HIGHEST])
    return total / max(1, count)


_BASIS: FloatArray = np.array(
    [
        [
            np.sqrt((1 if u == 0 else 2) / _BLOCK) * np.cos((2 * x + 1) * u * np.pi / (2 * _BLOCK))
            for x in range(_BLOCK)
        ]
        for u in range(_LOWEST)
    ],
    np.float32,
)
"""The first cosines over a block, ``(5, 8)`` (DCT-II, orthonormal)."""
_STANDARD = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float32,
)
