import json
from dataclasses import replace

import numpy as np
import pytest

from core.errors import TrainingError
from core.jobs import Cancelled, Monitor
from core.training.data.dataset import ImageCopies, JudgedPair
from core.training.run import run_training
from core.training.settings import TrainingSettings
from tests.training.support import circle, classes, dataset

QUICK = TrainingSettings(epochs=6, batch_size=64, learning_rate=0.1, rank=16, compare=False)


def words(texts):
    """Each class's own direction, as `classes` lays them out."""
    vectors = np.zeros((len(texts), 13), np.float32)
    for row, text in enumerate(texts):
        vectors[row, int(text.removeprefix("class "))] = 1
    return vectors


def gate(run, name):
    return next(one for one in run.gates if one.name == name)


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_a_map_that_drops_the_noise_is_found_and_offered(kind):
    points = []
    run = run_training(classes(encode_texts=words), replace(QUICK, kind=kind), Monitor(), points.append)
    trained = gate(run, "trained classes")
    assert trained.passed and trained.interval.low > 0 and trained.p_value < 0.05
    assert trained.after > trained.before + 0.2
    assert gate(run, "unseen classes").queries == trained.queries
    assert gate(run, "words").passed is not False
    assert gate(run, "copies").passed is None
    assert run.offered == all(one.passed is not False for one in run.gates)
    assert points == list(run.curves) and points[0].epoch == 0 and points[0].loss is None
    assert run.adapter.kind == kind and run.adapter.alpha in [a.alpha for a in run.alphas]


def test_the_same_seed_gives_the_same_run_and_the_inputs_stay_as_they_were():
    data = classes(encode_texts=words)
    before = data.embeddings.copy()
    first, again = run_training(data, QUICK, Monitor()), run_training(data, QUICK, Monitor())
    assert first.adapter.fingerprint == again.adapter.fingerprint
    assert first.gates == again.gates
    np.testing.assert_array_equal(data.embeddings, before)
    other = run_training(data, replace(QUICK, seed=1), Monitor())
    assert other.adapter.fingerprint != first.adapter.fingerprint


def test_baselines_and_card_tell_what_was_done():
    data = classes(encode_texts=words)
    run = run_training(data, replace(QUICK, compare=True, epochs=3), Monitor())
    names = [one.name for one in run.baselines]
    assert names[:2] == ["no adapter", "whitening"] and names[-1] == "this adapter" and len(names) == 6
    card = json.loads(json.dumps(run.card))
    assert card["adapter"]["fingerprint"] == run.adapter.fingerprint
    assert card["settings"]["epochs"] == 3
    assert (
        card["split"]["train"] + card["split"]["validation"] + card["split"]["test"] == card["data"]["images"]
    )
    assert len(card["data"]["hash"]) == 64
    assert run.costs.bytes_per_image_after == 4 * run.adapter.dim_out


def test_triplets_are_ids_of_the_dataset_worst_first():
    data = classes()
    run = run_training(data, QUICK, Monitor())
    label = dict(zip(data.ids.tolist(), data.labels, strict=True))
    for one in run.triplets:
        assert label[one.anchor] == label[one.positive] != label[one.negative]
        assert one.anchor != one.positive
    violations = [one.violation for one in run.triplets]
    assert violations == sorted(violations, reverse=True) and violations[0] > 0
    assert run.triplets_after[0].violation < violations[0]


def test_shuffled_labels_are_not_offered():
    data = classes()
    shuffled = np.random.default_rng(0).permutation(data.labels)
    run = run_training(replace(data, labels=tuple(shuffled.tolist())), QUICK, Monitor())
    assert not run.offered


def test_copies_teach_without_any_label():
    rng = np.random.default_rng(0)
    clean = rng.normal(size=(120, 8))

    def seen():
        noisy = np.concatenate([clean, 1.5 * rng.normal(size=(120, 4))], axis=1)
        return (noisy / np.linalg.norm(noisy, axis=1, keepdims=True)).astype(np.float32)

    copies = ImageCopies(np.concatenate([seen(), seen()]), np.tile(np.arange(120), 2), ("noise",) * 240)
    run = run_training(dataset(seen(), copies=copies), replace(QUICK, signals=("copies",)), Monitor())
    found = gate(run, "copies")
    assert found.aim == "gain" and found.passed and found.after > found.before + 0.1
    assert run.offered
    assert gate(run, "trained classes").passed is None


def test_verdicts_and_captions_teach():
    data = classes(per_class=16)
    pairs = tuple(JudgedPair(i, i + 1, "duplicate") for i in range(0, 128, 2))
    captions = tuple(label or "" for label in data.labels)
    data = replace(data, verdicts=pairs, captions=captions, encode_texts=words, labels=(None,) * 128)
    run = run_training(data, replace(QUICK, signals=("verdicts", "captions")), Monitor())
    assert gate(run, "words").metric == "reciprocal rank" and gate(run, "words").aim == "gain"
    assert gate(run, "duplicates").aim == "gain"


def test_too_few_classes_to_hold_half_back_is_said():
    run = run_training(classes(count=3), QUICK, Monitor())
    unseen = gate(run, "unseen classes")
    assert unseen.passed is None and "four labels" in unseen.reason


def test_a_wrong_learning_rate_is_explained():
    with pytest.raises(TrainingError, match="learning rate"):
        run_training(classes(), replace(QUICK, learning_rate=1e30), Monitor())


def test_a_collapse_stops_training_and_is_said(monkeypatch):
    spread = iter([0.5, 0.4, 0.01])
    monkeypatch.setattr(
        "core.training.fitting.adapter_training.embedding_spread", lambda _: next(spread, 0.4)
    )
    run = run_training(classes(count=3), QUICK, Monitor())
    assert len(run.curves) == 3
    assert any("collapsed" in note for note in run.notes)


def test_nothing_to_validate_on_is_explained():
    data = dataset(circle(0, 1, 50, 51), ["a", "a", "b", "b"])
    with pytest.raises(TrainingError, match="validate"):
        run_training(data, QUICK, Monitor())


def test_a_cancelled_run_ends_and_counts_its_epochs():
    monitor = Monitor()
    with pytest.raises(Cancelled):
        run_training(classes(), QUICK, monitor, lambda point: monitor.cancel() if point.epoch == 2 else None)
    assert monitor.snapshot().done == 2


def test_progress_is_complete_at_the_end():
    monitor = Monitor()
    run_training(classes(), replace(QUICK, patience=1), monitor)
    assert monitor.snapshot().fraction == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"signals": ()},
        {"signals": ("moon",)},
        {"loss": "none"},
        {"miner": "best"},
        {"kind": "tree"},
        {"epochs": 0},
        {"learning_rate": float("nan")},
        {"pull": -1.0},
        {"alpha": 2.0},
        {"relative_margin": 1.0},
    ],
)
def test_settings_that_make_no_sense_are_explained(wrong):
    with pytest.raises(TrainingError):
        TrainingSettings(**wrong)
