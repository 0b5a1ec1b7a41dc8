"""The verb clusters: part a collection into clusters, list the runs that are stored, compare two of them.

The engine's modules are imported inside: `python -m core --help` need not wait for them.
"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..clustering.algorithms.registry import METHODS
from ..collection import Workspace
from ..output_file import write_file
from .options import Home, Json, Name
from .printing.output import monitored, show

if TYPE_CHECKING:
    from ..clustering import Agreement, Clustering, LabelAgreement, RunSummary
    from ..collection import Collection

_STOPPED = "Stopped; nothing was stored."
_METHODS = [one.name for one in METHODS]
_SHOWN = 50


def _known_method(name: str) -> str:
    if name not in _METHODS:
        raise typer.BadParameter(f"There is no method “{name}”; choose one of {', '.join(_METHODS)}.")
    return name


class PreparationName(StrEnum):
    """What is done to the vectors before."""

    none = "none"
    whiten = "whiten"
    umap = "umap"


def clusters(
    name: Name,
    k: Annotated[
        int | None, typer.Option("--k", help="How many clusters; else a number is proposed.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            metavar=f"[{'|'.join(_METHODS)}]",
            callback=_known_method,
            help="HDBSCAN finds the number itself and leaves some pictures out.",
        ),
    ] = _METHODS[0],
    preparation: Annotated[
        PreparationName | None,
        typer.Option(help="What is done to the vectors before; else what is best for so many pictures."),
    ] = None,
    min_size: Annotated[
        int | None, typer.Option("--min-size", help="The smallest cluster that HDBSCAN is to see.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same clusters.")] = 0,
    run_name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="What to call the run.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the stored runs; cluster nothing.")] = False,
    show_run: Annotated[
        str | None, typer.Option("--show", metavar="RUN", help="Show a stored run, by name or id.")
    ] = None,
    extending: Annotated[
        bool, typer.Option("--extend", help="With --show: let pictures that came later join it.")
    ] = False,
    compare: Annotated[
        str | None, typer.Option("--compare", metavar="RUN", help="Compare with a stored run, by name or id.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="OUT", help="Write every picture as CSV.")] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Part a collection into clusters with names, and store that as a run; or show the runs there are."""
    if extending and show_run is None:
        raise typer.BadParameter("--extend goes with --show RUN.")
    if listing and show_run is not None:
        raise typer.BadParameter("Give --list or --show, not both.")
    from ..clustering import agreement, cluster, display_names, extend, with_labels
    from ..clustering.runs import load, runs
    from ..dedup import known_copies

    collection = Workspace(workspace).open(name)
    if listing:
        stored = runs(collection)
        lines = [_run_line(one) for one in stored] or [f"No run of “{name}” is stored yet."]
        show({"collection": name, "runs": stored}, lines, as_json)
        return
    other = None if compare is None else load(collection, compare)
    with monitored(as_json, _STOPPED) as watch:
        if show_run is None:
            made = watch(
                lambda monitor: cluster(
                    collection,
                    method,
                    k,
                    None if preparation is None else preparation.value,
                    seed,
                    run_name,
                    copies=known_copies(collection),
                    min_size=min_size,
                    monitor=monitor,
                )
            )
        else:
            made = load(collection, show_run)
            if extending:
                before = made
                made = watch(lambda monitor: extend(collection, before, monitor))
    names = display_names(collection, made)
    labels = with_labels(collection, made)
    compared = None if other is None else agreement(made, other)
    payload: dict[str, Any] = {
        "collection": name,
        "id": made.id,
        "name": made.name,
        "at": made.at,
        "setup": made.setup,
        "measured": made.measured,
        "pictures": len(made.ids),
        "noise": int((made.clusters < 0).sum()),
        "clusters": [
            {"cluster": i, "name": names[i], "pictures": size} for i, size in enumerate(made.sizes.tolist())
        ],
        "labels": labels,
    }
    lines = _lines(made, names, labels)
    if compared is not None and other is not None:
        payload["compared"] = {"with": other.name, "id": other.id, "agreement": compared}
        lines.append(_comparison(other, compared))
    if csv is not None:
        _write(csv, collection, made, names)
        payload["csv"] = csv
        lines.append(f"Written to {csv}.")
    show(payload, lines, as_json)


def _lines(made: "Clustering", names: dict[int, str], labels: "LabelAgreement | None") -> list[str]:
    lines = [f"{size:>7,}  {names[i]}" for i, size in enumerate(made.sizes.tolist()[:_SHOWN])]
    if made.k > _SHOWN:
        lines.append(f"… and {made.k - _SHOWN:,} more clusters; --csv writes all of them")
    noise = int((made.clusters < 0).sum())
    if noise:
        lines.append(f"{noise:>7,}  belong nowhere")
    setup, measured = made.setup, made.measured
    lines.append(
        f"“{made.name}” (run {made.id}): {len(made.ids):,} pictures in {made.k} clusters by {setup.method}, "
        f"preparation {setup.preparation}, seed {setup.seed}, in {measured.seconds:.1f} s."
    )
    if setup.distinct < setup.pictures:
        lines.append(f"{setup.pictures - setup.distinct:,} copies counted once.")
    if measured.joined:
        lines.append(f"{measured.joined:,} came later and joined the clusters of their neighbours.")
    if measured.reason:
        lines.append(measured.reason)
    if labels is not None:
        lines.append(
            f"With the {labels.labels} labels of {labels.pictures:,} pictures: purity {labels.purity:.3f}, "
            f"NMI {labels.nmi:.3f}, adjusted Rand {labels.ari:.3f}."
        )
    return lines


def _comparison(other: "Clustering", found: "Agreement") -> str:
    return (
        f"With “{other.name}” (run {other.id}), over {found.pictures:,} pictures in both: "
        f"adjusted Rand {found.ari:.3f}, NMI {found.nmi:.3f}."
    )


def _run_line(run: "RunSummary") -> str:
    return (
        f"{run.id:>5}  {run.name}  ({run.k} clusters by {run.setup.method}, {run.setup.pictures:,} pictures, "
        f"{run.at:%Y-%m-%d %H:%M} UTC)"
    )


def _write(path: Path, collection: "Collection", made: "Clustering", names: dict[int, str]) -> None:
    from ..projection import MapRow, map_csv

    number = dict(zip(made.ids.tolist(), made.clusters.tolist(), strict=True))
    rows = (
        MapRow(
            one.id,
            one.name,
            cluster=None if number[one.id] < 0 else number[one.id],
            cluster_name=names.get(number[one.id], ""),
            label=one.label,
        )
        for one in collection.get_many(made.ids.tolist())
    )
    write_file(path, map_csv(rows))
