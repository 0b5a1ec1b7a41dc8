"""Filter of files that are clearly not pictures, by name alone, before anything is read."""

import posixpath

# Files that operating systems and photo programs leave behind, not meant to be searched.
_LEFTOVERS = frozenset(
    {
        "__macosx",
        "thumbs.db",
        "desktop.ini",
        "ehthumbs.db",
        "system volume information",
    }
)

_TRASH = "A recycle bin: deleted files are not added."
_PREVIEWS = "Previews that another program made: the pictures themselves are elsewhere."
_SNAPSHOTS = "Earlier states of the same folders, kept by the server: the pictures are already there."
_APPLE = (
    "An Apple photo library: its previews lie beside the originals. To add the originals, add the folder "
    "“originals” (in older libraries “Masters”) in it."
)
_FOLDERS = {
    **dict.fromkeys(("#recycle", "@recycle", "$recycle.bin", "recycler", "recycled", ".recycle"), _TRASH),
    **dict.fromkeys((".trash", ".trashes", "network trash folder"), _TRASH),
    "lost+found": "Nameless files recovered by a disk check: not added.",
    **dict.fromkeys(("@eadir", ".@__thumb", ".thumbnails", ".appledouble"), _PREVIEWS),
    **dict.fromkeys(("#snapshot", "@recently-snapshot", ".snapshot", ".snapshots"), _SNAPSHOTS),
}
"""Folders of servers, systems and photo programs that do not hold the user's pictures; lower case."""

_FOLDER_ENDINGS = {
    ".lrdata": _PREVIEWS,
    **dict.fromkeys((".photoslibrary", ".photolibrary", ".migratedphotolibrary", ".aplibrary"), _APPLE),
}

_KINDS = {
    "text": "txt md rst log tex rtf",
    "a table": "csv tsv xls xlsx ods parquet",
    "data": "json jsonl xml yaml yml toml ini cfg npy npz pkl h5 hdf5 mat pt pth onnx safetensors db sqlite",
    "a document": "pdf doc docx odt ppt pptx odp pages key epub",
    "a web page": "html htm mhtml css",
    "program code": "py pyc ipynb js ts c h cpp java go rs sh bat ps1 exe dll so dylib jar",
    "an archive": "zip rar 7z tar gz tgz bz2 xz zst",
    "a video": "mp4 m4v mov avi mkv webm mpg mpeg wmv flv 3gp mts",
    "a sound file": "mp3 wav flac ogg m4a aac wma opus aiff",
    "editing notes beside a picture": "xmp aae thm pp3 dop",
}
_BY_EXTENSION = {f".{ending}": kind for kind, endings in _KINDS.items() for ending in endings.split()}


def skipped_folder(name: str) -> str | None:
    """Explain why a folder of this name (no path) is skipped with its contents; None for any other."""
    lowered = name.lower()
    if lowered.startswith(".trash-"):  # followed by a user's number
        return _TRASH
    return _FOLDERS.get(lowered) or skipped_library(name)


def skipped_library(name: str) -> str | None:
    """Explain why the library of another program is skipped, even if it is named explicitly; None for any
    other.
    """
    return _FOLDER_ENDINGS.get(posixpath.splitext(name.lower())[1])


def skipped_part(path: str) -> tuple[str, str] | None:
    """Find the first skipped folder on a "/"-separated path, as a path, with the reason; None if there is
    none.
    """
    parts = path.split("/")
    for i, part in enumerate(parts[:-1]):
        if reason := skipped_folder(part):
            return "/".join(parts[: i + 1]), reason
    return None


def is_ignored(file_name: str) -> bool:
    """Whether a file or folder of this name (no path) is silently ignored."""
    return file_name.startswith(".") or file_name.lower() in _LEFTOVERS


def is_ignored_path(path: str) -> bool:
    """Whether any part of a "/"-separated path is silently ignored; ".." is not such a part."""
    return any(is_ignored(part) for part in path.split("/") if part not in (".", ".."))


def not_a_picture(name: str) -> str | None:
    """Explain why a file of this name is not tried;

    None if its content should decide. Unknown and missing extensions are tried: many pictures have none.
    """
    extension = posixpath.splitext(name)[1].lower()
    kind = _BY_EXTENSION.get(extension)
    return None if kind is None else f"Not a picture, but {kind} ({extension})."
