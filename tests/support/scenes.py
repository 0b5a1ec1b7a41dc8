"""Pictures full of corners, so that local features have something to hold on to."""

import io

import numpy as np
from PIL import Image, ImageDraw

from core.images.opencv import opencv


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


def shot_again(picture, shift=14):
    """The middle of the scene, which is nearer, moved to the right."""
    values = np.asarray(picture, np.float32)
    height, width = values.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    inside = ((x - width / 2) / (0.3 * width)) ** 2 + ((y - height / 2) / (0.38 * height)) ** 2
    near = np.clip((1.3 - inside) / 0.5, 0, 1).astype(np.float32)
    moved = opencv().remap(values, x - near * shift, y, 1, borderMode=2)
    noise = np.random.default_rng(0).normal(0, 4, values.shape)
    return Image.fromarray((moved + noise).clip(0, 255).astype(np.uint8))
