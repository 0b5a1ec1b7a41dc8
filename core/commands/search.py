"""Verbs that look into a collection: list, search, export."""

import codecs
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ..collection import Collection, Filter, Workspace
from ..csv_export import write_csv
from ..errors import QueryError
from ..output_file import replacing
from ..search import Hit, Query, Region
from .options import (
    FavouritesOption,
    FromOption,
    Home,
    Json,
    LabelOption,
    Name,
    NameOption,
    ToOption,
    make_filter,
)
from .printing.output import line, show

if TYPE_CHECKING:
    from ..search import SearchEngine


def list_(
    name: Annotated[str | None, typer.Argument(metavar="[COLLECTION]")] = None,
    label: LabelOption = None,
    name_contains: NameOption = "",
    taken_from: FromOption = None,
    taken_to: ToOption = None,
    favourites: FavouritesOption = False,
    limit: Annotated[int, typer.Option(min=1, help="At most this many pictures.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="Leave out this many first.")] = 0,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """List the collections of the workspace, or the pictures of one collection."""
    home = Workspace(workspace)
    if name is None:
        summaries = home.list()
        lines = [
            f"{s.name:24} {s.pictures:>9,} pictures  {s.encoder}{s.problem and f'  — {s.problem}'}"
            for s in summaries
        ]
        show(
            {"workspace": home.path, "collections": summaries},
            lines or [f"No collections in {home.path} yet. Begin with: python -m core sample"],
            as_json,
        )
        return
    collection = home.open(name)
    where = make_filter(label, name_contains, taken_from, taken_to, favourites)
    pictures = collection.page(offset, limit, where)
    total = collection.count(where)
    lines = [line(p) for p in pictures] + [f"{len(pictures):,} of {total:,} pictures"]
    show(
        {"collection": name, "total": total, "labels": dict(collection.labels()), "pictures": pictures},
        lines,
        as_json,
    )


def search(
    name: Name,
    text: Annotated[str, typer.Argument(help="What to look for, in words.")] = "",
    image: Annotated[Path | None, typer.Option(help="A picture to look for.")] = None,
    region: Annotated[
        str | None, typer.Option(help="Part of the picture: left,top,right,bottom as fractions of its size.")
    ] = None,
    like: Annotated[
        list[str] | None, typer.Option(help="Id of a picture, or words; may be repeated.")
    ] = None,
    unlike: Annotated[
        list[str] | None, typer.Option(help="Id of a picture, or words; may be repeated.")
    ] = None,
    label: LabelOption = None,
    name_contains: NameOption = "",
    taken_from: FromOption = None,
    taken_to: ToOption = None,
    favourites: FavouritesOption = False,
    k: Annotated[int, typer.Option("-k", "--k", help="Number of results.")] = 10,
    rerank: Annotated[
        str | None, typer.Option(metavar="NAME", help="A second look at the first candidates, such as local.")
    ] = None,
    tiles: Annotated[
        bool, typer.Option("--tiles", help="Search for every part of --image, such as a logo on it.")
    ] = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Search by words, by picture, by a part of a picture, or by “like these, unlike those”."""
    from ..search import SearchEngine  # brings FAISS, which no other verb here needs

    if tiles:
        if image is None:
            raise QueryError("--tiles needs a picture: --image FILE.")
        _by_tiles(SearchEngine(Workspace(workspace).open(name)), image, k, as_json)
        return
    query = Query(
        text=text,
        image=image,
        region=_region(region),
        like=_examples(like),
        unlike=_examples(unlike),
        where=make_filter(label, name_contains, taken_from, taken_to, favourites),
    )
    engine = SearchEngine(Workspace(workspace).open(name))
    # The first search in words on a machine takes half a minute, so progress is shown.
    with Console(stderr=True).status("Searching; the first time on a machine takes about half a minute"):
        result = engine.search(query, k, rerank)
    lines = [f"{hit.rank:>3}  {hit.score:.3f}  {line(hit.picture)}{_moved(hit)}" for hit in result]
    if result.note:
        lines.append(result.note)
    if result.read_as:
        lines.append("read as: " + ", ".join(concept.name for concept in result.read_as))
    lines += [said for said in (result.about_words, result.served.note, result.warning) if said]
    took = f"{result.timings.total_ms:.0f} ms"
    lines.append(f"searched {result.searched:,} pictures in {took}, {result.served.said}")
    show(
        {"collection": name, "hits": result.hits, "searched": result.searched, "read_as": result.read_as,
         "reranked": result.reranked, "note": result.note, "about_words": result.about_words,
         "served": result.served, "warning": result.warning,
         "timings": {**asdict(result.timings), "total_ms": result.timings.total_ms}},
        lines,
        as_json,
    )  # fmt: skip


def _by_tiles(engine: "SearchEngine", image: Path, k: int, as_json: bool) -> None:
    from ..search import search_tiles

    found = search_tiles(engine, image, k)
    pictures = engine.collection.get_many([hit.id for hit in found])
    lines = [
        f"{rank:>3}  {hit.score:.3f}  {line(picture)}  at {hit.region.left:.2f},{hit.region.top:.2f},"
        f"{hit.region.right:.2f},{hit.region.bottom:.2f}"
        for rank, (hit, picture) in enumerate(zip(found, pictures, strict=True), 1)
    ]
    show({"collection": engine.collection.name, "hits": found}, lines or ["Nothing was found."], as_json)


def export(
    name: Name,
    out: Annotated[
        Path, typer.Argument(help="CSV file to write: path,label,caption and what is known besides.")
    ],
    label: LabelOption = None,
    name_contains: NameOption = "",
    taken_from: FromOption = None,
    taken_to: ToOption = None,
    favourites: FavouritesOption = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Write the list of pictures as a CSV, which “add --labels” can read back."""
    collection = Workspace(workspace).open(name)
    where = make_filter(label, name_contains, taken_from, taken_to, favourites)
    header = [
        *("path", "label", "caption", "id", "sha256", "width", "height", "format", "bytes", "taken_at"),
        "favourite",
    ]
    with replacing(out) as file:
        count = write_csv(codecs.getwriter("utf-8")(file, "replace"), header, _rows(collection, where))
    show({"collection": name, "exported": count, "path": out}, [f"Wrote {count:,} lines to {out}."], as_json)


def _rows(collection: Collection, where: Filter) -> Iterator[list[object]]:
    start = 0
    while page := collection.page(start, 1000, where):
        for p in page:
            taken = p.taken_at.isoformat() if p.taken_at else ""
            facts = [p.name, p.label, p.caption, p.id, p.sha256, p.width, p.height, p.format, p.bytes, taken]
            yield [*facts, int(p.favourite)]
        start += len(page)


def _moved(hit: Hit) -> str:
    """Describe where re-ranking moved the hit, and why."""
    parts = []
    if hit.first_rank not in (None, hit.rank):
        parts.append(f"was {hit.first_rank}")
    if hit.evidence.local is not None and hit.evidence.local.inliers:
        parts.append(f"{hit.evidence.local.inliers} points agree")
    return f"  ({', '.join(parts)})" if parts else ""


def _examples(given: list[str] | None) -> tuple[int | str, ...]:
    return tuple(int(one) if one.isdecimal() else one for one in given or ())


def _region(text: str | None) -> Region | None:
    if text is None:
        return None
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        raise QueryError(
            "A region is four fractions: left,top,right,bottom, such as 0.1,0.1,0.5,0.9."
        ) from None
    return Region(left, top, right, bottom)
