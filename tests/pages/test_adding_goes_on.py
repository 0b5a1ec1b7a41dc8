"""Additions that run, are cancelled, fail, or were cut off: the screen says so and offers what helps."""

import io
import threading

import pytest
from PIL import Image

import core.collection.collection as collection_module
from core.errors import CollectionError
from tests.support.screens import said, tiles
from widgets.app_state.resources import jobs


def png(colour):
    out = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def key(shop):
    return f"add:{shop.root}"


def test_a_running_addition_can_be_cancelled_from_any_tab(open_app, workspace, shop, key):
    begun = threading.Event()

    def work(monitor):
        monitor.expect(100)
        monitor.advance(40)
        monitor.say("Adding folder photos")
        begun.set()
        while True:
            monitor.check()
            threading.Event().wait(0.01)

    job = jobs().start(key, "Adding photos", work)
    begun.wait(10)
    for _ in range(2):  # two sessions see the same job
        app = open_app(workspace.path)
        assert "40 of 100 pictures" in said(app)
        assert "Adding folder photos" in said(app)
        assert app.progress[0].value == 40
    app.button(key="job-cancel").click().run()
    job.wait(10)
    app.run()
    assert "cancelled. What was added stays" in said(app)
    assert "No pictures yet" in said(app)
    app.button(key="job-close").click().run()
    assert "cancelled" not in said(app)
    assert jobs().get(key) is None


def test_a_failed_addition_is_a_sentence(open_app, workspace, shop, key):
    def work(monitor):
        raise CollectionError("The disk is full; free some space and resume.")

    jobs().start(key, "Adding photos", work).wait(10)
    app = open_app(workspace.path)
    assert "The disk is full" in app.error[0].value


def test_an_interrupted_addition_is_resumed(open_app, workspace, shop, key, tmp_path, monkeypatch):
    photos = tmp_path / "photos"
    photos.mkdir()
    for i in range(3):
        (photos / f"{i}.png").write_bytes(png((i * 60, 10, 10)))
    with monkeypatch.context() as patch:
        patch.setattr(collection_module, "ingest", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            shop.add_folder(photos)
    app = open_app(workspace.path)
    assert "An addition was interrupted" in said(app)
    app.button(key="resume").click().run()
    assert not app.exception
    jobs().get(key).wait(60)
    app.run()
    assert "Added 3 pictures" in said(app)
    assert "interrupted" not in said(app)
    assert len(tiles(app, "pictures")["items"]) == 3
