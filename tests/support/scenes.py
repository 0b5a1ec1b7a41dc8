"""Pictures full of corners, so that local features have something to hold on to."""

import io

import numpy as np
from PIL import Image, ImageDraw


def scene(seed=0, size=(400, 300), shapes=140):
    """Random rectangles and ellipses in random colours."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, (128, 128, 128))
    pen = ImageDraw.Draw(image)
    for number in range(shapes):
        x, y = rng.integers(0, size[0]), rng.integers(0, size[1])
        w, h = rng.integers(6, 60, 2)
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        draw = pen.rectangle if number % 2 else pen.ellipse
        draw((int(x), int(y), int(x + w), int(y + h)), fill=colour)
    return image


def png(image):
    """The bytes of a PNG."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
