"""The markers of a JPEG: the number of scans, and whether the last one is complete.

Marker and scan names follow ITU-T T.81; nothing is decoded here.
"""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_SOS, _EOI = 0xDA, 0xD9
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
# Inside a scan, FF 00 is a byte of data and FF D0 to FF D7 are restarts; anything else ends it.
_NEXT_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_COEFFICIENTS = 64
_MAX_SEGMENTS = 5000
_RESTARTS = range(0xD0, 0xD8)
_RESTART_INTERVAL = b"\xff\xdd"
_FILLINGS = tuple(bytes([byte]) * 256 for byte in (0x13, 0x55, 0x7F, 0xAA))

MAX_SCANS = 100
"""No program writes more; decoding each one takes time proportional to the number of blocks."""

END = b"\xff\xd9"
"""The marker that ends a JPEG."""


@dataclass
class JpegScans:
    """The facts read from the markers of a JPEG.

    Attributes:
        progressive: whether coefficients are refined over several scans.
        interleaved: whether one scan holds all components, so that nothing must be kept for a second.
        sampling: horizontal and vertical sampling factor by component.
        count: number of scans; counting stops at the requested maximum.
        ended: whether the end marker was found.
        loose: number of bytes between segments that belong to none.
        long: whether there are more segments than any program writes; reading stops there.
        precision: by component, the lowest bit read so far of each of its 64 coefficients; None for a
            coefficient not read at all.
    """

    progressive: bool = False
    interleaved: bool = False
    sampling: dict[int, tuple[int, int]] = field(default_factory=dict)
    count: int = 0
    ended: bool = False
    loose: int = 0
    long: bool = False
    precision: dict[int, list[int | None]] = field(default_factory=dict)

    @property
    def single_pass(self) -> bool:
        """Whether pixels can be decoded from the first scan, without holding coefficients in memory."""
        return self.interleaved and not self.progressive

    @property
    def all_precise(self) -> bool:
        """Whether every coefficient of every component has been read to its last bit."""
        return bool(self.precision) and all(
            bit == 0 for coefficients in self.precision.values() for bit in coefficients
        )

    @property
    def samples_per_pixel(self) -> float:
        """Coefficients held per pixel, over all components."""
        if not self.sampling:
            return 0.0
        widest, highest = (max(side) for side in zip(*self.sampling.values(), strict=True))
        return sum(w * h for w, h in self.sampling.values()) / (widest * highest or 1)


def read_scans(data: bytes, most: int) -> JpegScans:
    """Read the markers up to the end, the start of an only scan, or scan number `most` + 1. Never raises."""
    found = JpegScans()
    try:
        for marker, segment in _segments(data, found):
            if marker in _FRAMES:
                _read_frame(found, marker, segment)
            elif marker == _SOS:
                found.count += 1
                _read_scan(found, segment)
                if found.single_pass or found.count > most:
                    break
    except (struct.error, IndexError):
        pass  # cut off in the middle of a marker
    return found


def _segments(data: bytes, found: JpegScans) -> Iterator[tuple[int, bytes]]:
    at, pattern, count = 2, _MARKER, 0
    while match := pattern.search(data, at):
        count += 1
        if count > _MAX_SEGMENTS:
            found.long = True
            return
        found.loose += match.end() - at - 2 if pattern is _MARKER else 0
        marker = match[1][0]
        at = match.end()
        if marker == _EOI:
            found.ended = True
            return
        if marker in _WITHOUT_LENGTH:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        yield marker, data[at + 2 : at + length]
        at += length
        pattern = _NEXT_MARKER if marker == _SOS else _MARKER


def _read_frame(found: JpegScans, marker: int, segment: bytes) -> None:
    found.progressive = marker in _PROGRESSIVE
    for i in range(segment[5]):
        component, sampling = segment[6 + 3 * i], segment[7 + 3 * i]
        found.sampling[component] = sampling >> 4, sampling & 15
        found.precision[component] = [None] * _COEFFICIENTS


def _read_scan(found: JpegScans, segment: bytes) -> None:
    components = [segment[1 + 2 * i] for i in range(segment[0])]
    first, last, approximation = segment[1 + 2 * len(components) :][:3]
    if found.count == 1:
        found.interleaved = len(components) == len(found.sampling)
    if not found.progressive:
        first, last, approximation = 0, _COEFFICIENTS - 1, 0
    for component in components:
        if component in found.precision:
            bits = found.precision[component]
            bits[first : last + 1] = [approximation & 15] * (min(last, _COEFFICIENTS - 1) + 1 - first)


def lacks_only_its_end(data: bytes, decode: Callable[[bytes], bytes]) -> bool:
    """Whether a JPEG that its decoder reports as truncated has every pixel and lacks only the end marker.

    A decoder fills in missing data from whatever follows. So the file is decoded with several endings: if
    none changes a pixel, all pixels are there.

    Args:
        data: the file.
        decode: returns the pixels of a JPEG file or a digest of them; may raise any exception of a decoder.
    """
    scans = read_scans(data, MAX_SCANS)
    if scans.ended or not scans.all_precise or scans.count > MAX_SCANS:
        return False
    endings = [b"", *_FILLINGS]
    if _RESTART_INTERVAL in data:  # then a decoder skips everything up to the restart that it waits for
        endings += [b"".join(b"\xff%c" % restart + fill for restart in _RESTARTS) for fill in _FILLINGS]
    return len({decode(with_end(data, ending)) for ending in endings}) == 1


def with_end(data: bytes, filling: bytes = b"") -> bytes:
    """Return the file with the missing end marker, preceded by some bytes of data."""
    return data.rstrip(b"\xff") + filling + END
