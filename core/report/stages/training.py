"""What learning from the labels would bring; the adapter is stored and offered, never taken into use."""

from dataclasses import replace

from ...dedup.groups.known import known_copies
from ...training import why_not_offered
from ...training.data.from_collection import FEWEST, sensible_signals
from ...training.settings import TrainingSettings
from ...training.train_collection import train_collection
from ...training.wording import outcome_sentence, verdict
from ..stage import MissingInputError, Task
from ..types import Figure, Section, Step, Table

_TITLE = "What training would bring"


def training_stage(task: Task) -> Section:
    """Train an adapter and judge it on pictures that it never saw."""
    collection = task.collection
    if len(collection.ids()) < FEWEST:
        raise MissingInputError(
            f"Training needs {FEWEST} pictures at the very least, and some hundreds to be worth it."
        )
    settings = replace(
        TrainingSettings(seed=task.settings.seed, compare=False), signals=sensible_signals(collection)
    )
    found = train_collection(collection, settings, known_copies(collection), task.monitor.subtask()).version
    said = outcome_sentence(found.gates)
    figures = []
    for gate in found.gates:
        if gate.get("before") is None:
            continue
        key = str(gate["name"]).replace(" ", "_")
        figures += [
            Figure(
                f"{key}_before",
                f"{gate['name']}, {gate['metric']} before",
                gate["before"],
                f"{gate['before']:.3f}",
            ),
            Figure(f"{key}_after", "… after", gate["after"], f"{gate['after']:.3f}", verdict(gate)),
        ]
    rows = tuple(
        ({True: "passed", False: "failed", None: "not measured"}[gate.get("passed")], str(gate["reason"]))
        for gate in found.gates
    )
    steps = (
        Step(
            "Search with the trained adapter; one command goes back.",
            task.command("train", f"--use {found.id}"),
            2,
        ),
    )
    return Section(
        "training",
        _TITLE,
        f"{said}. {'It is offered.' if found.offered else why_not_offered(found)}",
        tone="good" if found.offered else "info",
        figures=tuple(figures),
        tables=(Table("Gates", ("Outcome", "What was measured"), rows),),
        notes=("Trained on a part of the pictures and judged on others; search goes on as before.",),
        steps=steps if found.offered else (),
    )
