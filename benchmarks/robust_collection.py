"""A small collection with everything in it, the commands that change it, and whether it is whole after."""

import csv
import hashlib
import io
import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.faults import command, in_child
from core.collection import Plan, Workspace
from core.collection.ingest import pending, sample_source
from core.embedding import from_bytes
from core.errors import EncoderError, LookalikeError
from core.sample_catalogue import sample_items
from tests.support.tiny import TinyEncoder, register

PICTURES = 14
FACTS = "facts.json"
_BINNED = 14
_OLD = b"path,label\r\nold,old\r\n"
_NAMES = ("shop", "unseen", "cut", "judged")
_OUT = ("out.csv", "out.html", "out.png", "out.safetensors", "out.json")

Findings = list[tuple[str, str]]


@dataclass(frozen=True)
class Writer:
    """A command that changes something. `loses` says that what is in the bin may be gone afterwards."""

    name: str
    words: tuple[str, ...]
    loses: bool = False
    deletes: bool = False

    def arguments(self, place: Path) -> list[str]:
        """The command line for the collection at `place`."""
        return [word.replace("@", str(place)) for word in self.words] + ["--workspace", str(place / "home")]


def writers() -> list[Writer]:
    """Every command that writes to the disk, with arguments that make it write."""
    register(TinyEncoder())
    register(TinyEncoder("other"))
    sample_source.sample_items = lambda: sample_items()[:8]  # a catalogue of 301 pictures takes a minute
    return [
        Writer("create", ("create", "new", "--encoder", "tiny")),
        Writer("add, copied", ("add", "shop", "@/more", "--keep")),
        Writer("add, in place", ("add", "shop", "@/more")),
        Writer("add files", ("add", "shop", "@/more/0.jpg", "@/more/1.jpg")),
        Writer("add archive", ("add", "shop", "@/more.zip")),
        Writer("add with CSV", ("add", "shop", "@/photos", "--keep", "--labels", "@/labels.csv")),
        Writer("resume", ("resume", "shop")),
        Writer("dismiss", ("dismiss", "shop")),
        Writer("embed", ("embed", "shop", "--encoder", "other")),
        Writer("repair", ("repair", "cut")),
        Writer("label", ("label", "shop", "new", "1", "2")),
        Writer("remove", ("remove", "shop", "3")),
        Writer("restore", ("restore", "shop", str(_BINNED))),
        Writer("empty-bin", ("empty-bin", "shop"), loses=True),
        Writer("duplicates", ("duplicates", "unseen")),
        Writer("duplicates --csv", ("duplicates", "shop", "--csv", "@/out/out.csv")),
        Writer("pairs label", ("pairs", "label", "shop", "3", "4", "different")),
        Writer("pairs import", ("pairs", "import", "shop", "@/pairs.csv")),
        Writer("pairs export", ("pairs", "export", "shop", "@/out/out.csv")),
        Writer("clusters", ("clusters", "shop", "--k", "2")),
        Writer("clusters --csv", ("clusters", "shop", "--show", "base", "--csv", "@/out/out.csv")),
        Writer("map", ("map", "shop", "--again")),
        Writer(
            "map files",
            ("map", "shop", "--html", "@/out/out.html", "--png", "@/out/out.png", "--csv", "@/out/out.csv"),
        ),
        Writer("events", ("events", "shop")),
        Writer("evaluate", ("evaluate", "shop")),
        Writer("report", ("report", "shop", "@/out/out.html")),
        Writer("export", ("export", "shop", "@/out/out.csv")),
        Writer("index build", ("index", "build", "shop", "--use")),
        Writer("tune", ("tune", "shop", "--k", "3", "--budget", "5")),
        Writer("index use", ("index", "use", "shop", "flat")),
        Writer("sample", ("sample", "new")),
        Writer("pairs learn", ("pairs", "learn", "judged")),
        Writer("train", ("train", "shop", "--signal", "copies")),
        Writer("train --use", ("train", "shop", "--use", "1", "--overrule")),
        Writer("train --export", ("train", "shop", "--export", "@/out/out.safetensors", "--adapter", "1")),
        Writer("health", ("health", "shop", "--repair")),
        Writer("delete", ("delete", "unseen", "--yes"), deletes=True),
    ]


def make_template(place: Path) -> Path:
    """Make the collections “shop” (everything), “unseen” (not scanned), “cut” (damaged vectors) and “judged”
    (labelled pairs).
    """
    register(TinyEncoder())
    (place / "out").mkdir(parents=True)
    for name in _OUT:
        (place / "out" / name).write_bytes(_OLD)
    for i in range(PICTURES):
        _write(place / "photos" / f"{'ab'[i % 2]}" / f"{i}.jpg", i)
    for i in range(6):
        _write(place / "more" / f"{i}.jpg", 100 + i)
    shutil.make_archive(str(place / "more"), "zip", place / "more")
    (place / "labels.csv").write_text("path,label\na/0.jpg,from a table\n", encoding="utf-8")
    made = in_child(lambda: _fill(place))
    if made.status:
        raise SystemExit("The collection to try could not be made.")
    return place


def _write(path: Path, seed: int) -> None:
    blocks = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), np.uint8)
    exif = Image.Exif()
    taken = datetime(2026, 1, 1) + timedelta(hours=9 * seed)
    exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(blocks).resize((160, 120), Image.Resampling.NEAREST).save(path, quality=90, exif=exif)


def _fill(place: Path) -> dict[str, Any]:
    home = place / "home"
    for name in _NAMES:
        _do(place, "create", name, "--encoder", "tiny")
        _do(place, "add", name, str(place / "photos"), "--keep")
    shop = Workspace(home).open("shop")
    hashes = {picture.id: picture.sha256 for picture in shop.page(0, 100)}
    (place / "pairs.csv").write_text(f"a,b,verdict\n{hashes[5]},{hashes[6]},different\n", encoding="utf-8")
    _do(place, "label", "shop", "best", "5")
    _do(place, "pairs", "label", "shop", "1", "2", "different")
    _do(place, "remove", "shop", str(_BINNED))
    _do(place, "duplicates", "shop")
    _do(place, "clusters", "shop", "--k", "3", "--name", "base")
    _do(place, "map", "shop")
    _do(place, "events", "shop")
    _do(place, "evaluate", "shop")
    _do(place, "index", "build", "shop", "--use")
    _do(place, "search", "shop", "red", "--rerank", "local")
    _do(place, "train", "shop", "--signal", "copies")
    for other in range(2, 14):
        _do(place, "pairs", "label", "judged", "1", str(other), "different")
    _do(place, "pairs", "label", "judged", "2", "3", "duplicate")
    cut = Workspace(home).open("cut")
    space = cut.space()
    assert space is not None  # noqa: S101 - it has pictures
    with (cut.root / "vectors" / space.file).open("r+b") as file:
        file.truncate(3 * 4 * space.dim)
    rows = shop.vectors()
    vectors = {i: v.tolist() for i, v in zip(rows.ids.tolist(), rows.vectors, strict=True)}
    facts = {
        "pictures": [[p.id, p.sha256, p.label, vectors[p.id]] for p in [*shop.page(0, 100), *shop.bin()]],
        "verdicts": len(shop.verdicts()),
    }
    (place / FACTS).write_text(json.dumps(facts), encoding="utf-8")
    pending.begin(shop._catalogue, Plan("folder", "folder more", str(place / "more"), keep=True))
    for name in _NAMES:
        Workspace(home).open(name)._catalogue.checkpoint()
    return {}


def _do(place: Path, *words: str) -> None:
    ended = command([*words, "--workspace", str(place / "home")])
    if ended["status"]:
        raise RuntimeError(f"{words}: {ended}")


def files_of(template: Path) -> list[Path]:
    """Every kind of file of the collection “shop”, relative to `template`: of pictures' files one each."""
    home, found, seen = template / "home" / "shop", list[Path](), set[tuple[str, ...]]()
    for path in sorted(home.rglob("*")):
        if not path.is_file() or path.name.endswith(("-shm", "lock")):
            continue
        parts = path.relative_to(home).parts
        # media/ab/abcd…: any one stands for all.
        kind = parts[:1] if parts[0] in ("media", "thumbnails", "features", "copies") else parts
        if kind not in seen:
            seen.add(kind)
            found.append(path.relative_to(template))
    return found


# ---- after a fault


def check(place: Path, writer: Writer) -> Findings:
    """What is wrong with the collections after `writer` met a fault, and after it was run again."""
    findings = _whole(place, writer)
    for name in _OUT:
        data = (place / "out" / name).read_bytes() if (place / "out" / name).exists() else b""
        if data != _OLD and not _is_whole(name, data):
            findings.append(("lost", f"{name} is neither old nor whole ({len(data)} bytes)"))
    ended = command(writer.arguments(place))
    if ended["fault"]:
        findings.append(("tracebacks", f"run again: {ended['fault']}"))
    elif ended["status"] and not _done_already(ended["said"]):
        findings.append(("unusable", f"run again: {ended['said']}"))
    findings += _whole(place, writer)
    for name in _NAMES:
        for words in (["dismiss", name], ["index", "list", name]):
            if (place / "home" / name).exists():
                ended = command([*words, "--workspace", str(place / "home")])
                if ended["fault"] or ended["status"]:
                    findings.append(("unusable", f"{words}: {ended}"))
    # What was being created or deleted goes when the next collection is made.
    command(["create", "later", "--encoder", "tiny", "--workspace", str(place / "home")])
    findings += [("leftovers", str(path)) for path in _leftovers(place)]
    return findings


def _done_already(said: dict[str, Any]) -> bool:
    text = str(said.get("error"))
    return any(known in text for known in ("already", "no collection", "nothing to resume", "are over"))


def _is_whole(name: str, data: bytes) -> bool:
    if name.endswith(".html"):
        return data.rstrip().endswith(b"</html>")
    if name.endswith(".png"):
        return data.endswith(b"IEND\xaeB`\x82")
    try:
        if name.endswith(".json"):
            return isinstance(json.loads(data), dict)
        if name.endswith(".safetensors"):
            return bool(from_bytes(data))
        rows = list(csv.reader(io.StringIO(data.decode())))
    except (ValueError, csv.Error, EncoderError):
        return False
    return data.endswith(b"\n") and len({len(row) for row in rows}) == 1


def _whole(place: Path, writer: Writer) -> Findings:  # noqa: PLR0912
    """Whether every picture, vector, label and verdict is there."""
    facts = json.loads((place / FACTS).read_text(encoding="utf-8"))
    space = Workspace(place / "home")
    findings: Findings = []
    listed = {summary.name: summary for summary in space.list()}
    findings += [("unusable", f"{one.name}: {one.problem}") for one in listed.values() if one.problem]
    for name in set(_NAMES) - listed.keys():
        if not (writer.deletes and name == "unseen"):
            findings.append(("lost", f"{name} is not listed"))
    for name in listed.keys() - {*_NAMES, "new", "later"}:
        findings.append(("leftovers", f"{name} is listed"))
    try:
        shop = space.open("shop")
        there = {picture.sha256: picture for picture in [*shop.page(0, 1000), *shop.bin()]}
        found, vectors = shop.sound_vectors([picture.id for picture in there.values()], "tiny")
        held = dict(zip(found.tolist(), vectors, strict=True))
        for picture_id, sha256, label, vector in facts["pictures"]:
            picture = there.get(sha256)
            if picture is None:
                if not (writer.loses and picture_id == _BINNED):
                    findings.append(("lost", f"picture {picture_id}"))
                continue
            if picture.label not in (label, "new", "from a table"):
                findings.append(("lost", f"the label {label!r} of picture {picture_id} is {picture.label!r}"))
            if not np.allclose(held.get(picture_id, 0), vector, atol=1e-6):
                findings.append(("lost", f"the vector of picture {picture_id}"))
        for picture in there.values():
            if hashlib.sha256(shop.original(picture.id)).hexdigest() != picture.sha256:
                findings.append(("lost", f"the bytes of {picture.name}"))
            Image.open(io.BytesIO(shop.thumbnail(picture.id))).load()
            if picture.id not in held:
                findings.append(("lost", f"the vector of {picture.name}"))
        if len(shop.verdicts()) < facts["verdicts"]:
            findings.append(("lost", "a verdict"))
    except (LookalikeError, OSError) as error:
        findings.append(("unusable", str(error)))
    ended = command(["search", "shop", "red", "--workspace", str(place / "home")])
    if ended["fault"] or ended["status"]:
        findings.append(("unusable", f"search: {ended}"))
    return findings


def _leftovers(place: Path) -> list[Path]:
    """Files and folders that nothing needs and nothing sweeps, relative to `place`."""
    home = place / "home"
    left = [path for path in home.iterdir() if path.name.startswith(".")]
    left += [path for path in (place / "out").iterdir() if path.name not in _OUT]
    for name in _NAMES:
        root = home / name
        if root.exists():
            left += [
                path
                for path in root.rglob("*")
                if path.name.endswith((".part", ".tmp"))
                or path.name.startswith("tuning-")
                or path.parent.name in ("staging", "incoming")
            ]
            known = {str(record.id) for record in Workspace(home).open(name).indexes.list()}
            left += [path for path in (root / "indexes").glob("[0-9]*") if path.name not in known]
    return [path.relative_to(place) for path in left]


# ---- after damage

QUICK_COMMANDS = (
    "list", "list shop", "search shop red", "search shop --like 1", "export shop @/out/out.csv",
    "pairs next shop", "pairs export shop @/out/out.csv", "clusters shop --list", "clusters shop --show base",
    "map shop", "events shop --stored", "report shop @/out/out.html", "index list shop", "label shop again 4",
    "remove shop 6", "restore shop 6", "dismiss shop", "repair shop",
)  # fmt: skip
COMMANDS = (
    *QUICK_COMMANDS, "search shop red --rerank local", "duplicates shop",
    "clusters shop --show base --extend", "map shop --html @/out/out.html", "evaluate shop",
    "index check shop", "add shop @/more", "resume shop", "embed shop", "repair shop",
)  # fmt: skip


def check_damaged(place: Path, file: Path, commands: tuple[str, ...]) -> Findings:
    """What is wrong with how commands take a damaged `file`, and with what has not come back."""
    findings: Findings = []
    for words in commands:
        arguments = [word.replace("@", str(place)) for word in words.split()]
        ended = command([*arguments, "--workspace", str(place / "home")])
        if ended["fault"]:
            findings.append(("tracebacks", f"{words}: {ended['fault']}"))
    part = file.parts[2]
    if not part.startswith("catalogue") and part != "media":
        findings += _come_back(place)
    ended = command(["delete", "shop", "--yes", "--workspace", str(place / "home")])
    if ended["fault"] or ended["status"]:
        findings.append(("unusable", f"delete: {ended}"))
    return findings


def _come_back(place: Path) -> Findings:
    """What can be made again is there again: every picture is found, with its thumbnail."""
    findings: Findings = []
    shop = Workspace(place / "home").open("shop")
    facts = json.loads((place / FACTS).read_text(encoding="utf-8"))
    for picture_id, _, _, vector in facts["pictures"]:
        found, vectors = shop.sound_vectors([picture_id])
        if not len(found) or not np.allclose(vectors[0], vector, atol=1e-6):
            findings.append(("lost", f"the vector of picture {picture_id}"))
        try:
            Image.open(io.BytesIO(shop.thumbnail(picture_id))).load()
        except (LookalikeError, OSError) as error:
            findings.append(("lost", f"the thumbnail of picture {picture_id}: {error}"))
    return findings
