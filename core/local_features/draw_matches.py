"""Drawing of matches: two pictures side by side, with lines between matching points."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

_GAP = 12
_PAPER = (255, 255, 255)
_LINE, _MIRRORED_LINE = (0, 160, 120), (200, 90, 0)
_MOST_LINES = 60


def draw_matches(
    a: Image.Image,
    b: Image.Image,
    lines: Sequence[tuple[float, float, float, float]],
    *,
    mirrored: bool = False,
    height: int = 360,
) -> Image.Image:
    """Draw `a` and `b` side by side, with lines between their matching points.

    Args:
        a: the picture on the left, RGB.
        b: the picture on the right, RGB.
        lines: x and y in `a`, then in `b`, as fractions in ``[0, 1]`` (`LocalEvidence.lines`). At most 60 of
            them, evenly spread, are drawn: more would cover the pictures.
        mirrored: draws the lines in another colour.
        height: of the result, in pixels, at least 1; each picture is scaled to it.

    Returns:
        An RGB picture.

    Raises:
        ValueError: `height` is below 1.
    """
    if height < 1:
        raise ValueError(f"height is {height}; it must be at least 1")
    left, right = (
        image.convert("RGB").resize((max(1, round(image.width * height / image.height)), height))
        for image in (a, b)
    )
    sheet = Image.new("RGB", (left.width + _GAP + right.width, height), _PAPER)
    sheet.paste(left, (0, 0))
    offset = left.width + _GAP
    sheet.paste(right, (offset, 0))
    pen = ImageDraw.Draw(sheet)
    colour = _MIRRORED_LINE if mirrored else _LINE
    step = max(1.0, len(lines) / _MOST_LINES)
    for i in range(min(len(lines), _MOST_LINES)):
        ax, ay, bx, by = lines[int(i * step)]
        start = (ax * left.width, ay * height)
        end = (offset + bx * right.width, by * height)
        pen.line((start, end), fill=colour, width=1)
        for x, y in (start, end):
            # A light line with a dark outline is visible on any picture.
            pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill=colour, outline=_PAPER)
    return sheet
