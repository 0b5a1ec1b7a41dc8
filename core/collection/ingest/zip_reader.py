"""Reader of possibly hostile ZIP archives, member by member, without unpacking to disk."""

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ...errors import ArchiveError, ImageError
from ...images.files import MAX_FILE_BYTES, os_error_reason, too_large_reason
from ..safe_names import display_name
from .file_filter import is_ignored_path, not_a_picture, skipped_part

MAX_MEMBERS = 200_000
"""An archive with more entries is rejected."""

MAX_RATIO = 200
"""A member that unpacks to more than this many times its packed size is rejected …"""

RATIO_FLOOR_BYTES = 32 * 1024 * 1024
"""… if it unpacks to more than this many bytes: flat drawings do compress that well, and are small."""

MAX_TOTAL_RATIO = 20
"""Members are rejected once they unpack to more than this many times the archive's own size …"""

TOTAL_FLOOR_BYTES = 4 * 1024**3
"""… and to more than this many bytes together. Photographs hardly compress at all."""

_CHUNK = 1024 * 1024
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
# The others have no output limit: zipfile limits the output of each step for these two only.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_END_SIGNATURE, _END_SIZE = b"PK\x05\x06", 22
_END64_LOCATOR, _END64 = b"PK\x06\x07", b"PK\x06\x06"
_ENTRY_SIGNATURE = b"PK\x01\x02"
_MAX_COMMENT = 65_535


@dataclass(frozen=True)
class Member:
    """One file in an archive; `refusal` is the reason why it is not read, if so.

    `size` is the declared size in bytes; no more than that is ever unpacked.
    """

    name: str
    size: int
    refusal: str | None
    info: zipfile.ZipInfo


class Archive:
    """An open ZIP archive. Members may be read from several threads.

    Args:
        content: the path of the archive, or its bytes.

    Raises:
        ArchiveError: it is not a ZIP archive, is damaged, or holds more than `MAX_MEMBERS` entries.
    """

    def __init__(self, content: Path | bytes) -> None:
        shown = display_name(content.name) if isinstance(content, Path) else "The upload"
        try:
            file: IO[bytes] = (
                _open_regular(content, shown) if isinstance(content, Path) else io.BytesIO(content)
            )
        except OSError as error:
            raise ArchiveError(f"{shown} cannot be opened. {os_error_reason(error)}") from error
        try:
            self.size = file.seek(0, io.SEEK_END)
            _refuse_oversized_directory(file, self.size, shown)
            self._zip = zipfile.ZipFile(file)
        except ArchiveError:
            file.close()
            raise
        # For a broken directory zipfile raises more than its own error.
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            struct.error,
            NotImplementedError,
            EOFError,
        ) as error:
            file.close()
            raise ArchiveError(f"{shown} is not a ZIP archive, or is damaged.") from error
        packed = sum(info.compress_size for info in self._zip.infolist())
        if packed > self.size:
            self._zip.close()
            raise ArchiveError(
                f"{shown} is not safe to read: its members overlap, like a decompression bomb."
            )

    def members(self) -> Iterator[Member]:
        """List every file in the archive's order, including rejected ones, without folders and leftovers of
        systems.
        """
        total = 0
        limit = max(TOTAL_FLOOR_BYTES, MAX_TOTAL_RATIO * self.size)
        seen: set[str] = set()
        left_out: set[str] = set()
        for info in self._zip.infolist():
            raw = _name(info)
            refusal = _unsafe_name(raw)
            if refusal is None and (skipped := skipped_part(raw)):
                folder, reason = skipped
                if folder not in left_out:
                    left_out.add(folder)
                    yield Member(display_name(folder), 0, reason, info)
                continue
            if refusal is None and ((raw.endswith("/") and not info.file_size) or is_ignored_path(raw)):
                continue
            name = display_name(raw) or "(no name)"
            refusal = refusal or _unsafe_content(info) or not_a_picture(raw)
            if refusal is None and name in seen:
                refusal = "The archive holds this name twice; the first one counts."
            if refusal is None:
                seen.add(name)
                total += info.file_size
                if total > limit:
                    refusal = (
                        f"The archive unpacks to more than {limit / 2**30:,.1f} GB; the rest is not read."
                    )
            yield Member(name, info.file_size, refusal, info)

    def read(self, member: Member) -> bytes:
        """The bytes of one member.

        Raises:
            ImageError: the member is rejected, damaged, or not as long as the archive declares.
        """
        if member.refusal is not None:
            raise ImageError(member.refusal)
        parts: list[bytes] = []
        length = 0
        try:
            with self._zip.open(member.info) as packed:
                # In steps: for everything at once, zipfile would unpack before checking the size.
                while part := packed.read(_CHUNK):
                    parts.append(part)
                    length += len(part)
                    if length > member.size:
                        raise ImageError("The archive declares a smaller size than this entry has.")
        except ImageError:
            raise
        except EOFError as error:
            raise ImageError("The archive ends in the middle of this entry.") from error
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, struct.error) as error:
            raise ImageError(
                "The entry is damaged: it does not unpack to what the archive declares."
            ) from error
        except (NotImplementedError, RuntimeError) as error:
            raise ImageError("The entry is packed in a way that is not read here.") from error
        if length < member.size:
            raise ImageError("The entry is damaged: it unpacks to less than the archive declares.")
        return b"".join(parts)

    def close(self) -> None:
        """Close the archive; members can no longer be read."""
        self._zip.close()


def _name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        # Without the flag the standard is code page 437, but nearly every packer today writes UTF-8.
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/")


def _unsafe_name(name: str) -> str | None:
    if name.startswith("/"):
        return "Refused: the entry has an absolute path, as only a hostile archive does."
    if _DRIVE.match(name):
        return "Refused: the entry names a drive, as only a hostile archive does."
    if ".." in name.split("/"):
        return "Refused: the entry's path leads out of the archive (“..”)."
    return None


def _unsafe_content(info: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)  # Unix packers store the file's mode there, others nothing
    size, packed = info.file_size, info.compress_size
    checks = (
        (not _name(info).strip("./"), "Refused: the entry has no name."),
        (info.filename.endswith("/"), "Refused: the entry is a folder that holds data."),
        (kind == stat.S_IFLNK, "Refused: the entry is a symbolic link."),
        (kind not in (0, stat.S_IFREG, stat.S_IFLNK), "Refused: the entry is a device or pipe, not a file."),
        (info.flag_bits & _ENCRYPTED, "The entry is encrypted; unpack the archive with its password first."),
        (info.compress_type not in _METHODS, "The entry is packed by a method that is not read here."),
        (size > MAX_FILE_BYTES, too_large_reason(size)),
        (
            size > RATIO_FLOOR_BYTES and size > MAX_RATIO * packed,
            f"Refused: the entry unpacks to more than {MAX_RATIO} times its size, like a decompression bomb.",
        ),
    )
    return next((reason for holds, reason in checks if holds), None)


def _open_regular(path: Path, shown: str) -> IO[bytes]:
    # Without O_NONBLOCK, opening a named pipe waits for a writer that never comes.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise ArchiveError(f"{shown} is not a regular file.")
    return file


def _refuse_oversized_directory(file: IO[bytes], size: int, shown: str) -> None:
    """Count the entries before `zipfile` creates an object for each; a broken archive is left to it."""
    tail_start = max(0, size - _END_SIZE - _MAX_COMMENT)
    file.seek(tail_start)
    tail = file.read()
    if tail[-_END_SIZE:-18] == _END_SIGNATURE and tail.endswith(b"\0\0"):
        end = len(tail) - _END_SIZE
    else:
        end = tail.rfind(_END_SIGNATURE)
    if end < 0 or end + _END_SIZE > len(tail):
        return
    directory_size, directory_end = int.from_bytes(tail[end + 12 : end + 16], "little"), tail_start + end
    if tail[max(0, end - 20) : end].startswith(_END64_LOCATOR):
        record = tail[max(0, end - 76) : end]
        if record.startswith(_END64):
            directory_size, directory_end = int.from_bytes(record[40:48], "little"), directory_end - 76
    start = directory_end - directory_size
    if start < 0:
        return
    file.seek(start)
    entries, overlap = 0, b""
    while start < directory_end:
        block = file.read(min(_CHUNK, directory_end - start))
        if not block:
            break
        entries += (overlap + block).count(_ENTRY_SIGNATURE)
        overlap = block[-3:]
        start += len(block)
        if entries > MAX_MEMBERS:
            raise ArchiveError(
                f"{shown} holds more than {MAX_MEMBERS:,} files. Unpack it and add the folder instead."
            )
