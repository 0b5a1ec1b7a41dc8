"""The verb `train`: adapters of the embeddings, their versions and the way back; the learned re-ranker."""

import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..collection import Collection, Workspace
from ..command_line import command_line
from ..jobs import Monitor
from ..output_file import write_file
from .options import Home, Json, Name
from .printing.output import Watch, monitored, show
from .printing.training import Found, described, outcome
from .training_models import train_blocks, train_reranker

if TYPE_CHECKING:
    from ..training import Trained, TrainingSettings, Version

_STOPPED = "Stopped; nothing was changed."

SignalOption = Annotated[
    list[str] | None,
    typer.Option(
        "--signal",
        help="What says which pictures belong together: labels, verdicts, captions or copies (altered ones, "
        "made here); may be repeated. Else the best that the collection has.",
    ),
]


def train(
    name: Name,
    signal: SignalOption = None,
    loss: Annotated[
        str, typer.Option(help="supcon, contrastive, triplet, multi-similarity or proxy-anchor.")
    ] = "supcon",
    miner: Annotated[
        str, typer.Option(help="Negatives: none (all), random, easy, hardest, semi-hard or index.")
    ] = "none",
    kind: Annotated[
        str | None,
        typer.Option(
            help="The adapter: mlp, a small network, or linear; else the one that suits the signal."
        ),
    ] = None,
    epochs: Annotated[
        int, typer.Option(help="At most so many rounds; it stops when nothing is gained.")
    ] = 15,
    copies: Annotated[
        bool,
        typer.Option(
            "--copies/--no-copies",
            help="With labels: also learn that an altered copy stays near its picture.",
        ),
    ] = True,
    alpha: Annotated[
        float | None, typer.Option(help="Share of the new embedding, 0 to 1; else chosen on validation.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same run.")] = 0,
    compare: Annotated[
        bool, typer.Option("--compare", help="Also train with random, easy and mined negatives, to compare.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="Use it at once if every gate holds: makes its space and index.")
    ] = False,
    overrule: Annotated[
        bool,
        typer.Option(
            "--overrule", help="With --accept or --use: use it although a gate failed. Its card says so."
        ),
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the adapters.")] = False,
    use: Annotated[int | None, typer.Option(metavar="ID", help="Use this adapter; 0 for none.")] = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Return to the space before the last switch.")
    ] = False,
    judge: Annotated[
        int | None,
        typer.Option(metavar="ID", help="Measure an adapter that passed no gate here, as after --import."),
    ] = None,
    delete: Annotated[
        int | None, typer.Option(metavar="ID", help="Delete this adapter and its space.")
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write an adapter as safetensors, its card beside it as .json."),
    ] = None,
    adapter: Annotated[
        int | None, typer.Option(metavar="ID", help="With --export: which; else the one in use, or the last.")
    ] = None,
    import_: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="Store an adapter from such a file.")
    ] = None,
    reranker: Annotated[
        bool,
        typer.Option("--reranker", help="Train the learned re-ranker, from --signal labels or verdicts."),
    ] = False,
    unfreeze: Annotated[
        int | None,
        typer.Option(
            "--unfreeze",
            metavar="N",
            help="Train the last N blocks of the encoder itself on labels, and save it as a new encoder; "
            "wants a GPU. Only for models of transformers.",
        ),
    ] = None,
    workspace: Home = None,
    as_json: Json = False,
) -> None:
    """Teach the search: train an adapter, prove it on pictures it never saw, use it or go back."""
    asked = {
        "--list": list_,
        "--use": use is not None,
        "--rollback": rollback,
        "--judge": judge is not None,
        "--delete": delete is not None,
        "--export": export is not None,
        "--import": import_ is not None,
        "--reranker": reranker,
        "--unfreeze": unfreeze is not None,
    }
    chosen = [option for option, given in asked.items() if given]
    if len(chosen) > 1:
        raise typer.BadParameter(f"{' and '.join(chosen)} cannot be combined.")
    if overrule and not (accept or use is not None):
        raise typer.BadParameter("--overrule goes with --accept or --use.")
    if unfreeze is not None and signal not in (None, ["labels"]):
        raise typer.BadParameter("--unfreeze learns from labels.")
    if reranker and len(signal or []) > 1:
        raise typer.BadParameter("--reranker learns from one signal: labels or verdicts.")
    if reranker and signal and signal[0] not in {"labels", "verdicts"}:
        raise typer.BadParameter("--reranker learns from labels or verdicts.")
    settings = None if chosen else _settings(signal, loss, miner, kind, epochs, copies, alpha, seed, compare)
    collection = Workspace(workspace).open(name)
    with monitored(as_json, _STOPPED) as watch:
        work: dict[str, Callable[[], Found]] = {
            "--list": partial(_list, collection),
            "--use": partial(_use, collection, use or 0, overrule, watch),
            "--rollback": partial(_roll_back, collection, watch),
            "--judge": partial(_judge, collection, judge or 0, watch),
            "--delete": partial(_delete, collection, delete or 0),
            "--export": partial(_export, collection, export or Path(), adapter),
            "--import": partial(_import, collection, import_ or Path()),
            "--reranker": partial(
                train_reranker, collection, signal, seed, watch, accept=accept, overrule=overrule
            ),
            "--unfreeze": partial(train_blocks, collection, unfreeze or 0, loss, seed, watch),
        }
        if settings is not None:
            found = _train(collection, settings, signal, watch, accept=accept, overrule=overrule)
        else:
            found = work[chosen[0]]()
    payload, lines = found
    show({"collection": name, **payload}, lines, as_json)
    if accept and "error" in payload:
        raise typer.Exit(1)  # what was asked for was not done


def _settings(
    signal: list[str] | None,
    loss: str,
    miner: str,
    kind: str | None,
    epochs: int,
    copies: bool,
    alpha: float | None,
    seed: int,
    compare: bool,
) -> "TrainingSettings":
    from ..errors import TrainingError
    from ..training import TrainingSettings

    try:
        return TrainingSettings(
            signals=tuple(signal or ("labels",)),  # type: ignore[arg-type] # checked at construction
            loss=loss,  # type: ignore[arg-type]
            miner=miner,  # type: ignore[arg-type]
            kind=kind,  # type: ignore[arg-type]
            epochs=epochs,
            copy_weight=TrainingSettings.copy_weight if copies else 0.0,
            alpha=alpha,
            seed=seed,
            compare=compare,
        )
    except TrainingError as error:
        raise typer.BadParameter(str(error)) from error


def _train(
    collection: Collection,
    settings: "TrainingSettings",
    signal: list[str] | None,
    watch: Watch,
    *,
    accept: bool,
    overrule: bool,
) -> Found:
    from dataclasses import replace

    from .. import training
    from ..dedup import known_copies
    from ..training import sensible_signals
    from ..training.train_collection import train_collection

    chosen = settings if signal else replace(settings, signals=sensible_signals(collection))
    trained: Trained = watch(
        lambda monitor: train_collection(collection, chosen, known_copies(collection), monitor)
    )
    found = trained.version
    payload, lines = outcome(found)
    quoted = shlex.quote(collection.name)
    if accept and (found.offered or overrule):
        found = watch(partial(_accept, collection, found.id, overrule))
        now, said = _now(collection)
        return {**payload, **now, "adapter": described(found)}, [*lines, *said]
    if found.offered:
        lines.append(f"Use it: python -m core train {quoted} --use {found.id}")
    else:
        payload["error"] = training.why_not_offered(found)
        lines.append(training.why_not_offered(found))
        lines.append(f"Use it all the same: python -m core train {quoted} --use {found.id} --overrule")
    return payload, lines


def _accept(collection: Collection, adapter_id: int, overrule: bool, monitor: Monitor) -> "Version":
    from .. import training

    if overrule:
        training.overrule(collection, adapter_id)
    return training.accept(collection, adapter_id, monitor)


def _use(collection: Collection, adapter_id: int, overrule: bool, watch: Watch) -> Found:
    if adapter_id == 0:
        watch(partial(collection.adapted.use, collection.base_encoder_name))
    else:
        watch(partial(_accept, collection, adapter_id, overrule))
    return _now(collection)


def _roll_back(collection: Collection, watch: Watch) -> Found:
    watch(collection.adapted.roll_back)
    return _now(collection)


def _delete(collection: Collection, adapter_id: int) -> Found:
    from .. import training

    training.delete(collection, adapter_id)
    return {"deleted": adapter_id}, [
        f"Adapter {adapter_id} is deleted, with its vectors, index, clusters and map."
    ]


def _judge(collection: Collection, adapter_id: int, watch: Watch) -> Found:
    from ..dedup import known_copies
    from ..training import judge_version

    found: Version = watch(
        lambda monitor: judge_version(collection, adapter_id, known_copies(collection), monitor)
    )
    payload, lines = outcome(found)
    return payload, [*lines, _next_step(collection, found)]


def _next_step(collection: Collection, found: "Version") -> str:
    """How to use an adapter, and why it is not offered where it is not."""
    from ..training import why_not_offered

    use = f"python -m core train {shlex.quote(collection.name)} --use {found.id}"
    if found.offered:
        return f"Use it: {use}"
    return f"{why_not_offered(found)} Use it all the same: {use} --overrule"


def _now(collection: Collection) -> Found:
    """Which space is current, and what it has yet to earn."""
    from ..training import carried_over

    quoted = shlex.quote(collection.name)
    due = [one for one in carried_over(collection) if one.due]
    lines = [f"“{collection.name}” is searched with {collection.encoder_name}."]
    for one in due:
        verb, _, options = one.command.partition(" ")
        command = command_line(verb, collection.name, options)
        lines.append(f"not carried over: {one.title}. {one.sentence} {command}")
    if collection.adapters.before() is not None:
        lines.append(f"Go back: python -m core train {quoted} --rollback")
    return {"encoder": collection.encoder_name, "not_carried_over": due}, lines


def _list(collection: Collection) -> Found:
    from ..training import outcome_sentence, versions

    found = versions(collection)
    base = collection.base_encoder_name
    mark = {True: "→", False: " "}
    lines = [f"{mark[collection.encoder_name == base]}    0  {base}, without an adapter"]
    for one in found:
        state = "overruled" if one.overruled else "imported" if one.imported and not one.judged else ""
        state = state or ("offered" if one.offered else "not offered")
        size = f"{(one.record.bytes + one.vector_bytes) / 1e6:,.1f} MB"
        lines.append(
            f"{mark[one.current]} {one.id:>4}  {one.record.at:%Y-%m-%d %H:%M}  {state}, {size}. "
            f"{outcome_sentence(one.gates)}"
        )
    return {"encoder": collection.encoder_name, "adapters": [described(one) for one in found]}, lines


def _export(collection: Collection, file: Path, adapter_id: int | None) -> Found:
    from .. import training
    from ..errors import TrainingError

    there = training.versions(collection)
    if not there:
        raise TrainingError(f"“{collection.name}” has no adapter to export; train one first.")
    current = next((one.id for one in there if one.current), there[-1].id)
    found = training.version(collection, current if adapter_id is None else adapter_id)
    card = file.with_suffix(".json")
    write_file(file, training.export(collection, found.id))
    write_file(card, training.card_json(found))
    return (
        {"adapter": described(found), "file": file, "card": card},
        [f"Adapter {found.id} is in {file}, its card in {card}."],
    )


def _import(collection: Collection, file: Path) -> Found:
    from .. import training
    from ..embedding import read_file

    found = training.import_adapter(collection, read_file(file))
    lines = [
        f"Stored as adapter {found.id}. {training.why_not_offered(found)}",
        f"Measure it: python -m core train {shlex.quote(collection.name)} --judge {found.id}",
    ]
    return {"adapter": described(found)}, lines
