"""Which gates a run has to pass, on which held-out tasks."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...embedding.adapter import Adapter
from ..data.dataset import TrainingDataset
from ..data.splits import Split
from ..fitting.blend import Trial
from ..results import Aim, Gate
from ..settings import Signal, TrainingSettings
from .gates import judge
from .tasks import Task, copy_task, duplicate_task, label_task, word_task


@dataclass(frozen=True, eq=False)
class HeldBack:
    """An adapter that was trained without any image of `labels`."""

    adapter: Adapter
    labels: frozenset[str]


def judge_run(
    dataset: TrainingDataset,
    split: Split,
    settings: TrainingSettings,
    adapter: Adapter,
    held_back: Sequence[HeldBack],
    missing: str,
) -> tuple[Gate, ...]:
    """The gates, on the test split: what was trained must gain, everything else must not lose.

    Args:
        dataset: everything known.
        split: its parts.
        settings: of the run.
        adapter: with its share of the new embedding.
        held_back: for the classes never seen; empty where labels were not trained on, all classes are
            unseen by `adapter` then, or where such adapters could not be trained.
        missing: why they could not, or empty.
    """

    def aim(signal: Signal) -> Aim:
        return "gain" if signal in settings.signals else "no loss"

    train, test, seed = split.train, split.test, settings.seed
    uses_labels = "labels" in settings.signals
    labels = label_task(dataset, test, train)
    no_labels = "No test image has a label that a training image has."
    trained, why, unseen = [], "Labels were not trained on.", _trials(labels, adapter)
    if uses_labels:
        trained, why = unseen, no_labels
        unseen = [
            trial
            for one in held_back
            for trial in _trials(label_task(dataset, test, train, one.labels), one.adapter)
        ]
    words = word_task(dataset, test, trained_words="captions" in settings.signals)
    copies = copy_task(dataset, test)
    gates = [
        judge("trained classes", aim("labels"), trained, why, seed),
        judge("unseen classes", "no loss", unseen, missing or no_labels, seed),
        judge("words", aim("captions"), _trials(words, adapter), _no_words(dataset), seed),
        judge("copies", aim("copies"), _trials(copies, adapter), "No copies were made for that.", seed),
    ]
    if "verdicts" in settings.signals:
        task = duplicate_task(dataset, test)
        gates.append(
            judge("duplicates", "gain", _trials(task, adapter), "No test pair was judged a duplicate.", seed)
        )
    return tuple(gates)


def _trials(task: Task | None, adapter: Adapter) -> list[Trial]:
    return [] if task is None else [Trial(task, adapter)]


def _no_words(dataset: TrainingDataset) -> str:
    if dataset.encode_texts is None:
        return "This encoder has no words."
    return "There are neither two labels nor two captions among the test images."
