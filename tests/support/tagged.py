"""Pictures whose metadata differs and whose pixels do not."""

import struct

from PIL import Image

from tests.support.pictures import jpeg


def tagged(data, keyword):
    """The JPEG `data` with a keyword in an XMP segment; an empty keyword leaves it as it is."""
    if not keyword:
        return data
    body = b"http://ns.adobe.com/xap/1.0/\0<keyword>" + keyword.encode() + b"</keyword>"
    return data[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body + data[2:]


def turned(data, orientation):
    """The JPEG `data` with an EXIF block that notes an orientation, 1 to 8."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    block = exif.tobytes()
    return data[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(block) + 2) + block + data[2:]


def dated(seed, when):
    """A JPEG that says in its EXIF block when it was taken (``2016:02:01 12:30:00``)."""
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = when
    block = exif.tobytes()
    data = jpeg(seed)
    return data[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(block) + 2) + block + data[2:]
