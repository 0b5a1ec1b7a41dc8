"""Copies of photos, as they go round the world: cropped, turned, recoloured, written over, pasted."""

import io
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Picture = Image.Image


def crop(picture: Picture, share: float, key: str) -> Picture:
    """A rectangle of the same shape with `share` of the area, anywhere in the picture."""
    rng = np.random.default_rng(zlib.crc32(f"{key} {share}".encode()))
    width, height = round(picture.width * share**0.5), round(picture.height * share**0.5)
    left = int(rng.integers(0, picture.width - width + 1))
    top = int(rng.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def turned(picture: Picture, degrees: float) -> Picture:
    """On a white page, so that nothing is cut off."""
    return picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))


def recoloured(picture: Picture) -> Picture:
    """Red, green and blue change places."""
    values = np.asarray(picture, np.float32)[..., [1, 2, 0]] * np.array([0.9, 1.0, 1.1], np.float32)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def written_over(picture: Picture) -> Picture:
    """Three lines of large letters across it."""
    out = picture.copy()
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(size=picture.height // 9)
    for row, line in enumerate(("SALE -50%", "only today", "call 0800")):
        place = (picture.width * 0.08, picture.height * (0.2 + 0.25 * row))
        pen.text(place, line, (255, 230, 0), font, stroke_width=2, stroke_fill=(200, 0, 0))
    return out


def pasted(picture: Picture, page: Picture) -> Picture:
    """Half as large as the page, a quarter or less of its area, in another picture."""
    out = page.convert("RGB").resize((640, 640))
    small = ImageOps.contain(picture, (320, 320), Image.Resampling.LANCZOS)
    out.paste(small, (180, 150))
    return out


def bordered(picture: Picture) -> Picture:
    """In a black frame, an eighth of the longer side wide."""
    return ImageOps.expand(picture, max(picture.size) // 8, (0, 0, 0))


def sale_text(picture: Picture) -> Picture:
    """Four lines of sale text, the same over every picture."""
    out = picture.copy()
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(size=max(12, picture.height // 8))
    for row, line in enumerate(("FINAL SALE", "everything", "must go -70%", "www.shop.test")):
        place = (picture.width * 0.06, picture.height * (0.06 + 0.23 * row))
        pen.text(place, line, (255, 255, 255), font, stroke_width=3, stroke_fill=(20, 20, 20))
    return out


def watermarked(picture: Picture) -> Picture:
    """The mark of a picture agency: its name in slanting rows and its ring, half transparent."""
    side = 2 * max(picture.size)
    layer = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen, font = ImageDraw.Draw(layer), ImageFont.load_default(size=max(10, max(picture.size) // 14))
    step = max(picture.size) // 5
    for row in range(0, side, step):
        for column in range(0, side, 3 * step):
            pen.text((column + row % (2 * step), row), "pixelstock", (255, 255, 255, 130), font)
    layer = layer.rotate(30, Image.Resampling.BICUBIC)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    layer = layer.crop((left, top, left + picture.width, top + picture.height))
    ring = min(picture.size) // 5
    x, y = picture.width // 2, picture.height // 2
    box = (x - ring, y - ring, x + ring, y + ring)
    ImageDraw.Draw(layer).ellipse(box, outline=(255, 255, 255, 150), width=max(2, ring // 8))
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def photographed(picture: Picture, key: str) -> Picture:
    """A photo of a print: at a slant, on a desk, under uneven light, not quite sharp, with noise."""
    rng = np.random.default_rng(zlib.crc32(f"{key} photographed".encode()))
    width, height = picture.width * 5 // 4, picture.height * 5 // 4
    edge = np.array([[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]])
    corners = (edge + rng.uniform(-0.12, 0.12, (4, 2))) * (width, height)
    w, h = picture.size
    back = _perspective(corners, np.array([[0, 0], [w, 0], [w, h], [0, h]], float))
    inside = picture.transform((width, height), Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC)
    mask = Image.new("L", picture.size, 255).transform((width, height), Image.Transform.PERSPECTIVE, back)
    desk = Image.fromarray(rng.normal((120, 90, 60), 6, (height, width, 3)).clip(0, 255).astype(np.uint8))
    desk.paste(inside, mask=mask)
    light = np.linspace(rng.uniform(0.6, 0.9), rng.uniform(1.0, 1.25), width)[None, :, None]
    values = np.asarray(desk.filter(ImageFilter.GaussianBlur(0.8)), np.float32) * light
    values += rng.normal(0, 5, values.shape)
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def stickered(picture: Picture, key: str) -> Picture:
    """The same star with words in it, a third as wide as the picture, in one of its corners."""
    rng = np.random.default_rng(zlib.crc32(f"{key} sticker".encode()))
    out, side = picture.copy(), round(0.38 * min(picture.size))
    star = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    pen = ImageDraw.Draw(star)
    turns = np.arange(32) * np.pi / 16
    reach = np.where(np.arange(32) % 2, 160, 198)
    points = [(200 + r * np.cos(t), 200 + r * np.sin(t)) for r, t in zip(reach, turns, strict=True)]
    pen.polygon(points, fill=(230, 20, 40, 255), outline=(255, 255, 255, 255))
    for row, (line, size) in enumerate((("BEST", 70), ("PRICE", 70), ("2 for 1 only here", 26))):
        pen.text((200, 130 + 70 * row), line, (255, 255, 255, 255), ImageFont.load_default(size=size), "mm")
    star = star.resize((side, side), Image.Resampling.LANCZOS)
    x = int(rng.choice([0.04, 0.58]) * picture.width)
    y = int(rng.choice([0.04, 0.58]) * picture.height)
    out.paste(star, (x, y), star)
    return out


def screenshot(picture: Picture) -> Picture:
    """In the window of a program, the same for every picture: a bar, a list, buttons."""
    inside = ImageOps.contain(picture, (460, 420), Image.Resampling.LANCZOS)
    out = Image.new("RGB", (720, 560), (242, 242, 245))
    pen, font = ImageDraw.Draw(out), ImageFont.load_default(size=18)
    pen.rectangle((0, 0, 720, 46), (50, 60, 80))
    pen.text((16, 12), "Gallery   File   Edit   View   Share   Help", (255, 255, 255), font)
    for row, word in enumerate(("Inbox", "Favourites", "Holidays", "Receipts", "Family", "Shared", "Bin")):
        pen.ellipse((14, 74 + 48 * row, 34, 94 + 48 * row), (90 + 20 * row, 140, 200 - 20 * row))
        pen.text((44, 74 + 48 * row), word, (40, 40, 40), font)
    for place, word in enumerate(("Reply", "Forward", "Delete", "More …")):
        pen.rounded_rectangle((200 + 125 * place, 505, 310 + 125 * place, 545), 8, (70, 120, 220))
        pen.text((215 + 125 * place, 514), word, (255, 255, 255), font)
    out.paste(inside, (210 + (460 - inside.width) // 2, 62 + (420 - inside.height) // 2))
    return out


def second_shot(picture: Picture, key: str) -> Picture:
    """The same scene a moment later: what is near moves against what is behind it, the camera is held again.

    Either the near plane (an ellipse with a soft edge) moves by two to five per cent of the width, or a part
    of it does by more. Other light, other noise, a hand-held camera's turn and tilt.
    """
    import cv2

    rng = np.random.default_rng(zlib.crc32(f"{key} second shot".encode()))
    values = np.asarray(picture, np.float32)
    height, width = values.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    near = rng.uniform(0.35, 0.65, 2) * (width, height)
    reach = rng.uniform((0.18, 0.2), (0.34, 0.4)) * (width, height)
    inside = ((x - near[0]) / reach[0]) ** 2 + ((y - near[1]) / reach[1]) ** 2
    mask = np.clip((1.3 - inside) / 0.6, 0, 1).astype(np.float32)
    angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0.02, 0.05) * width
    if rng.random() < 0.4:  # a thing on the scene was moved
        mask, far = (mask > 0.5) * mask * (inside < 0.35), far * 1.6
    moved = cv2.remap(
        values,
        x - mask * far * np.float32(np.cos(angle)),
        y - mask * far * np.float32(np.sin(angle)),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    held = corners + rng.normal(0, 0.012, (4, 2)) * (width, height)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-3, 3), 1.06)
    held = (held @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    warp = cv2.getPerspectiveTransform(corners, held)
    moved = cv2.warpPerspective(moved, warp, (width, height), borderMode=cv2.BORDER_REFLECT)
    moved = moved * rng.uniform(0.85, 1.15) + rng.normal(0, 4, moved.shape)
    return Image.fromarray(moved.clip(0, 255).astype(np.uint8))


def _perspective(source: np.ndarray, target: np.ndarray) -> list[float]:
    """The eight numbers that take points `source`, ``(4, 2)``, to `target`."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.linalg.solve(np.array(rows), np.array(values)).tolist()


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    """The bytes of a JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _all_three(picture: Picture, key: str) -> Picture:
    angle = 5 + 25 * (zlib.crc32(key.encode()) % 1000) / 1000
    return recoloured(turned(crop(picture, 0.5, key), angle))


KINDS: dict[str, Callable[[Picture, str, Picture], Picture]] = {
    "crop_80": lambda p, key, _: crop(p, 0.8, key),
    "crop_50": lambda p, key, _: crop(p, 0.5, key),
    "crop_25": lambda p, key, _: crop(p, 0.25, key),
    "rotate_10": lambda p, *_: turned(p, 10),
    "rotate_90": lambda p, *_: p.transpose(Image.Transpose.ROTATE_90),
    "mirror": lambda p, *_: ImageOps.mirror(p),
    "recolour": lambda p, *_: recoloured(p),
    "grey": lambda p, *_: ImageOps.grayscale(p).convert("RGB"),
    "bright": lambda p, *_: ImageEnhance.Brightness(p).enhance(1.5),
    "jpeg_20": lambda p, *_: p,
    "quarter_size": lambda p, *_: p.resize((p.width // 4, p.height // 4), Image.Resampling.LANCZOS),
    "text_over": lambda p, *_: written_over(p),
    "pasted": lambda p, _, page: pasted(p, page),
    "cropped_rotated_recoloured": lambda p, key, _: _all_three(p, key),
}


_GENTLE: dict[str, Callable[[Picture, str, Picture], Picture]] = {
    "blur": lambda p, *_: p.filter(ImageFilter.GaussianBlur(max(p.size) / 200)),
    "border": lambda p, *_: bordered(p),
    "saturation": lambda p, *_: ImageEnhance.Color(p).enhance(2.0),
}
_SHARED: dict[str, Callable[[Picture, str, Picture], Picture]] = {
    "sale_text": lambda p, *_: sale_text(p),
    "watermark": lambda p, *_: watermarked(p),
    "sticker": lambda p, key, _: stickered(p, key),
    "screenshot": lambda p, *_: screenshot(p),
}
_EVERY = (
    KINDS
    | _GENTLE
    | _SHARED
    | {
        "photo_of_photo": lambda p, key, _: photographed(p, key),
        "second_shot": lambda p, key, _: second_shot(p, key),
    }
)
OVERLAYS = tuple(_SHARED)
"""Kinds that put the same thing over every picture, so that unrelated ones have it in common."""

DUPLICATES = (
    "jpeg_20", "quarter_size", "crop_80", "crop_50", "crop_25", "mirror", "rotate_10", "rotate_90", "bright",
    "grey", "blur", "text_over", "border", "saturation", "pasted", "cropped_rotated_recoloured",
    "sale_text", "watermark", "sticker", "screenshot", "photo_of_photo",
)  # fmt: skip
"""The kinds that near-duplicates are measured with; `second_shot` is none of them."""


def made(kind: str, picture: Picture, key: str, page: Picture) -> bytes:
    """A copy of `picture` (RGB) of this kind, as the bytes of a JPEG; `key` decides where it is cropped."""
    return jpeg(_EVERY[kind](picture, key, page), 20 if kind == "jpeg_20" else 85)
