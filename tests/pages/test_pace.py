"""A collection that outgrows exact search moves to an index in the background, and the screen says so."""

import threading
from types import SimpleNamespace

import pytest

from core.errors import IndexingError
from tests.support.screens import said
from widgets.app_state.resources import jobs
from widgets.search import autotune_status
from widgets.shared.formatting import plain


@pytest.fixture
def due(monkeypatch, sample):
    """The sample counts as too large for exact search, until the job that is started was seen."""
    monkeypatch.setattr(autotune_status, "_due", lambda _: True)
    yield autotune_status.move_key(sample)
    jobs().forget(autotune_status.move_key(sample))


def open_search(open_app, home):
    return open_app(home, "search", collection="sample")


def test_a_move_is_shown_while_it_runs_and_when_it_is_done(open_app, home, due, monkeypatch):
    go = threading.Event()
    found = SimpleNamespace(
        record=object(), tuning=SimpleNamespace(sentence="HNSW: 41 times faster than exact")
    )

    def move(collection, monitor):
        go.wait(30)
        return found

    monkeypatch.setattr("core.index_manager.move_if_due", move)
    app = open_search(open_app, home)
    assert "a faster index is being built and proven" in said(app)
    go.set()
    jobs().get(due).wait(30)
    app.run()
    assert plain("Search has moved to a faster index. HNSW: 41 times faster than exact.") in said(app)


def test_a_move_that_fails_says_why(open_app, home, due, monkeypatch):
    def move(collection, monitor):
        raise IndexingError("A vector is damaged.")

    monkeypatch.setattr("core.index_manager.move_if_due", move)
    open_search(open_app, home)
    jobs().get(due).wait(30)
    why = plain("No faster index could be built: A vector is damaged.")
    assert why in said(open_search(open_app, home))


def test_a_small_collection_is_left_alone(open_app, home, sample):
    open_search(open_app, home)
    assert jobs().get(autotune_status.move_key(sample)) is None


def test_whether_it_is_due_depends_on_size_leave_and_advice(sample, monkeypatch):
    asked = []
    monkeypatch.setattr(autotune_status, "_advised", lambda *given: asked.append(given) or True)
    assert not autotune_status._due(sample)
    monkeypatch.setattr(autotune_status, "_NEVER_BELOW", 100)
    assert autotune_status._due(sample)
    sample.indexes.set_automatic(False)
    assert not autotune_status._due(sample)
    assert len(asked) == 1
