"""Verbs that measure: evaluate, compare, evaluation-report.

The engine's modules are imported inside: they bring FAISS, which `python -m core --help` need not wait for.
"""

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..collection import Workspace
from ..errors import EvaluationError
from .options import Home, Json, Name
from .printing.output import monitored, show

if TYPE_CHECKING:
    from ..evaluation import EvaluationProtocol

_STOPPED = "Stopped; nothing was stored."


class ProtocolName(StrEnum):
    """What to measure by."""

    labels = "labels"
    words = "words"
    captions = "captions"
    csv = "csv"
    marks = "marks"


ProtocolOption = Annotated[
    ProtocolName,
    typer.Option(
        help="labels: a picture asks for those of its label; words: names of labels as sentences; captions: "
        "each asks for its picture; csv: your own queries; marks: those reviewed in the app."
    ),
]
QueriesOption = Annotated[
    Path | None,
    typer.Option(
        metavar="CSV",
        help="Queries with expected answers: query,labels or query,ids or query,names; “;” between several.",
    ),
]
SplitOption = Annotated[
    Path | None,
    typer.Option(
        metavar="CSV",
        help="For labels: which pictures ask and which are searched (name,role: query|gallery).",
    ),
]
PrefixOption = Annotated[
    list[str] | None,
    typer.Option(help="For labels: only pictures whose name begins so ask; may be repeated."),
]
GalleryOption = Annotated[
    list[str] | None,
    typer.Option(help="For labels: only pictures whose name begins so are searched; may be repeated."),
]
MaxOption = Annotated[int | None, typer.Option(min=1, help="Ask at most so many queries, drawn by the seed.")]
KOption = Annotated[int, typer.Option("-k", "--k", help="Cut-off of the metrics.")]
SeedOption = Annotated[int, typer.Option(min=0, help="Draws samples; the same seed gives the same figures.")]


def evaluate(
    name: Name,
    protocol: ProtocolOption = ProtocolName.labels,
    queries: QueriesOption = None,
    split: SplitOption = None,
    query_prefix: PrefixOption = None,
    gallery_prefix: GalleryOption = None,
    max_queries: MaxOption = None,
    encoder: Annotated[
        str | None, typer.Option(help="The space to search in; embedded first where it is not yet.")
    ] = None,
    rerank: Annotated[
        str | None, typer.Option(metavar="NAME", help="A second look at the first candidates.")
    ] = None,
    depth: Annotated[int | None, typer.Option(help="How many candidates are looked at again.")] = None,
    k: KOption = 10,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="Measure this as well, such as ndcg@5 or map@r; may be repeated."),
    ] = None,
    seed: SeedOption = 0,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Measure how good the search of a collection is; the run is stored in the collection."""
    from ..evaluation import evaluate as engine
    from ..evaluation.encoders import comparison
    from ..search.engine import DEPTH
    from .printing.evaluation import evaluation_lines, evaluation_payload

    collection = Workspace(workspace).open(name)
    declared = _protocol(protocol, queries, split, query_prefix, gallery_prefix, max_queries)
    with monitored(as_json, _STOPPED) as watch:
        skipped: tuple[str, ...] = ()
        if encoder is not None:
            skipped = watch(partial(comparison.embed_all, collection, encoder))
        found = watch(
            lambda monitor: engine.evaluate(
                collection,
                declared,
                encoder=encoder,
                reranker=rerank,
                depth=DEPTH if depth is None else depth,
                k=k,
                metrics=(*engine.default_metrics(k), *(metric or ())),
                seed=seed,
                monitor=monitor,
            )
        )
    stored = f"stored as run {found.id}; report: python -m core evaluation-report {name} OUT.html"
    lines = [*evaluation_lines(found), *skipped, stored]
    show({"collection": name, **evaluation_payload(found), "skipped": skipped}, lines, as_json)


def compare(
    name: Name,
    encoder: Annotated[
        list[str] | None,
        typer.Option(help="Encoders to compare; give two or more, the first is the baseline."),
    ] = None,
    run: Annotated[list[int] | None, typer.Option(help="Stored runs to compare; give two.")] = None,
    protocol: ProtocolOption = ProtocolName.labels,
    queries: QueriesOption = None,
    split: SplitOption = None,
    query_prefix: PrefixOption = None,
    gallery_prefix: GalleryOption = None,
    max_queries: MaxOption = None,
    k: KOption = 10,
    seed: SeedOption = 0,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Compare encoders on the pictures of a collection, or two stored runs over the same queries."""
    if bool(encoder) == bool(run) or len(encoder or run or ()) < 2 or len(run or ()) > 2:
        raise typer.BadParameter("Give --encoder two times or more, or --run two times.")
    collection = Workspace(workspace).open(name)
    if run:
        from ..evaluation.compare import compare as compare_runs
        from ..evaluation.serialize import load
        from .printing.evaluation import comparison_lines, comparison_payload

        between = compare_runs(load(collection, run[0]), load(collection, run[1]))
        show({"collection": name, **comparison_payload(between)}, comparison_lines(between), as_json)
        return
    from ..evaluation import compare_encoders
    from .printing.evaluation import encoders_lines, encoders_payload

    declared = _protocol(protocol, queries, split, query_prefix, gallery_prefix, max_queries)
    with monitored(as_json, f"{_STOPPED} What was embedded stays.") as watch:
        found = watch(
            lambda monitor: compare_encoders(
                collection, encoder or (), declared, k=k, seed=seed, monitor=monitor
            )
        )
    show({"collection": name, **encoders_payload(found)}, encoders_lines(found), as_json)


def evaluation_report(
    name: Name,
    out: Annotated[Path, typer.Argument(metavar="OUT.html", help="The file to write.")],
    run: Annotated[int | None, typer.Option(help="The stored run to report; else the latest.")] = None,
    against: Annotated[int | None, typer.Option(help="A stored run to compare it with.")] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Write a stored run as one self-contained HTML file, pictures included."""
    from ..evaluation import runs, write_report
    from ..evaluation.serialize import load

    collection = Workspace(workspace).open(name)
    stored = runs(collection)
    if run is None and not stored:
        raise EvaluationError(
            f"Nothing has been measured in “{name}” yet; begin with: python -m core evaluate {name}"
        )
    found = load(collection, stored[-1].id if run is None else run)
    before = None if against is None else load(collection, against)
    size = write_report(out, collection, found, before=before)
    show(
        {"collection": name, "run": found.id, "against": against, "path": out, "bytes": size},
        [f"Wrote run {found.id} to {out} ({size / 1e6:.1f} MB)."],
        as_json,
    )


def _protocol(
    name: ProtocolName,
    queries: Path | None,
    split: Path | None,
    query_prefix: list[str] | None,
    gallery_prefix: list[str] | None,
    max_queries: int | None,
) -> "EvaluationProtocol":
    """The protocol that the options describe; options that belong to another one are refused."""
    from dataclasses import replace

    from ..evaluation import (
        CaptionProtocol,
        LabelProtocol,
        MarksProtocol,
        Split,
        TextProtocol,
        WordsProtocol,
        split_from_csv,
    )

    if queries is not None and name not in (ProtocolName.labels, ProtocolName.csv):
        raise typer.BadParameter("--queries belongs to the protocol csv.")
    splitting = split is not None or query_prefix or gallery_prefix
    if splitting and (name is not ProtocolName.labels or queries is not None):
        raise typer.BadParameter("A split belongs to the protocol labels.")
    made: LabelProtocol | WordsProtocol | CaptionProtocol | TextProtocol | MarksProtocol
    if queries is not None:
        made = TextProtocol.from_csv(queries)
    elif name is ProtocolName.csv:
        raise typer.BadParameter("The protocol csv needs --queries CSV.")
    elif split is not None:
        if query_prefix or gallery_prefix:
            raise typer.BadParameter("Give --split or prefixes, not both.")
        made = LabelProtocol(split_from_csv(split))
    elif splitting:
        made = LabelProtocol(Split("prefix", tuple(query_prefix or ("",)), tuple(gallery_prefix or ())))
    else:
        plain = (LabelProtocol(), WordsProtocol(), CaptionProtocol(), MarksProtocol())
        made = next(one for one in plain if one.name == name)
    return made if max_queries is None else replace(made, max_queries=max_queries)
