"""Storage of an index on disk: saved atomically, and memory-mapped where possible.

A folder holds a manifest and the files it names: the structure (graph, lists, codes), the store of vectors
from which scores are computed, and the ids of each row. New files are written beside the old ones and take
effect once the manifest has been replaced, so a process killed at any time leaves the old index, or none.
"""

import contextlib
import json
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from ..errors import IndexFileError, IndexingError
from ..private_files import flush, make_private, make_private_folder, open_private
from ..stored import decoding, from_builtins, to_builtins
from .base import Index
from .equal_vectors import DistinctVectors
from .faiss_index import FaissIndex
from .faiss_structures import apart, together
from .families.family import IndexFamily
from .families.registry import find_family
from .fingerprints import Fingerprint, differs, fingerprint
from .flat import FlatIndex
from .row_ids import RowTable
from .shared_rows import SharedRows
from .spec import Recipe

_MANIFEST = "manifest.json"
_LOCK = ".lock"
_FORMAT = 2
_ONE_ID_A_ROW = 1
"""The previous format, with equal vectors in separate rows; its ids are one array."""
_TRIES = 3
"""Attempts before giving up: another process may save and so delete files after the manifest was read."""


@dataclass(frozen=True)
class Manifest:
    """The contents of a folder: the recipe, and name and fingerprint of each file."""

    recipe: Recipe
    files: dict[str, tuple[str, Fingerprint]]


def save(index: Index, folder: Path) -> None:
    """Save `index` in `folder`, which is created if necessary; the previous index remains valid until the
    end.

    Raises:
        IndexFileError: the folder cannot be written, or the disk is full.
    """
    recipe, parts, tables = _contents(index)
    try:
        make_private_folder(folder)
        with FileLock(folder / _LOCK, mode=0o600):
            _write(folder, recipe, parts, tables)
    except (OSError, RuntimeError) as error:
        raise IndexFileError(
            f"The index could not be saved in {folder}; check that the disk is writable and has free space."
        ) from error


def load(folder: Path) -> FaissIndex | FlatIndex:
    """Load the index saved in `folder`; its store stays in a mapped file until something is added.

    Sizes and the structure are fully checked, the store by a sample (see `verify`).

    Raises:
        IndexFileError: there is none, or its files are truncated, damaged or of another index. Build it
            again.
    """
    for attempt in range(_TRIES):
        manifest = read_manifest(folder)
        try:
            return _read(folder, manifest)
        except FileNotFoundError:
            if attempt == _TRIES - 1 or read_manifest(folder) == manifest:
                break
        except (RuntimeError, OSError, ValueError) as error:
            raise _damaged(folder) from error
    raise _damaged(folder)


def verify(folder: Path) -> None:
    """Verify every byte of the index in `folder` against its fingerprints.

    Raises:
        IndexFileError: there is none, or a file is missing, truncated or damaged.
    """
    for name, expected in read_manifest(folder).files.values():
        try:
            if differs(folder / name, expected, whole=True):
                raise _damaged(folder)
        except OSError as error:
            raise _damaged(folder) from error


def disk_bytes(folder: Path) -> int:
    """Compute the size on disk of the index in `folder`, in bytes.

    Raises:
        IndexFileError: there is none.
    """
    return sum(expected.size for _, expected in read_manifest(folder).files.values())


def saved_bytes(index: Index, scratch: Path | None = None) -> int:
    """Bytes that `index` takes on disk, found by saving it below `scratch`, or where temporary files are.

    Raises:
        OSError: it cannot be written there.
    """
    with tempfile.TemporaryDirectory(
        prefix="lookalike-", dir=scratch, ignore_cleanup_errors=True
    ) as temporary:
        folder = Path(temporary) / "index"
        save(index, folder)
        return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of `folder`.

    Raises:
        IndexFileError: there is no manifest, or it cannot be read.
    """
    try:
        text = (folder / _MANIFEST).read_bytes()
    except OSError as error:
        raise IndexFileError(f"There is no index in {folder}; build it.") from error
    with decoding(lambda: _damaged(folder)):
        told = json.loads(text.decode())
        if told["format"] not in (_ONE_ID_A_ROW, _FORMAT):
            raise _damaged(folder)
        files = {
            part: (str(one["name"]), from_builtins(Fingerprint, one)) for part, one in told["files"].items()
        }
        return Manifest(from_builtins(Recipe, told["recipe"]), files)


def _contents(index: Index) -> tuple[Recipe, dict[str, tuple[Any, int]], dict[str, NDArray[Any]]]:
    """Return the recipe, the FAISS parts with the flags for writing each, and the tables of ids per row."""
    if isinstance(index, FaissIndex):
        tables = {
            "ids": index.rows.ids,
            "shared_rows": index.rows.shared.rows,
            "shared_ids": index.rows.shared.ids,
            "digests": index.distinct.digests,
            "digest_rows": index.distinct.rows,
        }
        return index.recipe, apart(index.structure), tables
    if isinstance(index, FlatIndex):
        return index.recipe, {"structure": (index.structure, 0)}, {}
    raise IndexFileError(f"A {type(index).__name__} keeps its vectors elsewhere; there is nothing to save.")


def _write(
    folder: Path, recipe: Recipe, parts: dict[str, tuple[Any, int]], tables: dict[str, NDArray[Any]]
) -> None:
    token = secrets.token_hex(4)
    files = {part: folder / f"{part}-{token}.faiss" for part in parts} | {"ids": folder / f"ids-{token}.npz"}
    try:
        for part, (structure, flags) in parts.items():
            faiss.write_index(structure, str(files[part]), flags)
        with open_private(files["ids"]) as out:
            np.savez(out, allow_pickle=False, **tables)
        told = {
            "format": _FORMAT,
            "recipe": to_builtins(recipe),
            "files": {
                part: {"name": path.name, **to_builtins(fingerprint(path))} for part, path in files.items()
            },
        }
        for path in files.values():
            make_private(path)
            flush(path)
        fresh = folder / f"{_MANIFEST}.{token}"
        with open_private(fresh) as out:
            out.write(json.dumps(told).encode())
        flush(fresh)
        flush(folder)
        fresh.replace(folder / _MANIFEST)
        flush(folder)
    finally:
        _sweep(folder)


def _sweep(folder: Path) -> None:
    """Delete files not in the manifest: the previous index, or leftovers of a killed process."""
    wanted = {_MANIFEST, _LOCK}
    with contextlib.suppress(IndexFileError):
        wanted |= {name for name, _ in read_manifest(folder).files.values()}
    for path in folder.iterdir():
        if path.name not in wanted:
            with contextlib.suppress(OSError):  # Windows does not delete a file that is mapped by a process
                path.unlink()


def _read(folder: Path, manifest: Manifest) -> FaissIndex | FlatIndex:
    for part, (name, expected) in manifest.files.items():
        if differs(folder / name, expected, whole=part != "store"):
            raise _damaged(folder)
    paths = {part: str(folder / name) for part, (name, _) in manifest.files.items()}
    structure = faiss.read_index(paths["structure"])
    if _family(manifest.recipe).exhaustive:
        return FlatIndex.restored(structure, manifest.recipe)
    store = None
    if "store" in paths:
        store = faiss.read_index(paths["store"], faiss.IO_FLAG_MMAP_IFC)
    rows, distinct = _tables(Path(paths["ids"]))
    whole = together(structure, store)
    if whole.ntotal != rows.count or (store is not None and store.ntotal != rows.count):
        raise _damaged(folder)
    return FaissIndex(manifest.recipe, whole, rows, distinct, mapped=store is not None)


def _family(recipe: Recipe) -> IndexFamily:
    try:
        return find_family(recipe.family)
    except IndexingError as error:  # of a newer version
        raise ValueError(str(error)) from error


def _tables(path: Path) -> tuple[RowTable, DistinctVectors]:
    """Read the tables of ids per row. An older file has a single id per row.

    Raises:
        ValueError: the tables do not match.
    """
    stored = np.load(path, allow_pickle=False)
    if isinstance(stored, np.ndarray):
        return RowTable(stored), DistinctVectors()
    with stored:
        tables = {name: stored[name] for name in stored.files}
    rows = RowTable(tables["ids"], SharedRows(tables["shared_rows"], tables["shared_ids"]))
    distinct = DistinctVectors(tables["digests"], tables["digest_rows"])
    if int(distinct.rows.max(initial=-1)) >= rows.count:
        raise ValueError("digests of rows that do not exist")
    return rows, distinct


def _damaged(folder: Path) -> IndexFileError:
    return IndexFileError(f"The index in {folder} is damaged or of another version; build it again.")
