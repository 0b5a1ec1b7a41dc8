"""The health screen: nothing there, checked, thresholds moved, accepted, repaired."""

import io
import os

import pytest
from PIL import Image, ImageFilter

from core.health.checks import run_check
from core.health.quality.store import QualityStore
from core.health.score import latest_score
from tests.support.scenes import png, scene
from tests.support.screens import said, select, tiles
from widgets.app_state.resources import jobs
from widgets.health.address import PARTS, SIDES, HealthView

HOSTILE = "<b>red</b> :red[x] $y$"


def jpeg(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=75)
    return out.getvalue()


@pytest.fixture
def shelf(shop, tmp_path):
    """Pictures in a training and a test folder: one blurred, one gray, one copy in both parts."""
    root = tmp_path / "photos"
    for part in ("train/a", "train/b", "test/a", "test/b"):
        (root / part).mkdir(parents=True)
    for i in range(12):
        (root / "train" / "ab"[i % 2] / f"{HOSTILE.replace('/', '')}{i}.png").write_bytes(png(scene(i)))
        (root / "test" / "ab"[i % 2] / f"{i}.png").write_bytes(png(scene(100 + i)))
    (root / "train/a/blurred.png").write_bytes(png(scene(50).filter(ImageFilter.GaussianBlur(6))))
    (root / "train/a/gray.png").write_bytes(png(scene(51).convert("L")))
    (root / "test/a/copy.jpg").write_bytes(jpeg(scene(0)))
    shop.add_folder(root)
    return shop


@pytest.fixture
def checked(shelf):
    for part in ("integrity", "quality", "splits", "slices"):
        run_check(shelf, part)
    return shelf


def finish(collection):
    job = jobs().get(f"health:{collection.root}")
    job.wait(120)
    assert job.state == "done", job.error
    return job


def on(open_app, shop, **params):
    return open_app(shop.root.parent, "health", collection=shop.name, **params)


def test_without_pictures_the_way_to_some(open_app, tmp_path):
    app = open_app(tmp_path / "nothing", "health")
    assert "no pictures to check" in said(app)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "drift"])  # of one addition
def test_before_any_check_each_part_says_what_it_would_do(open_app, shelf, part):
    app = on(open_app, shelf, part=part)
    assert "yet" in said(app)
    assert any("Check" in button.label for button in app.button)


def test_one_button_checks_everything_and_the_score_names_its_reasons(open_app, shelf):
    app = on(open_app, shelf)
    app.button(key="check-first").click().run()
    finish(shelf)
    app.run()
    assert not app.exception
    score = latest_score(shelf)
    assert app.metric[0].value == f"{score.value:.0f} / 100"
    assert score.deductions[0].finding.title[:20] in said(app)
    assert "another part" in said(app)
    assert app.dataframe[0].value["Points"].tolist() == [round(one.points, 1) for one in score.deductions]


@pytest.mark.parametrize("part", list(PARTS))
def test_each_part_shows_what_was_found(open_app, checked, part):
    app = on(open_app, checked, part=part)
    assert not app.exception
    if part == "splits":
        assert "1 picture has a copy" in said(app)
    if part == "integrity":
        assert "Everything is as it was stored" in said(app)


def test_a_threshold_that_is_moved_is_kept_and_put_back(open_app, checked):
    store = QualityStore(checked.catalogue)
    app = on(open_app, checked, part="quality", kind="blurry")
    blurred = next(p.id for p in checked.page(0, 100) if p.name.endswith("blurred.png"))
    assert [one["id"] for one in tiles(app, "quality-wall")["items"]] == [blurred]
    app.slider(key="threshold-blurry").set_value(1.0).run()
    assert store.thresholds() == {"blurry": 1.0}
    assert "No picture is beyond this threshold" in said(app)
    app.button(key="threshold-default").click().run()
    assert store.thresholds() == {}
    assert len(tiles(app, "quality-wall")["items"]) == 1


def test_pictures_near_the_threshold_can_be_looked_at(open_app, checked):
    app = on(open_app, checked, part="quality", kind="blurry", show="near")
    near = [one["id"] for one in tiles(app, "quality-wall")["items"]]
    assert len(near) == checked.count() - 1


def test_a_picture_that_is_fine_is_accepted_and_that_can_be_undone(open_app, checked):
    app = on(open_app, checked, part="quality", kind="gray")
    (gray,) = [one["id"] for one in tiles(app, "quality-wall")["items"]]
    select(app, "quality-wall", gray)
    app.button(key="quality-accept").click().run()
    assert QualityStore(checked.catalogue).accepted() == {"gray": frozenset({gray})}
    assert "No picture is beyond" in said(app)
    app.button(key="undo-button").click().run()
    assert QualityStore(checked.catalogue).accepted() == {}
    assert len(tiles(app, "quality-wall")["items"]) == 1


def test_a_flagged_picture_goes_to_the_bin_and_comes_back(open_app, checked):
    app = on(open_app, checked, part="quality", kind="gray")
    (gray,) = [one["id"] for one in tiles(app, "quality-wall")["items"]]
    select(app, "quality-wall", gray)
    app.button(key="quality-wall-remove").click().run()
    assert [p.id for p in checked.bin()] == [gray]
    app.button(key="undo-button").click().run()
    assert checked.bin() == []


def test_damage_has_a_button_that_repairs_it(open_app, checked):
    path = checked.root / "vectors" / checked.space().file
    os.truncate(path, path.stat().st_size // 2)
    run_check(checked, "integrity")
    app = on(open_app, checked)
    assert "damaged or missing vector" in said(app)
    app.button(key="finding-0-go").click().run()
    finish(checked)
    app.run()
    assert "were made again" in said(app)
    assert "so that search cannot find them" not in said(app)
    app = on(open_app, checked, part="integrity")
    assert "Everything is as it was stored" in said(app)


def test_a_part_that_cannot_be_checked_says_why_and_the_others_go_on(open_app, workspace, tiny):
    shop = workspace.create("plain", encoder="tiny")
    shop.add_files([(f"{i}.png", png(scene(i))) for i in range(3)])
    app = on(open_app, shop)
    app.button(key="check-first").click().run()
    finish(shop)
    app.run()
    assert "No picture of" in said(app)
    assert "has a label" in said(app)
    assert latest_score(shop).unchecked == ("drift", "slices")


def test_a_split_of_the_users_own_is_checked(open_app, checked):
    app = on(open_app, checked, part="splits")
    app.text_input(key="split-query").input("test/a")
    app.text_input(key="split-gallery").input("train/b")
    app.button[[b.label for b in app.button].index("Check this split")].click().run()
    finish(checked)
    app.run()
    assert "Nothing leaks" in said(app)
    assert "query (" in said(app)


def test_pictures_that_cannot_be_measured_are_listed_with_the_reason(open_app, shop, tmp_path):
    (tmp_path / "p").mkdir()
    for i in range(3):
        (tmp_path / "p" / f"{i}.png").write_bytes(png(Image.new("RGB", (30, 30), (i * 60, 90, 20))))
    shop.add_folder(tmp_path / "p", labels=None)
    (tmp_path / "p" / "1.png").unlink()
    run_check(shop, "quality")
    app = on(open_app, shop, part="quality")
    assert "1 picture could not be measured" in app.expander[0].label
    assert "gone" in app.dataframe[0].value["Why"][0]


@pytest.mark.parametrize("part", list(PARTS))
@pytest.mark.parametrize("side", list(SIDES))
def test_an_address_says_what_is_shown(part, side):
    view = HealthView(part, "blurry", side, 3)
    assert HealthView.read(view.write()) == view
    assert HealthView.read({"part": ["x"], "show": ["y"], "at": ["-1"]}) == HealthView()
