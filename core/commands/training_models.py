"""What the verb `train` teaches besides adapters: the learned re-ranker, and blocks of the encoder itself."""

import shlex
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from ..collection import Collection
from .printing.output import Watch
from .printing.training import Found

if TYPE_CHECKING:
    from ..training import FinetunedEncoder, RerankerRun


def train_reranker(
    collection: Collection, signal: list[str] | None, seed: int, watch: Watch, *, accept: bool, overrule: bool
) -> Found:
    """Train the learned re-ranker, stored if it is offered, or if the user overrules."""
    from ..search import SearchEngine
    from ..training import gate_line, outcome_sentence, reranker

    source = signal[0] if signal else "labels"
    run: RerankerRun = watch(
        lambda monitor: reranker.train_reranker(SearchEngine(collection), source, seed, monitor)  # type: ignore[arg-type]
    )
    gates = [asdict(gate) for gate in run.gates]
    lines = [outcome_sentence(gates), *(gate_line(gate) for gate in gates)]
    stored = run.offered or (accept and overrule)
    if stored:
        reranker.keep_reranker(collection, run, overruled=overrule)
        lines.append(
            "Stored: choose “learned” as the second look, on Search, Evaluation or with --rerank learned."
        )
    payload: dict[str, Any] = {
        "reranker": {"source": source, "offered": run.offered, "stored": stored, "gates": gates}
    }
    if not stored:
        payload["error"] = (
            "Not stored, for it is not offered. Store it all the same: add --accept --overrule."
        )
        lines.append(payload["error"])
    return payload, lines


def train_blocks(collection: Collection, blocks: int, loss: str, seed: int, watch: Watch) -> Found:
    """Train the last blocks of the collection's encoder, and say how to use what was saved."""
    from ..dedup import known_copies
    from ..training import FINETUNING, finetune_encoder, gate_line

    settings = replace(FINETUNING, loss=loss, seed=seed)  # type: ignore[arg-type] # checked at construction
    home = collection.root.parent / ".encoders"
    found: FinetunedEncoder = watch(
        lambda monitor: finetune_encoder(
            collection, blocks, settings, home, known_copies(collection), monitor
        )
    )
    gate = asdict(found.gate)
    return (
        {"encoder": found.name, "losses": found.losses, "gate": gate},
        [
            gate_line(gate),
            "Classes that were never trained on, words and copies were not compared. A comparison over "
            "pictures that were trained on would flatter it.",
            f"Saved as the encoder {found.name}.",
            f"Use it for a new collection: python -m core create NAME --encoder {shlex.quote(found.name)}",
        ],
    )
