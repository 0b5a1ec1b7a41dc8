"""Fingerprints of files, to check that a file is still the one that was written."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

_EDGE = 1 << 20
_PIECE = 1 << 16
_PIECES = 64


@dataclass(frozen=True)
class Fingerprint:
    """Size in bytes, and SHA-256 of the whole file and of a sample: head, tail and 64 positions between."""

    size: int
    whole: str
    sampled: str


def fingerprint(path: Path) -> Fingerprint:
    """Compute the fingerprint of `path`.

    Raises:
        OSError: it cannot be read.
    """
    return Fingerprint(path.stat().st_size, _whole(path), _sampled(path))


def differs(path: Path, expected: Fingerprint, whole: bool) -> bool:
    """Whether `path` has changed; compared by its sample alone unless `whole`.

    Raises:
        OSError: it cannot be read.
    """
    if path.stat().st_size != expected.size:
        return True
    return _whole(path) != expected.whole if whole else _sampled(path) != expected.sampled


def _whole(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sampled(path: Path) -> str:
    digest = hashlib.sha256()
    size = path.stat().st_size
    with path.open("rb") as file:
        digest.update(file.read(_EDGE))
        for number in range(1, _PIECES + 1):
            file.seek(size * number // (_PIECES + 1))
            digest.update(file.read(_PIECE))
        file.seek(max(0, size - _EDGE))
        digest.update(file.read(_EDGE))
    return digest.hexdigest()
