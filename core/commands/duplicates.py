"""Verbs about near-duplicates: duplicates, and pairs next, label, undo, learn, import, export.

The engine's modules are imported inside: they bring FAISS, which `python -m core --help` need not wait for.
"""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..collection import Workspace
from ..errors import DedupError
from ..output_file import write_file
from .options import Home, Json, Name
from .printing.output import monitored, show

if TYPE_CHECKING:
    from ..collection import Collection
    from ..dedup import Guarantee, JudgedPairs

app = typer.Typer(
    help="Pairs of pictures and verdicts on them: which to judge next, judge, learn, import, export.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

_STOPPED = "Stopped; the pairs compared so far are kept. Run the same command again to go on."
_USUAL_PRECISION = 0.95

PrecisionOption = Annotated[
    float | None,
    typer.Option(min=0.01, max=1.0, help="Take the threshold that is shown to have this precision."),
]
ConfidenceOption = Annotated[float, typer.Option(min=0.01, max=0.9999, help="How sure that has to be.")]
RandomOption = Annotated[
    bool, typer.Option("--random", help="From the random sample, which alone certifies a precision.")
]
SourceOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]


class Word(StrEnum):
    """What can be said of a pair."""

    duplicate = "duplicate"
    different = "different"
    unsure = "unsure"


def duplicates(
    name: Name,
    threshold: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Probability from which a pair counts as duplicates; else 0.9."),
    ] = None,
    precision: PrecisionOption = None,
    confidence: ConfidenceOption = 0.95,
    by_group: Annotated[bool, typer.Option("--groups/--pairs", help="List groups, or single pairs.")] = True,
    csv: Annotated[Path | None, typer.Option(metavar="OUT", help="Write the whole list as CSV.")] = None,
    bin_rest: Annotated[
        bool, typer.Option("--bin-rest", help="Put all but the best of each group into the bin.")
    ] = False,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Find near-duplicates: compare what is new, group what is alike, and say which picture is the best."""
    if threshold is not None and precision is not None:
        raise typer.BadParameter("Give --threshold or --precision, not both.")
    if bin_rest and not by_group:
        raise typer.BadParameter("--bin-rest goes by groups; leave out --pairs.")
    from ..dedup import LIKELY, effect, guarantee, remarks, scan_and_learn
    from ..dedup.groups import best_image
    from .printing.duplicates import binned_listed, groups_listed, pairs_listed, promise_listed

    collection = Workspace(workspace).open(name)
    with monitored(as_json, _STOPPED) as watch:
        scanned = watch(lambda monitor: scan_and_learn(collection, monitor))
    everything = _judged(collection)
    pairs = everything.in_sight
    promise = guarantee(everything, _USUAL_PRECISION if precision is None else precision, confidence)
    if precision is not None:
        threshold = _promised(promise, name)
    found = effect(pairs, LIKELY if threshold is None else threshold)
    decisions = [best_image.decide(collection, one) for one in found.grouping.groups] if by_group else []
    if by_group:
        objects, lines = groups_listed(collection, found.grouping, decisions)
    else:
        objects, lines = pairs_listed(collection, pairs, found.threshold)
    payload: dict[str, Any] = {
        "collection": name,
        "threshold": found.threshold,
        "candidates": len(pairs),
        "pairs_found": found.pairs,
        "groups_found": len(found.grouping.groups),
        "remarks": remarks(everything),
        "scan": scanned,
        **objects,
    }
    lines += [f"skipped {skip.name}: {skip.reason}" for skip in scanned.skipped]
    lines += payload["remarks"]
    lines.append(
        f"At {found.threshold:g}: {found.pairs:,} pairs and {len(found.grouping.groups):,} groups of "
        f"{found.grouping.pictures:,} pictures, from {len(pairs):,} candidate pairs."
    )
    answers = [promise_listed(promise)]
    if csv is not None:
        _write(csv, collection, pairs, found.threshold, by_group)
        answers.append(({"csv": csv}, [f"Written to {csv}."]))
    if bin_rest:
        answers.append(binned_listed(collection, best_image.bin_rest(collection, decisions)))
    for more, told in answers:
        payload |= more
        lines += told
    show(payload, lines, as_json)


@app.command("next")
def next_(
    name: Name,
    random: RandomOption = False,
    precision: PrecisionOption = None,
    confidence: ConfidenceOption = 0.95,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Say which pair to judge next: the one that would teach the score most, or the random sample's next."""
    from ..dedup import next_chosen
    from .printing.duplicates import pair_listed

    collection = Workspace(workspace).open(name)
    pairs = _judged(collection)
    if not random:
        pairs = pairs.in_sight  # what is in the bin may certify, but no label is asked for there
    place = _next_random(pairs, precision, confidence) if random else next_chosen(collection, pairs)
    if place is None:
        nothing = "Every pair is judged." if len(pairs) else "There are no pairs to judge"
        hint = "" if len(pairs) else f"; look for some first: python -m core duplicates {shlex.quote(name)}"
        show({"collection": name, "pair": None}, [f"{nothing}{hint}"], as_json)
        return
    pair, lines = pair_listed(collection, pairs, place)
    command = f"python -m core pairs label {shlex.quote(name)} {pair['a']} {pair['b']}"
    lines.append(f"{command} duplicate|different|unsure{' --random' if random else ''}")
    show({"collection": name, "pair": pair, "purpose": "random" if random else "chosen"}, lines, as_json)


@app.command("label")
def label(
    name: Name,
    a: Annotated[int, typer.Argument(metavar="ID")],
    b: Annotated[int, typer.Argument(metavar="ID")],
    verdict: Annotated[Word, typer.Argument(metavar="duplicate|different|unsure")],
    random: RandomOption = False,
    by: SourceOption = "person",
    precision: PrecisionOption = None,
    confidence: ConfidenceOption = 0.95,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Judge two pictures; the latest verdict stands and the history is kept."""
    from ..dedup import guarantee, judge

    collection = Workspace(workspace).open(name)
    if random:
        pairs = _judged(collection)
        if pairs.place(a, b) is None or pairs.place(a, b) != _next_random(pairs, precision, confidence):
            raise DedupError(
                f"It is not the turn of {a} and {b} in the random sample; ask for the one whose turn it is: "
                f"python -m core pairs next {shlex.quote(name)} --random"
            )
    written = judge(collection, a, b, verdict.value, purpose="random" if random else "given", source=by)
    promise = guarantee(_judged(collection), precision or _USUAL_PRECISION, confidence)
    payload = {"collection": name, "verdict": verdict.value, "id": written, "guarantee": promise.sentence}
    show(payload, [f"{a} and {b}: {verdict.value}.", promise.sentence], as_json)


@app.command("undo")
def undo(name: Name, by: SourceOption = "person", workspace: Home = None, as_json: Json = False) -> None:
    """Take back the last verdict; what was said of the pair before stands again."""
    taken = Workspace(workspace).open(name).judgements.undo(by)
    line = "There is no verdict to take back." if taken is None else f"Taken back: {taken.verdict}."
    show({"collection": name, "taken_back": taken}, [line], as_json)


@app.command("learn")
def learn(name: Name, workspace: Home = None, as_json: Json = False) -> None:
    """Refit the score on the verdicts of this collection, the random sample left aside."""
    from ..dedup import learn as engine

    collection = Workspace(workspace).open(name)
    judge = engine(collection, _judged(collection))
    show(
        {"collection": name, "labels": judge.labels},
        [f"The score has learned from {judge.labels:,} verdicts; what was promised has to be shown anew."],
        as_json,
    )


@app.command("import")
def import_(
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="CSV", help="a,b,verdict: names or content hashes.")],
    by: SourceOption = "csv",
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Take verdicts from a CSV; rows that cannot be used are counted and said, and the rest goes on."""
    from ..dedup import import_pairs

    report = import_pairs(Workspace(workspace).open(name), file, source=by)
    counts = {
        "imported": len(report.imported),
        "unchanged": report.unchanged,
        "skipped": report.skipped,
    }
    line = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    show({"collection": name, **counts, "notes": report.notes}, [*report.notes, line], as_json)


@app.command("export")
def export(
    name: Name,
    out: Annotated[Path, typer.Argument(metavar="CSV")],
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Write the verdicts that stand as CSV (a,b,verdict), which `pairs import` reads again."""
    from ..dedup import export_pairs

    collection = Workspace(workspace).open(name)
    write_file(out, export_pairs(collection))
    count = len(collection.verdicts())
    show({"collection": name, "exported": count, "path": out}, [f"{count:,} verdicts in {out}"], as_json)


def _judged(collection: "Collection") -> "JudgedPairs":
    from ..dedup import every_pair, judged_pairs

    return judged_pairs(collection, every_pair(collection))


def _next_random(pairs: "JudgedPairs", precision: float | None, confidence: float) -> int | None:
    from ..dedup import draw, guarantee

    return draw(pairs, guarantee(pairs, precision or _USUAL_PRECISION, confidence))


def _promised(promise: "Guarantee", name: str) -> float:
    if promise.kept is None:
        raise DedupError(
            f"{promise.sentence} Pairs to judge: python -m core pairs next {shlex.quote(name)} --random"
        )
    return promise.kept.threshold


def _write(
    out: Path, collection: "Collection", pairs: "JudgedPairs", threshold: float, by_group: bool
) -> None:
    from ..dedup import groups_csv, pairs_csv

    text = (groups_csv if by_group else pairs_csv)(collection, pairs, threshold)
    write_file(out, text)
