"""The training screen: nothing to learn from; trained, accepted, rolled back, corrected, deleted."""

import shutil

import numpy as np
import pytest

from core import Workspace
from core.projection.store import MapStore
from core.training import store
from core.training.settings import TrainingSettings
from core.training.train_collection import train_collection
from tests.support.adapters import adapter_for, gate, run_with, teachable
from tests.support.pictures import jpeg
from tests.support.rows import fill, unit
from tests.support.screens import said
from tests.support.tiny import TinyEncoder, register
from widgets.app_state.resources import jobs
from widgets.training.progress import adapting_key, training_key


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    register(TinyEncoder())
    home = tmp_path_factory.mktemp("trained") / "home"
    shop = Workspace(home).create("shop", encoder="tiny")
    teachable(shop)
    train_collection(shop, TrainingSettings(compare=False, epochs=6))
    return home


@pytest.fixture
def taught(trained, tmp_path, tiny):
    return Workspace(shutil.copytree(trained, tmp_path / "home")).open("shop")


@pytest.fixture
def screen(open_app, tmp_path):
    def at(**params):
        return open_app(tmp_path / "home", "training", collection="shop", **params)

    return at


def finish(app, key):
    job = jobs().get(key)
    job.wait(120)
    assert job.state == "done", job.error
    app.run()
    assert not app.exception
    return job


def test_without_pictures_with_few_and_without_labels(screen, tmp_path, tiny):
    home = Workspace(tmp_path / "home")
    shop = home.create("shop", encoder="tiny")
    assert "no pictures to learn from" in said(screen())
    fill(shop, unit(4))
    assert "Too few pictures" in said(screen())
    fill(shop, unit(30, seed=1)[4:])
    assert "Nothing says yet which answers are wrong" in said(screen())
    assert "Nothing has been trained yet" in said(screen(part="outcome"))
    assert "Nothing has been trained yet" in said(screen(part="compare"))
    assert "without an adapter" in said(screen(part="versions"))


def test_what_fools_the_search_and_a_wrong_label_corrected(screen, taught):
    app = screen()
    assert "look more like a wrong one" in said(app)
    button = next(one for one in app.button if (one.key or "").startswith("fooled-label-"))
    anchor, wrong = (int(part) for part in button.key.removeprefix("fooled-label-").split("-"))
    before = taught.get(wrong).label
    button.click().run()
    assert taught.get(wrong).label == taught.get(anchor).label != before
    app.button(key="undo-button").click().run()
    assert taught.get(wrong).label == before
    app.button(key=f"fooled-same-{anchor}-{wrong}").click().run()
    assert [one.verdict for one in taught.verdicts()] == ["duplicate"]
    app.button(key="undo-button").click().run()
    assert taught.verdicts() == []


def test_training_is_started_and_reported(screen, tmp_path, tiny):
    teachable(Workspace(tmp_path / "home").create("shop", encoder="tiny"), each=16)
    app = screen()
    app.slider(key="train-epochs").set_value(3).run()
    app.button(key="train").click().run()
    shop = Workspace(tmp_path / "home").open("shop")
    finish(app, training_key(shop))
    assert "Nothing has changed yet" in said(app)
    assert "held-out queries" in said(app)
    assert shop.encoder_name == "tiny"
    assert "never trained on" in said(app)


def test_accepted_used_and_rolled_back(screen, taught):
    app = screen(part="outcome")
    assert "held-out queries; classes it never saw" in said(app)
    app.button(key="accept").click().run()
    finish(app, adapting_key(taught))
    assert taught.encoder_name == "tiny+adapter-1"
    assert "In use: every search goes through it" in said(app)
    app.button(key="roll-back-decision").click().run()
    assert taught.encoder_name == "tiny"
    assert "is searched again" in said(app)
    app.button(key="undo-button").click().run()
    assert taught.encoder_name == "tiny+adapter-1"


def test_one_that_failed_is_used_only_on_an_explicit_word(screen, taught):
    failed = gate("words", passed=False, reason="Search by words: P@10 0.80 → 0.70. This is a loss.")
    found = store.keep(taught, run_with(adapter_for(TinyEncoder(), seed=9), (gate(), failed)))
    app = screen(part="outcome", version=str(found.id))
    assert "This is a loss" in said(app)
    assert not [one for one in app.button if one.key == "accept"]
    app.button(key="overrule").click().run()
    app.button(key="overrule-yes").click().run()
    finish(app, adapting_key(taught))
    assert taught.encoder_name == found.name
    assert store.version(taught, found.id).overruled


def test_before_and_after_without_a_new_space(screen, taught):
    app = screen(part="compare", like=str(taught.ids()[0]))
    assert "others than before" in said(app) or "The same pictures" in said(app)
    assert "nothing was rebuilt" in said(app)
    assert [space.encoder for space in taught.spaces()] == ["tiny"]
    assert screen(part="compare").button  # an invitation
    assert "others than before" in said(screen(part="compare", q="label 3"))


@pytest.fixture
def small(tmp_path, tiny):
    """Eight pictures, two of them alike: few enough that a map is drawn along two axes, at once."""
    shop = Workspace(tmp_path / "home").create("shop", encoder="tiny")
    fill(shop, np.concatenate([unit(7), unit(1)]))
    store.keep(shop, run_with(adapter_for(TinyEncoder())))
    return shop


def test_maps_are_drawn_on_request_without_switching(screen, small):
    app = screen(part="compare", like="1")
    app.button(key="draw-maps").click().run()
    finish(app, adapting_key(small))
    assert len(app.get("plotly_chart")) == 2
    assert small.encoder_name == "tiny"


def test_another_share_is_a_version_of_its_own(screen, taught):
    app = screen(part="outcome")
    share = next(one for one in app.slider if (one.key or "").startswith("outcome-alpha"))
    share.set_value(35 if share.value != 35 else 45).run()
    app.button(key="alpha-keep").click().run()
    assert len(taught.adapters.list()) == 2
    app = screen(part="outcome", version="2")
    assert "has another share" in said(app)
    app.button(key="judge").click().run()
    finish(app, adapting_key(taught))
    assert "has another share" not in said(app)
    measured = store.version(taught, 2)
    assert measured.judged and measured.gates[0]["name"] == "trained classes"
    assert "Train with this share" in measured.gates[1]["reason"]


def test_versions_are_listed_and_deleted(screen, taught):
    app = screen(part="versions")
    assert "Adapter 1" in said(app)
    app.button(key="delete-1").click().run()
    app.button(key="delete-version-yes").click().run()
    assert not app.exception
    assert taught.adapters.list() == []


def test_what_does_not_carry_over_has_a_button(screen, small):
    MapStore(small.catalogue).put(small.space().id, "{}", "{}", b"")
    store.accept(small, 1)
    app = screen()
    assert "To be earned again" in said(app)
    app.button(key="earn-map").click().run()
    finish(app, adapting_key(small))
    assert "To be earned again" not in said(app)


def test_a_version_that_is_not_there_is_said(screen, taught):
    assert "There is no adapter 77 here" in said(screen(part="outcome", version="77"))


def test_a_second_look_that_does_not_gain_is_explained_and_not_kept(screen, tmp_path, tiny):
    shop = Workspace(tmp_path / "home").create("shop", encoder="tiny")
    shop.add_files([(f"{i % 2}/{i}.jpg", jpeg(i)) for i in range(16)], labels="folder")
    app = screen(part="versions")
    app.button(key="reranker-train").click().run()
    job = jobs().get(adapting_key(shop))
    job.wait(120)
    app.run()
    assert job.state == "failed"
    assert "not offered" in said(app)
    assert not (shop.root / "reranker.json").exists()
