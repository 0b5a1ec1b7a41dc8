"""Real picture files for tests."""

import io

import numpy as np
from PIL import Image


def jpeg(seed=0, size=(64, 48), colour=None):
    """The bytes of a JPEG: blocks of random colours, or a flat one."""
    if colour is not None:
        image = Image.new("RGB", size, colour)
    else:
        blocks = np.random.default_rng(seed).integers(0, 255, (4, 4, 3), np.uint8)
        image = Image.fromarray(blocks).resize(size, Image.Resampling.NEAREST)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def write_folder(root, count, start=0):
    """`count` different pictures in folders a, b and c of `root`."""
    for i in range(start, start + count):
        folder = root / "abc"[i % 3]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{i:04d}.jpg").write_bytes(jpeg(i))
    return root


def write_noise(folder, count, colour, seed):
    """`count` small pictures of noise around one colour."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    for i in range(count):
        pixels = np.clip(np.array(colour) + rng.normal(0, 40, (12, 16, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).resize((48, 36)).save(folder / f"{i:03d}.png")
    return folder
