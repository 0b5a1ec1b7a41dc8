import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from core.images import pixel_hash
from core.images.decoding.decode import load_image


def noise(seed, size=(60, 40), mode="RGB"):
    channels = len(Image.new(mode, (1, 1)).getbands())
    values = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], channels), np.uint8)
    return Image.fromarray(values.squeeze(), mode if channels > 1 else None)


def saved(image, name, **options):
    stream = io.BytesIO()
    image.save(stream, name, **options)
    return stream.getvalue()


def digest(data):
    return load_image(data, min_side=8, hashed=True).pixel_hash


def with_segment(jpeg, marker, body):
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + jpeg[2:]


def exif(orientation=1, **texts):
    block = Image.Exif()
    block[0x0112] = orientation
    for tag, text in texts.items():
        block[int(tag[1:])] = text
    return block.tobytes()


def test_it_is_computed_only_when_asked_for():
    assert load_image(saved(noise(1), "PNG")).pixel_hash == ""
    assert len(digest(saved(noise(1), "PNG"))) == 64


@pytest.mark.parametrize(
    ("marker", "body"),
    [
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>a keyword</x:xmpmeta>"),
        (0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\x0c\x1c\x02\x19\0\x07keyword"),
        (0xFE, b"a comment with \xff\xd9 in it"),
        (0xE5, b"what one program calls its own"),
    ],
)
def test_metadata_written_into_a_jpeg_leaves_its_hash(marker, body):
    plain = saved(noise(1, (800, 600)), "JPEG", quality=90, progressive=True)
    tagged = with_segment(plain, marker, body)
    assert tagged != plain
    assert digest(tagged) == digest(plain)


def test_what_follows_the_first_picture_of_a_jpeg_does_not_count():
    plain = saved(noise(1), "JPEG")
    assert digest(plain + b"\0" * 100 + plain) == digest(plain)


def test_restart_markers_and_several_scans_are_followed_to_the_end():
    image = noise(3, (200, 100))
    for options in ({"restart_marker_blocks": 2}, {"progressive": True}, {}):
        plain = saved(image, "JPEG", **options)
        damaged = bytearray(plain)
        damaged[-20] ^= 0x01  # close to the end, in the last scan
        assert digest(plain + b"trailing") == digest(plain)
        assert digest(bytes(damaged)) != digest(plain)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_other_pixels_or_another_orientation_have_another_hash(name):
    plain = saved(noise(1), name)
    assert digest(saved(noise(2), name)) != digest(plain)
    turned = saved(noise(1), name, exif=exif(6))
    tagged = saved(noise(1), name, exif=exif(1, t270="a caption"))
    assert digest(tagged) == digest(plain)
    assert digest(turned) != digest(plain)


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_file_that_was_turned_by_its_orientation_alone_is_known(name, orientation):
    plain = load_image(saved(noise(1), name), hashed=True)
    turned = load_image(saved(noise(1), name, exif=exif(orientation)), hashed=True)
    assert plain.stored_hash is None
    assert turned.stored_hash == plain.pixel_hash != turned.pixel_hash
    other = load_image(saved(noise(2), name, exif=exif(orientation)), hashed=True)
    assert other.stored_hash != plain.pixel_hash


def test_what_would_take_more_memory_to_turn_back_is_not_known(monkeypatch):
    monkeypatch.setattr(pixel_hash, "_MOST_TURNED_BACK", 100)
    assert load_image(saved(noise(1), "TIFF", exif=exif(6)), hashed=True).stored_hash is None
    assert load_image(saved(noise(1), "JPEG", exif=exif(6)), hashed=True).stored_hash is not None


def test_a_png_compressed_again_with_a_keyword_is_equal_but_not_with_another_palette_or_transparency():
    text = PngInfo()
    text.add_itxt("Keywords", "beach", zip=True)
    image = noise(1)
    assert digest(saved(image, "PNG", compress_level=1)) == digest(saved(image, "PNG", pnginfo=text))
    few = image.quantize(8)
    other = few.copy()
    other.putpalette([255 - value for value in few.getpalette()])
    assert digest(saved(few, "PNG")) != digest(saved(other, "PNG"))
    assert digest(saved(few, "PNG")) != digest(saved(few, "PNG", transparency=0))


def test_a_color_profile_counts_where_it_has_an_effect():
    image = noise(1)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert digest(saved(image, "JPEG", icc_profile=srgb)) == digest(saved(image, "JPEG"))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert digest(saved(image, "JPEG", icc_profile=lab)) == digest(saved(image, "JPEG")), "for other colors"


@pytest.mark.parametrize("name", ["GIF", "TIFF", "WEBP"])
def test_every_frame_counts(name):
    first, second, third = (noise(i, mode="L").convert("RGB") for i in (1, 2, 3))
    both = saved(first, name, save_all=True, append_images=[second])
    other = saved(first, name, save_all=True, append_images=[third])
    assert len({digest(both), digest(other), digest(saved(first, name))}) == 3
    assert digest(both) == digest(saved(first, name, save_all=True, append_images=[second]))


def test_too_many_frames_and_damaged_ones_stand_for_their_bytes(monkeypatch):
    frames = [noise(i, mode="L") for i in range(3)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    whole = digest(data)
    cut = data[: len(data) * 2 // 3]
    assert digest(cut) not in ("", whole)
    monkeypatch.setattr(pixel_hash, "MAX_FRAME_PIXELS", 1000)
    assert digest(data) not in ("", whole)
    assert digest(data) != digest(data[:-1] + b"\0;")
