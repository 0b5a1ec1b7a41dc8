import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.collection.ingest.paths import additions
from core.collection.verdicts import Judgement
from core.collection.workspace import Workspace
from core.errors import CollectionError, DiskFullError, LookalikeError
from core.evaluation.store import RunStore
from core.health.store import HealthStore
from core.jobs import Cancelled, Monitor
from core.report.build import STAGES, build_report
from core.report.stage import MissingInputError, Stage
from core.report.types import Section, Settings, Step
from core.stored import from_json, to_json

NAMES = ["pictures", "duplicates", "retrieval", "index", "clusters"]
SCRIPT = Path(__file__).parents[1] / "support" / "report_process.py"


def figures(report):
    """All that a second run has to repeat."""
    return {
        (one.name, figure.key): figure.value
        for one in report.sections
        for figure in one.figures
        if not figure.timed
    }


def stored(shop):
    """The stages that a next run would not do again."""
    return {run.settings["stage"] for run in HealthStore(shop.catalogue).list("report")}


def test_every_stage_says_what_it_found(reported):
    _, report = reported
    assert report.pictures == 31
    assert [one.name for one in report.sections[:5]] == NAMES
    assert [one.state for one in report.sections[:5]] == ["done"] * 5
    assert all(one.finding for one in report.sections)
    assert report.section("pictures").figure("skipped").value == 1
    assert report.section("pictures").tables[0].rows[0][0].endswith("broken.jpg")
    retrieval = report.section("retrieval")
    assert 0.5 < retrieval.figure("precision@5").value <= 1
    assert {"map_k-reciprocal", "map_expansion", "query_p50_ms", "query_p95_ms"} <= {
        f.key for f in retrieval.figures
    }
    assert report.section("index").figure("recall").value == 1.0
    assert report.section("clusters").figure("purity").value > 0.6
    assert report.section("integrity").state == "done"
    assert report.steps == tuple(sorted(report.steps, key=lambda step: step.rank))


def test_what_several_findings_ask_for_is_said_once(reported):
    _, report = reported
    twice = replace(report, sections=(*report.sections, *report.sections))
    assert twice.steps == report.steps
    asked = [(step.sentence, step.command) for step in report.steps]
    assert len(asked) == len(set(asked)) > 0


def test_the_same_seed_gives_the_same_figures(reported, photos, workspace, tiny):
    _, first = reported
    second = build_report(workspace.create("shop", "tiny"), additions([photos]), Settings(seed=3))
    assert figures(second) == figures(first)
    assert not any(one.reused for one in second.sections)


def counting(name, done, **options):
    """A stage that only notes that it was done."""

    def work(task):
        done.append(name)
        return Section(
            name, name, f"{task.collection.count()} pictures", steps=(Step("Go on.", rank=len(done)),)
        )

    return Stage(name, name, work, **options)


def test_done_stages_are_reused_until_something_changes(shop, photos):
    done = []
    stages = [counting("a", done), counting("b", done), counting("always", done, reusable=False)]
    build_report(shop, additions([photos]), stages=stages)
    again = build_report(shop, additions([photos]), stages=stages)
    assert [one.reused for one in again.sections] == [True, True, False]
    assert done == ["a", "b", "always", "always"]

    for change in (
        lambda: {"settings": Settings(fresh=True)},
        lambda: {"settings": Settings(seed=1)},
        lambda: shop.set_label([shop.ids()[0]], "violet") or {},
        lambda: shop.remove([shop.ids()[0]]) and {},
        lambda: shop.judgements.judge([Judgement(*shop.ids()[:2], "duplicate", "person")]) and {},
    ):
        done.clear()
        build_report(shop, stages=stages, **change())
        assert done == ["a", "b", "always"]
    newer = counting("a", done, version=2)
    assert not build_report(shop, stages=[newer]).sections[0].reused


def test_a_stage_of_the_real_ones_is_reused(photos, workspace, tiny):
    shop = workspace.create("shop", "tiny")
    stages = [one for one in STAGES if one.name in ("retrieval", "index")]
    build_report(shop, additions([photos]), stages=stages)
    assert all(one.reused for one in build_report(shop, stages=stages).sections)
    assert (
        len(RunStore(shop.catalogue).list()) == 4
    )  # first order, two re-rankers, words: nothing was measured twice


def test_what_a_stage_stored_reads_back_as_it_was(reported):
    _, report = reported
    for one in report.sections:
        assert from_json(Section, to_json(one)) == one


@pytest.mark.parametrize("damage", ["{}", '{"name": 1}'])
def test_a_damaged_stage_is_done_again(shop, photos, damage):
    done = []
    build_report(shop, additions([photos]), stages=[counting("a", done)])
    with shop.catalogue.transaction() as tx:
        tx.execute("UPDATE health_runs SET result = ? WHERE kind = 'report'", (damage,))
    assert build_report(shop, stages=[counting("a", done)]).sections[0].state == "done"
    assert done == ["a", "a"]


def test_an_empty_collection_says_what_to_do(shop, tmp_path):
    (tmp_path / "empty").mkdir()
    report = build_report(shop, additions([tmp_path / "empty"]))
    assert {one.state for one in report.sections} == {"missing"}
    assert "holds no pictures" in report.section("pictures").finding
    assert report.steps[0].command == "python -m core add shop FOLDER"


def test_pictures_without_labels_leave_out_the_evaluation_alone(shop, photos):
    stages = [one for one in STAGES if one.name in ("duplicates", "retrieval", "index")]
    report = build_report(shop, additions([photos], None), stages=stages)
    assert [one.state for one in report.sections] == ["done", "missing", "done"]
    assert "No picture has a label" in report.section("retrieval").finding


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (LookalikeError("The moon is in the way."), "failed", "The moon is in the way."),
        (ZeroDivisionError("oh"), "failed", "ZeroDivisionError"),
        (PermissionError(13, "Permission denied"), "failed", "ermission"),
        (MissingInputError("No tea."), "missing", "No tea."),
    ],
)
def test_a_stage_that_fails_does_not_end_the_rest(shop, error, state, said):
    def fails(task):
        raise error

    report = build_report(shop, stages=[Stage("bad", "Bad", fails), counting("good", [])])
    assert [one.state for one in report.sections] == [state, "done"]
    assert said in report.section("bad").finding
    assert stored(shop) == {"good"}


def test_a_full_disk_ends_it(shop):
    def fails(task):
        raise DiskFullError("The disk is full.")

    with pytest.raises(DiskFullError):
        build_report(shop, stages=[Stage("bad", "Bad", fails), counting("good", [])])


def test_it_stops_when_asked_to(shop, photos):
    monitor = Monitor()
    monitor.cancel()
    with pytest.raises(Cancelled):
        build_report(shop, additions([photos]), monitor=monitor)


def test_progress_ends_at_the_end(shop, photos):
    notes = []

    class Hearing(Monitor):
        def say(self, note):
            super().say(note)
            notes.append(note)

    monitor = Hearing()
    build_report(shop, additions([photos]), monitor=monitor, stages=[counting("a", []), *STAGES[3:4]])
    assert monitor.snapshot().fraction == 1.0
    assert any(note.startswith("2 of 2, The index: ") for note in notes)


def test_a_killed_run_goes_on(photos, workspace, tiny, tmp_path):
    workspace.create("shop", "tiny")
    command = [sys.executable, str(SCRIPT), str(workspace.path), str(photos), str(tmp_path / "go")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if "waiting to be killed" in line:
                process.send_signal(signal.SIGKILL)
                break
    assert stored(Workspace(workspace.path).open("shop")) == {"duplicates", "index"}
    (tmp_path / "go").touch()
    rest = subprocess.run(command, capture_output=True, text=True, check=True, timeout=250)
    assert json.loads(rest.stdout.splitlines()[-1]) == ["duplicates", "index"]


def test_another_job_that_writes_is_a_sentence(shop, photos):
    with shop._writing(), pytest.raises(CollectionError, match="being added"):
        build_report(shop, additions([photos]))


def test_training_is_a_stage_of_its_own(shop, photos):
    report = build_report(shop, additions([photos]), Settings(train=True), stages=[])
    assert [one.name for one in report.sections] == ["training"]
    assert report.sections[0].state in {"done", "failed"}
    assert shop.encoder_name == "tiny"  # offered, not used
