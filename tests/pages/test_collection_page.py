"""The collection screen on the sample: browse, filter, label, remove, undo, add."""

import io
import os

import pytest
from PIL import Image

from core import Workspace
from core.collection.types import Filter
from tests.support.pictures import jpeg, write_folder
from tests.support.screens import said, select, tiles
from widgets.app_state.resources import jobs


def names(app):
    return [item["full"] for item in tiles(app, "pictures")["items"]]


def test_a_page_shows_only_its_own_pictures(open_app, home, sample):
    app = open_app(home)
    assert app.title[0].value == "sample"
    assert len(names(app)) == 60
    last = open_app(home, collection="sample", page="99")
    assert len(names(last)) == sample.count() % 60
    assert set(names(app)).isdisjoint(names(last))


def test_filters_and_order_live_in_the_address(open_app, home, sample):
    app = open_app(home, collection="sample", label=["mug", "teapot"], sort="name", up="1")
    mugs = sample.count(Filter(labels=("mug", "teapot")))
    assert f"**{mugs} of {sample.count()} pictures**" in said(app)
    assert names(app) == sorted(names(app), key=str.casefold)
    app.multiselect(key="browse-labels").set_value(["mug"]).run()
    assert app.query_params["label"] == "mug"
    assert all(name.startswith("mugs/") for name in names(app))
    app.text_input(key="browse-name").set_value("ZIGZAG").run()
    assert app.query_params["name"] == "ZIGZAG"
    assert names(app)
    assert all("zigzag" in name for name in names(app))
    app.button(key="clear-filters").click().run()
    assert f"**{sample.count()} pictures**" in said(app)
    assert "label" not in app.query_params


def test_a_filter_that_nothing_passes_says_so(open_app, home):
    app = open_app(home, collection="sample", name="no such thing")
    assert "No picture passes this filter" in said(app)


def test_turning_the_page(open_app, home):
    app = open_app(home)
    first = names(app)
    app.get_by_key("page-number").set_value(2).run()
    assert not app.exception
    assert app.query_params["page"] == "2"
    assert set(first).isdisjoint(names(app))


def test_favourites_and_undo(open_app, home, sample):
    app = open_app(home, collection="sample", favourites="1")
    assert "press ★" in said(app)
    app.get_by_key("browse-favourites").set_value(False).run()
    assert "favourites" not in app.query_params
    select(app, "pictures", 1, 2)
    app.button(key="pictures-favourite").click().run()
    assert "Added 2 pictures to the favourites" in said(app)
    select(app, "pictures", 1, 2, 3, epoch=1)
    app.button(key="pictures-favourite").click().run()
    assert "Added 1 picture to the favourites" in said(app)
    app.button(key="undo-button").click().run()
    app.get_by_key("browse-favourites").set_value(True).run()
    assert {item["id"] for item in tiles(app, "pictures")["items"]} == {1, 2}
    assert all(item["star"] for item in tiles(app, "pictures")["items"])
    select(app, "pictures", 1, 2, epoch=2)
    app.button(key="pictures-favourite").click().run()
    assert "Took 2 pictures from the favourites" in said(app)
    assert sample.count(Filter(favourites=True)) == 0


def test_remove_and_undo(open_app, home, sample):
    everything = sample.count()
    app = open_app(home)
    chosen = [item["id"] for item in tiles(app, "pictures")["items"][:3]]
    select(app, "pictures", *chosen)
    assert "**3 pictures selected**" in said(app)
    app.button(key="pictures-remove").click().run()
    assert sample.count() == everything - 3
    assert "Removed 3 pictures" in said(app)
    assert "selected" not in said(app)
    app.button(key="undo-button").click().run()
    assert sample.count() == everything
    assert "Removed" not in said(app)


def test_a_selection_from_before_counts_for_nothing(open_app, home):
    app = open_app(home)
    select(app, "pictures", 1, 2, epoch=7)
    assert "selected" not in said(app)


def test_label_and_undo(open_app, home, sample):
    app = open_app(home)
    select(app, "pictures", 1, 2)
    before = [picture.label for picture in sample.get_many([1, 2])]
    app.selectbox(key="pictures-label-text").set_value("mug").run()
    app.button(key="pictures-label-apply").click().run()
    assert not app.exception
    assert [picture.label for picture in sample.get_many([1, 2])] == ["mug"] * 2
    app.button(key="undo-button").click().run()
    assert [picture.label for picture in sample.get_many([1, 2])] == before


def test_the_bin(open_app, home, sample):
    everything = sample.count()
    sample.remove([1, 2, 3])
    app = open_app(home, collection="sample", view="bin")
    assert "3 pictures in the bin" in said(app)
    select(app, "bin", 2)
    app.button(key="restore").click().run()
    assert sample.count() == everything - 2
    app.button(key="restore-all").click().run()
    assert sample.count() == everything
    assert "view" not in app.query_params


def test_one_picture_in_detail(open_app, home, sample):
    app = open_app(home)
    app.session_state["detail"] = 7
    app.run()
    assert not app.exception
    picture = sample.get(7)
    assert picture.caption in said(app).replace("\\", "")
    app.selectbox(key="detail-label-7").set_value("mug").run()
    assert sample.get(7).label == "mug"
    everything = sample.count()
    app.button(key="detail-remove").click().run()
    assert sample.count() == everything - 1


def test_more_like_these_goes_to_the_search(open_app, home):
    app = open_app(home)
    select(app, "pictures", 4, 9)
    app.button(key="pictures-like").click().run()
    assert not app.exception
    assert app.title[0].value == "Search"
    assert app.query_params["like"] == "4,9"


def test_a_collection_that_is_not_there(open_app, home):
    app = open_app(home, collection="<b>gone</b>")
    assert "There is no collection" in app.warning[0].value
    assert app.title[0].value == "sample"


def test_a_damaged_collection_is_a_sentence(open_app, tmp_path):
    folder = tmp_path / "home" / "broken"
    folder.mkdir(parents=True)
    (folder / "catalogue.sqlite").write_bytes(b"not a database" * 100)
    app = open_app(tmp_path / "home")
    assert app.error
    assert "Traceback" not in app.error[0].value


def picture_bytes(colour):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


HOSTILE = ["\"quoted' & <b>bold<b>.png", "🧢 \u202egnp.exe.png", ":red[x] $y$ **z**.png", "x" * 250 + ".png"]


def test_uploads_with_bad_files_among_them(open_app, workspace, tiny):
    workspace.create("shop", encoder="tiny")
    app = open_app(workspace.path)
    assert "No pictures yet" in said(app)
    uploader = app.file_uploader[0]
    for i, name in enumerate(HOSTILE):
        uploader.upload(name, picture_bytes((i * 40, 90, 10)))
    uploader.upload("empty.jpg", b"")
    uploader.upload("notes.png", b"these are words")
    app.run()
    app.button(key="empty-add-files").click().run()
    assert not app.exception
    shop = workspace.open("shop")
    jobs().get(f"add:{shop.root}").wait(60)
    app.run()
    assert not app.exception
    assert "Added 4 pictures" in said(app)
    assert list(app.dataframe[0].value["File"]) == ["empty.jpg", "notes.png"]
    shown = tiles(app, "pictures")["items"]
    assert len(shown) == 4
    assert all("\u202e" not in item["name"] and "\n" not in item["name"] for item in shown)


def test_a_folder_must_lie_under_a_root(open_app, workspace, tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_ROOTS", str(tmp_path / "allowed"))
    (tmp_path / "allowed").mkdir()
    workspace.create("shop", encoder="tiny")
    app = open_app(workspace.path)
    app.text_input(key="empty-folder").set_value("/etc")
    app.button(key="empty-add-folder").click().run()
    assert "lies outside" in app.error[0].value
    assert jobs().get(f"add:{workspace.path / 'shop'}") is None


def test_a_folder_is_added(open_app, workspace, tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_ROOTS", str(tmp_path))
    photos = tmp_path / "photos" / "cups"
    photos.mkdir(parents=True)
    (photos / "a.png").write_bytes(picture_bytes("red"))
    workspace.create("shop", encoder="tiny")
    app = open_app(workspace.path)
    app.text_input(key="empty-folder").set_value(str(photos.parent))
    app.button(key="empty-add-folder").click().run()
    shop = workspace.open("shop")
    jobs().get(f"add:{shop.root}").wait(60)
    app.run()
    assert [(p.name, p.label) for p in shop.page()] == [("cups/a.png", "cups")]


def test_every_file_of_a_folder_is_read_again_on_request(open_app, workspace, tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_ROOTS", str(tmp_path))
    file = tmp_path / "photos" / "cups" / "a.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(picture_bytes("red").ljust(9999, b"\0"))
    shop = workspace.create("shop", encoder="tiny")
    shop.add_folder(tmp_path / "photos")
    before = file.stat()
    file.write_bytes(picture_bytes("blue").ljust(9999, b"\0"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    app = open_app(workspace.path)
    app.button(key="add").click().run()
    app.text_input(key="more-folder").set_value(str(tmp_path / "photos"))
    app.checkbox(key="more-full-check").check()
    app.button(key="more-add-folder").click().run()
    jobs().get(f"add:{shop.root}").wait(60)
    app.run()
    assert "1 out of sight: the files are gone" in said(app)
    assert (shop.ids(), [one.picture.id for one in shop.lost()]) == ([2], [1])


def test_two_collections(open_app, home, tiny):
    Workspace(home).create("other", encoder="tiny")
    app = open_app(home, collection="sample", label="mug")
    app.selectbox(key="collection-pick").set_value("other").run()
    assert (
        app.query_params.to_dict()
        if hasattr(app.query_params, "to_dict")
        else dict(app.query_params) == {"collection": "other"}
    )
    assert app.title[0].value == "other"


@pytest.mark.parametrize(
    "bad", [{"page": "-1"}, {"page": "x"}, {"sort": "<"}, {"from": "2024"}, {"label": ""}]
)
def test_no_address_breaks_the_screen(open_app, home, bad):
    open_app(home, collection="sample", **bad)


def test_pictures_without_a_file_are_listed_apart_from_the_bin(open_app, home, tmp_path):
    folder = tmp_path / "photos"
    shop = Workspace(home).create("photos")
    shop.add_folder(write_folder(folder, 3))
    (folder / "a" / "0000.jpg").unlink()
    shop.add_folder(folder)
    app = open_app(home, collection="photos")
    assert app.button(key="open-bin").disabled
    app.button(key="open-lost").click().run()
    assert app.query_params["view"] == "lost"
    assert "1 picture without a file" in said(app)
    assert app.dataframe[0].value["It was at"].tolist() == [str(folder / "a" / "0000.jpg")]
    select(app, "lost", shop.lost()[0].picture.id)
    app.button(key="lost-remove").click().run()
    assert not app.exception
    assert (shop.lost(), len(shop.bin())) == ([], 1)
    assert "view" not in app.query_params


def test_a_collection_that_cannot_be_opened_can_be_deleted(open_app, workspace, tiny):
    root = workspace.create("shop", encoder="tiny").root
    (root / "catalogue.sqlite").write_bytes(b"")
    app = open_app(workspace.path)
    assert "delete the collection" in said(app)
    app.button(key="delete-unreadable").click().run()
    assert "will be deleted for good" in said(app)
    assert app.button(key="delete-yes").disabled
    app.text_input(key="delete-name").set_value("shop").run()
    app.button(key="delete-yes").click().run()
    assert not app.exception
    assert workspace.list() == []


def test_damaged_vectors_are_said_and_repaired(open_app, workspace, tiny):
    shop = workspace.create("shop", encoder="tiny")
    shop.add_files([(f"{i}.jpg", jpeg(i)) for i in range(4)])
    os.truncate(shop.root / "vectors" / shop.space().file, 2 * 4 * 48)
    app = open_app(workspace.path)
    assert "2 pictures cannot be found" in said(app)
    app.button(key="repair").click().run()
    jobs().get(f"repair:{shop.root}").wait(60)
    app.run()
    assert "2 pictures can be found again" in said(app)
    app.button(key="repair-seen").click().run()
    assert workspace.open("shop").count_damaged() == 0
