"""Verbs about how a collection is searched: tune, and index build, list, use, check.

The engine's modules are imported inside: they bring FAISS, which `python -m core --help` need not wait for.
"""

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..collection import Workspace
from .options import Home, Json, Name
from .printing.output import monitored, show

if TYPE_CHECKING:
    from ..collection import Collection, IndexRecord
    from ..index import Tuning
    from ..index_manager import Check

app = typer.Typer(
    help="How a collection is searched: build, list, use and check its indexes.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

_STOPPED = "Stopped; search goes on as before."
_FIRST_CHECK = 100
"""Queries of each kind that an index built by hand is compared with exact search on before it serves."""
EncoderOption = Annotated[
    str | None, typer.Option("--encoder", help="The space to search in; else that of the collection.")
]
UseOption = Annotated[bool, typer.Option("--use", help="Let it serve every search from now on.")]
BudgetOption = Annotated[
    float, typer.Option("--budget", metavar="SECONDS", help="How long building and measuring may take.")
]
MemoryOption = Annotated[
    float | None, typer.Option("--memory", metavar="GB", help="Choose no index that takes more memory.")
]
SeedOption = Annotated[int, typer.Option(min=0, help="Draws the queries; the same seed draws the same.")]


def tune(
    name: Name,
    target: Annotated[float, typer.Option(help="Recall@k to prove for queries by picture.")] = 0.99,
    text_target: Annotated[float, typer.Option(help="Recall@k to prove for queries by words.")] = 0.95,
    k: Annotated[int, typer.Option("-k", "--k", help="How many neighbours are asked for.")] = 10,
    budget: BudgetOption = 600.0,
    memory: MemoryOption = None,
    encoder: EncoderOption = None,
    use: UseOption = False,
    seed: SeedOption = 0,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Find the fastest index that is proven to answer well enough, measured on the collection itself."""
    from ..index_manager import tune as engine

    collection = Workspace(workspace).open(name)
    with monitored(as_json, _STOPPED) as watch:
        found = watch(
            lambda monitor: engine(
                collection,
                target,
                text_target,
                k,
                budget,
                encoder,
                None if memory is None else round(memory * 1e9),
                seed=seed,
                monitor=monitor,
            )
        )
    record = found.record
    if use and record is not None:
        collection.indexes.use(record.id)
    payload = {
        "collection": name,
        "index": None if record is None else record.id,
        "in_use": use and record is not None,
        **asdict(found.tuning),
        "sentence": found.tuning.sentence,
    }
    lines = [*_tuning_lines(found.tuning), *found.tuning.notes]
    if record is not None:
        lines.append(f"Index {record.id} serves now." if use else f"Use it: {_use_command(name, record.id)}")
    show(payload, lines, as_json)


@app.command("build")
def build(
    name: Name,
    factory: Annotated[
        str | None, typer.Option(help="What to build, as FAISS writes it: HNSW32, HNSW32_SQ8, “IVF1024,SQ8”.")
    ] = None,
    ef_construction: Annotated[
        int | None, typer.Option(min=1, help="Breadth of the walk while a graph is built.")
    ] = None,
    encoder: EncoderOption = None,
    use: UseOption = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Build an index of your own choice; with --use it is compared with exact search."""
    from ..index import TARGETS
    from ..index_manager import build_index, recipe_of
    from ..index_manager import check as engine

    if factory is None and ef_construction is not None:
        raise typer.BadParameter("--ef-construction belongs to --factory.")
    collection = Workspace(workspace).open(name)
    recipe = None if factory is None else recipe_of(factory, ef_construction)
    with monitored(as_json, _STOPPED) as watch:
        record = watch(lambda monitor: build_index(collection, recipe, encoder, monitor))
    if not use:
        told = _described(collection, record)
        show({"collection": name, **told}, [_line(told), f"Use it: {_use_command(name, record.id)}"], as_json)
        return
    record = collection.indexes.use(record.id)
    told = _described(collection, record)
    stopped = "Stopped before it was compared with exact search; it serves."
    with monitored(as_json, stopped) as watch:
        found = watch(lambda monitor: engine(collection, encoder, queries=_FIRST_CHECK, monitor=monitor))
    lines = [_line(told), "It serves now.", found.sentence]
    weak = [one.kind for one in found.findings if one.interval.high < TARGETS[one.kind]]
    if weak:
        lines.append(
            f"Warning: it misses more {' and '.join(weak)} answers than a tuned index would. Have one chosen "
            f"by measurement: python -m core tune {shlex.quote(name)} --use"
        )
    checked = {"k": found.k, "weak": weak, "kinds": _kinds(found)}
    show({"collection": name, **told, "checked": checked}, lines, as_json)


@app.command("list")
def list_(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """List the indexes of a collection, and which of them serves."""
    collection = Workspace(workspace).open(name)
    told = [_described(collection, record) for record in collection.indexes.list()]
    lines = [_line(one) for one in told] or ["No index; every search is exact."]
    if told and not any(one["in_use"] for one in told):
        lines.append("None of them serves; every search is exact.")
    show({"collection": name, "indexes": told}, lines, as_json)


@app.command("use")
def use(
    name: Name,
    what: Annotated[str, typer.Argument(metavar="flat|ID|milvus", help="Exact search, an index, or Milvus.")],
    uri: Annotated[str | None, typer.Option(help="Where Milvus is, such as http://localhost:19530.")] = None,
    encoder: EncoderOption = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Choose what serves every search from now on."""
    if (what == "milvus") != (uri is not None):
        raise typer.BadParameter("milvus needs --uri, and nothing else takes it.")
    if what not in ("flat", "milvus") and not what.isdecimal():
        raise typer.BadParameter("Say flat, milvus, or the number of an index: python -m core index list")
    collection = Workspace(workspace).open(name)
    if what == "flat":
        space = collection.space(encoder)
        if space is not None:
            collection.indexes.use_exact(space.id)
        show({"collection": name, "index": None}, [f"Every search of “{name}” is exact now."], as_json)
        return
    if uri is not None:
        from ..index_manager import move

        with monitored(as_json, "Stopped; the same command goes on where it was.") as watch:
            record, _ = watch(lambda monitor: move(collection, uri, encoder, monitor))
    else:
        record = collection.indexes.use(int(what))
    told = _described(collection, record)
    show({"collection": name, **told}, [_line(told)], as_json)


@app.command("check")
def check(
    name: Name,
    queries: Annotated[int, typer.Option(min=1, help="How many to ask of each kind.")] = 200,
    encoder: EncoderOption = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Draws the queries; else others each time.")] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Compare the answers of the index that serves with exact ones."""
    from ..index_manager import check as engine

    collection = Workspace(workspace).open(name)
    with monitored(as_json, _STOPPED) as watch:
        found = watch(
            lambda monitor: engine(collection, encoder, queries=queries, seed=seed, monitor=monitor)
        )
    payload = {
        "collection": name,
        "index": found.served.index_id,
        "served": found.served.name,
        "k": found.k,
        "collapsed": found.collapsed,
        "sentence": found.sentence,
        "kinds": _kinds(found),
    }
    show(payload, [found.sentence], as_json)


def _kinds(found: "Check") -> dict[str, Any]:
    return {
        one.kind: {
            "recall": one.recall,
            "low": one.interval.low,
            "high": one.interval.high,
            "queries": one.queries,
            "target": one.target,
            "collapsed": one.collapsed,
        }
        for one in found.findings
    }


def _use_command(name: str, index_id: int) -> str:
    return f"python -m core index use {shlex.quote(name)} {index_id}"


def _tuning_lines(tuning: "Tuning") -> list[str]:
    from ..index import bytes_text, parameters_text, recipe_title

    lines = []
    for built in tuning.candidates:
        lines.append(
            f"{recipe_title(built.recipe)}: built in {built.build_s:.0f} s, "
            f"{bytes_text(built.memory_bytes)} in memory, {bytes_text(built.disk_bytes)} on disk"
        )
        lines += [
            f"  {point.kind:5} {parameters_text(point.parameters):24} recall@{tuning.k} {point.recall:.3f}  "
            f"P50 {point.latency.p50_ms:.2f} ms  P95 {point.latency.p95_ms:.2f} ms"
            for point in tuning.points
            if point.recipe == built.recipe
        ]
    return [*lines, f"{tuning.sentence}."]


def _described(collection: "Collection", record: "IndexRecord") -> dict[str, Any]:
    from ..index_manager import Settings, title

    folder = collection.indexes.folder(record.id)
    measured = record.figures
    return {
        "index": record.id,
        "title": title(record),
        "in_use": record.in_use,
        "at": record.at,
        "settings": asdict(Settings.from_json(record.settings)),
        "bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
        "sentence": measured.get("sentence", "not measured"),
    }


def _line(told: dict[str, Any]) -> str:
    serves = "★" if told["in_use"] else " "
    return f"{serves} {told['index']:>3}  {told['title']}  {told['bytes'] / 1e6:,.0f} MB  {told['sentence']}"
