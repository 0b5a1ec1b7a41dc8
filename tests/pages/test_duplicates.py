"""The duplicates screen: nothing to compare, nothing compared, pairs found, labelled, decided on."""

import json
import shutil

import pytest
from PIL import Image, ImageOps

from core import Workspace
from core.dedup.groups.complete_linkage import group
from core.dedup.labels.labeled_pairs import judged_pairs
from core.dedup.labels.labels import judge
from core.dedup.scan import every_pair, pairs, scan
from core.dedup.thresholds.precision_guarantee import guarantee
from tests.support.picture_bytes import encode
from tests.support.scenes import scene, shot_again
from tests.support.screens import said
from tests.support.tiny import TinyEncoder, register
from widgets.app_state.resources import jobs
from widgets.duplicates.already_here import door_key
from widgets.duplicates.binning import begin
from widgets.duplicates.scanning import scan_key

HOSTILE = "<b>copy :red[x] $y$.png"


def bytes_of(image, format_name="PNG", **options):
    return encode(image, format_name, **options)


def files():
    """Eight scenes; each of five has a copy, one has two."""
    found = []
    for seed in range(8):
        found.append((f"scene {seed}.png", bytes_of(scene(seed))))
    for seed in range(5):
        found.append((f"copy {seed}.jpg", bytes_of(scene(seed), "JPEG", quality=40)))
    found.append((HOSTILE, bytes_of(scene(0).resize((200, 150)))))
    return found


@pytest.fixture(scope="module")
def scanned_home(tmp_path_factory):
    """A workspace with a collection that was looked through. Not to be changed."""
    register(TinyEncoder())
    home = tmp_path_factory.mktemp("duplicates")
    shop = Workspace(home).create("shop", encoder="tiny")
    shop.add_files(files())
    scan(shop)
    return home


@pytest.fixture
def found(scanned_home, tmp_path):
    """The same, to be changed: the place, and the collection."""
    register(TinyEncoder())
    home = shutil.copytree(scanned_home, tmp_path / "home")
    return home, Workspace(home).open("shop")


def same(collection, a, b):
    """Whether two of the pictures show the same scene."""
    names = [collection.get(i).name for i in (a, b)]
    return len({"0" if name == HOSTILE else name.split()[1][0] for name in names}) == 1


def label_all(collection, purpose="random"):
    everything = judged_pairs(collection, pairs(collection))
    for a, b in zip(everything.a.tolist(), everything.b.tolist(), strict=True):
        judge(collection, a, b, "duplicate" if same(collection, a, b) else "different", purpose=purpose)


def charts(app):
    return app.get("plotly_chart")


def shown(app, key):
    return json.loads(next(n for n in app.get("bidi_component") if f"-{key}" in n.proto.id).proto.json)


def test_without_pictures_the_way_to_some(open_app, tmp_path):
    app = open_app(tmp_path / "home", "duplicates")
    assert "no pictures to compare" in said(app)
    assert "sample catalogue" in app.page_link[0].value


def test_one_picture_has_no_duplicate(open_app, workspace, shop):
    shop.add_files([("one.png", bytes_of(scene(1)))])
    app = open_app(workspace.path, "duplicates", collection="shop")
    assert "one picture only" in said(app)


def test_one_click_looks_for_them(open_app, workspace, shop):
    shop.add_files(files()[:10])
    app = open_app(workspace.path, "duplicates", collection="shop")
    assert "Nobody has looked for duplicates here yet" in said(app)
    app.button(key="scan-first").click().run()
    jobs().get(scan_key(shop)).wait(60)
    app.run()
    assert not app.exception
    assert "Looked at 10 new pictures" in said(app)
    assert app.metric
    app.button(key="scan-close").click().run()
    shop.add_files([("late.png", bytes_of(scene(9)))])
    app.run()
    assert "1 picture not compared with the others yet" in said(app)
    app.button(key="scan-new").click().run()
    jobs().get(scan_key(shop)).wait(60)
    app.run()
    assert "Looked at 1 new picture" in said(app)


def test_a_first_look_that_was_cancelled_shows_what_it_found(open_app, found):
    home, shop = found
    with shop._catalogue.transaction() as tx:
        tx.execute("DELETE FROM compared")
    app = open_app(home, "duplicates", collection="shop")
    assert "14 pictures not compared with the others yet" in said(app)
    assert app.metric[1].value == "5"


def test_nothing_alike_and_blank_pictures(open_app, workspace, shop):
    shop.add_files([(f"{c}.png", bytes_of(Image.new("RGB", (n, n), c)))
                    for n, c in ((1, "red"), (30, "blue"))])  # fmt: skip
    scan(shop)
    app = open_app(workspace.path, "duplicates", collection="shop")
    assert not app.exception
    assert "Nothing here looks like anything else" in said(app) or app.metric


def test_groups_with_what_stays_and_why(open_app, found):
    home, _ = found
    app = open_app(home, "duplicates", collection="shop", t="0.9")
    assert [m.label for m in app.metric] == ["Pairs", "Groups", "Pictures in them", "Could go"]
    assert app.metric[1].value == "5"
    assert "Not enough labels yet" in said(app)
    assert app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")
    rows = shown(app, "groups")["rows"]
    assert [len(row["items"]) for row in rows] == [3, 2, 2, 2, 2]
    first = rows[0]
    assert first["notes"][0].startswith("Kept:")
    assert first["notes"][1].startswith("Weakest link: ")
    assert [item["tone"] for item in first["items"]] == ["keep", "bin", "bin"]
    assert HOSTILE in {item["name"] for item in first["items"]}, "shown letter by letter by the component"
    assert app.button(key="bin-all").disabled


def test_a_threshold_that_nothing_reaches(open_app, found, tmp_path):
    home, shop = found
    label_all(shop, "given")
    for one in shop.verdicts():
        if one.verdict == "duplicate":
            ids = {sha: i for i, sha in shop.judgements.hashes().items()}
            judge(shop, ids[one.a_sha256], ids[one.b_sha256], "different")
    app = open_app(home, "duplicates", collection="shop", t="0.99")
    assert app.metric[0].value == "0"
    assert "No pair reaches this threshold" in said(app)


def test_the_threshold_lives_in_the_address(open_app, found):
    home, _ = found
    app = open_app(home, "duplicates", collection="shop")
    assert app.select_slider(key="threshold").value == 0.9
    app.select_slider(key="threshold").set_value(0.5).run()
    assert app.query_params["t"] in ("0.5", ["0.5"])
    assert not app.exception


def test_a_promise_is_kept_and_used(open_app, found):
    home, shop = found
    label_all(shop)
    app = open_app(home, "duplicates", collection="shop", precision="0.8", confidence="0.8")
    assert "with precision ≥ 0.8, with 80 % confidence" in said(app).replace("&#58;", ":").replace("\\", "")
    app.button(key="use-promised").click().run()
    assert app.query_params["t"]
    assert app.button(key="use-promised").disabled
    app.button(key="bin-all").click().run()
    assert not app.exception
    assert "**6 pictures will go to the bin,**" in said(app)
    assert app.button(key="bin-all-yes").label == "Bin 6 pictures"


def test_the_best_of_all_groups_is_kept_and_it_can_be_undone(open_app, found):
    home, shop = found
    groups = [one.ids for one in group(judged_pairs(shop, pairs(shop)), 0.9).groups]
    begin(shop, groups, {groups[0]: groups[0][2]})
    jobs().get(f"bin-duplicates:{shop.root}").wait(60)
    app = open_app(home, "duplicates", collection="shop")
    assert "6 pictures moved to the bin" in said(app)
    assert len(shop.removed_ids()) == 6
    assert groups[0][2] not in shop.removed_ids(), "what the viewer chose stays"
    assert app.metric[1].value == "0"
    app.button(key="undo-button").click().run()
    assert shop.removed_ids() == []
    assert app.metric[1].value == "5"


def test_what_only_a_binned_copy_has_is_said_and_undone_with_it(open_app, found):
    home, shop = found
    pair = next(g.ids for g in group(judged_pairs(shop, pairs(shop)), 0.9).groups if len(g.ids) == 2)
    keep, copy = pair
    shop.set_label([copy], "<b>dress</b>")
    begin(shop, [pair], {pair: keep})
    jobs().get(f"bin-duplicates:{shop.root}").wait(60)
    app = open_app(home, "duplicates", collection="shop")
    assert "1 picture moved to the bin" in said(app)
    assert "taken over from" in said(app)
    assert shop.get(keep).label == "<b>dress</b>"
    app.button(key="undo-button").click().run()
    assert not app.exception
    assert shop.removed_ids() == []
    assert (shop.get(keep).label, shop.get(copy).label) == (None, "<b>dress</b>")


def test_binning_keeps_the_promise(open_app, found):
    home, shop = found
    label_all(shop)
    promise = guarantee(judged_pairs(shop, every_pair(shop)), 0.9, 0.8)
    address = {"collection": "shop", "precision": "0.9", "confidence": "0.8"}
    app = open_app(home, "duplicates", **address)
    assert promise.sentence in said(app).replace("\\", "")
    assert promise.kept is not None
    groups = [one.ids for one in group(judged_pairs(shop, pairs(shop)), promise.kept.threshold).groups]
    begin(shop, groups, {})
    jobs().get(f"bin-duplicates:{shop.root}").wait(60)
    for part in ("review", "label", "tune", "lists"):
        app = open_app(home, "duplicates", part=part, **address)
        assert not app.exception
        if part == "review":
            assert app.metric[1].value == "0"
        if part in ("review", "label"):
            assert promise.sentence in said(app).replace("\\", "")
            assert "went to the bin" in said(app)


@pytest.mark.parametrize("mode", ["chosen", "random"])
def test_a_pair_to_label_with_its_reason(open_app, found, mode):
    home, _ = found
    app = open_app(home, "duplicates", collection="shop", part="label", mode=mode)
    assert not app.exception
    assert ("Asked because" if mode == "chosen" else "Drawn at random") in said(app)
    data = shown(app, "label-pair")
    assert data["left"]["src"].startswith("data:image/jpeg")
    assert data["right"]["name"]
    assert not data["undo"]
    assert "0 labels" in said(app)
    app.toggle(key="label-why").set_value(True).run()
    assert not app.exception
    assert len(app.dataframe) == 1
    assert {"Resemblance", "Fingerprint", "Details"} <= set(app.dataframe[0].value["Evidence"])


def test_all_labelled_is_said(open_app, found):
    home, shop = found
    label_all(shop, "chosen")
    app = open_app(home, "duplicates", collection="shop", part="label")
    assert "Every pair that could be asked here is judged" in app.success[0].value
    app.button(key="label-other").click().run()
    assert app.query_params["mode"] in ("random", ["random"])


def test_learning_from_labels_and_forgetting(open_app, found):
    home, shop = found
    app = open_app(home, "duplicates", collection="shop", part="label")
    assert app.button(key="learn").disabled
    label_all(shop, "chosen")
    app.run()
    app.button(key="learn").click().run()
    assert not app.exception
    assert "The score has learned from" in said(app)
    app.button(key="forget").click().run()
    assert "The score is as it came" in said(app)


def test_labels_all_of_one_kind(open_app, found):
    home, shop = found
    everything = judged_pairs(shop, pairs(shop))
    for a, b in zip(everything.a.tolist(), everything.b.tolist(), strict=True):
        judge(shop, a, b, "duplicate", purpose="chosen")
    app = open_app(home, "duplicates", collection="shop", part="label")
    assert "labels say “duplicates”" in said(app)
    app.button(key="learn").click().run()
    assert "judge some" in app.error[0].value


def test_tuning_before_and_after_labels(open_app, found):
    home, shop = found
    app = open_app(home, "duplicates", collection="shop", part="tune")
    assert not app.exception
    assert "needs at least ten randomly drawn labels" in app.info[0].value
    assert "costs least" in said(app)
    label_all(shop)
    app.run()
    assert not app.exception
    assert [m.label for m in app.metric] == ["Brier score", "Off by, on average"]
    assert len(charts(app)) == 3
    app.select_slider(key="worth").set_value(10.0).run()
    assert app.query_params["worth"] in ("10", ["10"])


def test_pairs_that_would_change_sides_are_shown(open_app, found):
    home, shop = found
    probabilities = sorted(one.probability for one in pairs(shop))
    low = max(0.01, round(probabilities[0] - 0.01, 2))
    app = open_app(home, "duplicates", collection="shop", part="tune", t="0.9", **{"with": str(low)})
    assert not app.exception
    below = [p for p in probabilities if low <= p < 0.9]
    if below:
        assert len(shown(app, "changed")["rows"]) == min(12, len(below))
    else:
        assert "no pair that nobody has judged" in said(app)


def test_why_two_are_called_copies(open_app, found):
    home, shop = found
    one = next(p for p in pairs(shop) if p.probability > 0.9 and same(shop, p.a, p.b))
    app = open_app(home, "duplicates", collection="shop", pair=f"{one.a}-{one.b}")
    assert not app.exception
    assert "sure to be duplicates" in said(app)
    assert "What differs" in said(app)
    app.button(key="why-different").click().run()
    assert not app.exception
    assert shop.verdicts()[-1].verdict == "different"
    assert "Judged&#58; different" in said(app)
    app.button(key="undo-button").click().run()
    assert shop.verdicts() == []


def test_why_for_a_picture_that_is_gone(open_app, found):
    home, _ = found
    app = open_app(home, "duplicates", collection="shop", pair="1-99999")
    assert "no longer here" in said(app)


def test_lists_come_and_go(open_app, found):
    home, shop = found
    app = open_app(home, "duplicates", collection="shop", part="lists")
    assert not app.exception
    table = b"a,b,verdict\nscene 1.png,copy 1.jpg,duplicate\nscene 2.png,nobody.png,different\n"
    app.file_uploader[0].upload("labels.csv", table, "text/csv").run()
    app.button(key="import-labels").click().run()
    assert not app.exception
    assert "1 label imported" in said(app)
    assert "not in the collection" in said(app)
    assert len(shop.verdicts()) == 1
    app.button(key="undo-button").click().run()
    assert shop.verdicts() == []
    app.file_uploader[0].upload("bad.csv", b"x,y\n1,2\n", "text/csv").run()
    app.button(key="import-labels").click().run()
    assert "it lacks a" in app.error[0].value


def test_newcomers_are_told_of_at_the_door(open_app, found, tmp_path):
    home, shop = found
    app = open_app(home, collection="shop")
    app.button(key="add").click().run()
    app.file_uploader(key="more-files-0").upload("new mirror.png", bytes_of(ImageOps.mirror(scene(7)))).run()
    app.button(key="more-add-files").click().run()
    jobs().get(f"add:{shop.root}").wait(60)
    jobs().get(door_key(shop)).wait(60)
    app.run()
    assert not app.exception
    assert "is here already, as" in said(app)
    row = shown(app, "door-pairs")["rows"][0]
    assert [item["badge"] for item in row["items"]] == ["New", "Here before"]
    app.button(key="door-close").click().run()
    assert "is here already" not in said(app)


def test_nonsense_in_the_address(open_app, found):
    home, _ = found
    app = open_app(home, "duplicates", collection="shop", t="nan", pair="x", part="<b>", precision="2")
    assert not app.exception
    assert app.select_slider(key="threshold").value == 0.9


def test_other_shots_of_a_scene_are_shown_and_left_alone(open_app, found):
    home, shop = found
    shop.add_files([("scene 7 again.png", bytes_of(shot_again(scene(7), 12)))])
    scan(shop)
    app = open_app(home, "duplicates", collection="shop", t="0.9")
    assert app.metric[1].value == "5", "no group more"
    assert "1 pair of other shots of one scene" in [e.label for e in app.expander]
    (row,) = shown(app, "other-shots")["rows"]
    assert {item["name"] for item in row["items"]} == {"scene 7.png", "scene 7 again.png"}
    again, original = (
        p.id for p in sorted(shop.page(), key=lambda p: p.name) if p.name.startswith("scene 7")
    )
    judge(shop, again, original, "duplicate")
    app = open_app(home, "duplicates", collection="shop", t="0.9")
    assert app.metric[1].value == "6"
    assert not [e for e in app.expander if "other shots" in e.label]
