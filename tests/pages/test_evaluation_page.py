"""The evaluation screen: nothing to measure, nothing measured, measured, compared, reviewed."""

import math

import pytest
from PIL import Image

from core.errors import EvaluationError
from core.evaluation.answer_review import mark
from core.evaluation.encoders.comparison import compare_encoders
from core.evaluation.evaluate import evaluate
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.text import WordsProtocol
from core.evaluation.serialize import load, runs
from core.evaluation.store import MarkStore
from tests.support.picture_bytes import encode
from tests.support.screens import said, tiles
from tests.support.tiny import TinyEncoder, register
from widgets.app_state.resources import jobs
from widgets.evaluation.overview import report
from widgets.evaluation.reviewing import Marked

HOSTILE = "<b>red</b> :red[x] $y$\n🧢"


def flat(degrees):
    turn = math.radians(degrees)
    colour = tuple(round(127.5 * (1 + part)) for part in (math.cos(turn), math.sin(turn), 0))
    return encode(Image.new("RGB", (24, 24), colour), "PNG")


@pytest.fixture
def wheel(shop):
    """Eighteen flat pictures around a circle of colours, in three labels that overlap at their borders."""
    shop.add_files([(f"<i>{i:02}.png", flat(20 * i)) for i in range(18)])
    labels = ("blue", "green", HOSTILE)
    for i, picture in enumerate(sorted(shop.page(limit=100), key=lambda p: p.name)):
        shop.set_label([picture.id], labels[(i + (i % 5 == 0)) // 6 % 3])
    return shop


@pytest.fixture
def measured(wheel):
    """The same with three runs: by picture, by words, and by picture with a second look."""
    evaluate(wheel, LabelProtocol())
    evaluate(wheel, WordsProtocol())
    evaluate(wheel, LabelProtocol(), reranker="k-reciprocal")
    return wheel


def finish(collection):
    job = jobs().get(f"evaluate:{collection.root}")
    job.wait(60)
    return job


def charts(app):
    return app.get("plotly_chart")


def test_without_pictures_the_way_to_some(open_app, tmp_path):
    app = open_app(tmp_path / "home", "evaluation")
    assert "no pictures to measure" in said(app)
    assert "sample catalogue" in app.page_link[0].value


def test_without_labels_three_ways_to_some(open_app, workspace, shop):
    shop.add_files([(f"{i}.png", flat(40 * i)) for i in range(4)])
    app = open_app(workspace.path, "evaluation", collection="shop")
    assert "What is right has to be known first" in said(app)
    assert all(way in said(app) for way in ("Folder names", "A CSV file", "By hand"))
    assert "say which results are right" in "".join(link.value for link in app.page_link)
    shop.set_label([p.id for p in shop.page()], "only")
    assert "any result would be right" in said(open_app(workspace.path, "evaluation", collection="shop"))


def test_one_click_measures(open_app, workspace, wheel):
    app = open_app(workspace.path, "evaluation", collection="shop")
    assert "Nothing has been measured yet" in said(app)
    assert "18 pictures" in said(app)
    app.button(key="measure-first").click().run()
    assert not app.exception
    finish(wheel)
    app.run()
    assert not app.exception
    assert "searches by picture** the first result has the right label" in said(app)
    assert [metric.label for metric in app.metric][:3] == ["P@1", "P@5", "mAP"]
    assert all("95 % CI" in metric.delta for metric in app.metric)
    assert charts(app)
    assert "done in" in said(app)
    app.button(key="evaluation-close").click().run()
    assert "done in" not in said(app)


def test_the_form_measures_another_way(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", run="1", part="queries")
    app.button(key="measure").click().run()
    app.radio(key="measure-protocol").set_value("csv").run()
    assert app.button(key="measure-start").disabled
    assert "Choose a CSV first" in said(app)
    app.file_uploader(key="measure-csv").upload("q.csv", b"query,labels\nred things,nothing\n").run()
    app.button(key="measure-start").click().run()
    assert finish(measured).state == "failed"
    app.run()
    assert "which no picture has" in app.error[0].value
    assert "run" not in app.query_params, "the new run will be the one in view"
    app.button(key="measure").click().run()
    app.radio(key="measure-protocol").set_value("words").run()
    app.selectbox(key="measure-reranker").set_value("expansion").run()
    app.button(key="measure-start").click().run()
    assert finish(measured).state == "done"
    latest = runs(measured)[-1].setup
    assert (latest.protocol, latest.reranker) == ("words", "expansion")


def test_an_unreadable_csv_is_a_sentence(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop")
    app.button(key="measure").click().run()
    app.radio(key="measure-protocol").set_value("csv").run()
    app.file_uploader(key="measure-csv").upload("q.csv", b"\xff\xfe\x00").run()
    app.button(key="measure-start").click().run()
    assert "not UTF-8" in app.error[0].value.replace("\\", "")
    assert jobs().get(f"evaluate:{measured.root}") is None


def test_cancelling_stores_nothing(open_app, workspace, wheel):
    def work(monitor):
        while True:
            monitor.check()

    job = jobs().start(f"evaluate:{wheel.root}", "Measuring by picture", work)
    app = open_app(workspace.path, "evaluation", collection="shop")
    assert app.button(key="measure").disabled
    app.button(key="job-cancel").click().run()
    job.wait(30)
    app.run()
    assert "cancelled. Nothing half measured was stored" in said(app)
    assert runs(wheel) == ()


def test_every_part_of_a_measured_collection(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", run="1")
    for part in ("queries", "compare", "rerankers", "encoders", "speed", "review", "runs", "overview"):
        app.segmented_control(key="part").set_value(part).run()
        assert not app.exception, part
        assert not app.error, part
        assert part == "overview" or app.query_params["part"] == part
    assert app.query_params["run"] == "1"


def test_labels_and_names_are_text(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", run="1", part="queries", of=HOSTILE)
    rows = tiles(app, "queries")["rows"]
    assert rows
    assert {row["query"]["label"] for row in rows} == {"<b>red</b> :red[x] $y$ 🧢"}
    assert all(row["title"].startswith("i>") or row["title"].startswith("<i>") for row in rows)
    overview = open_app(workspace.path, "evaluation", collection="shop", run="1")
    assert "<b>red" not in said(overview)


def test_the_worst_queries_come_first(open_app, workspace, measured):
    run = load(measured, 1)
    app = open_app(workspace.path, "evaluation", collection="shop", run="1", part="queries")
    rows = tiles(app, "queries")["rows"]
    assert len(rows) == 8
    assert [int(row["key"]) for row in rows] == run.worst("map", 8)
    first = rows[0]
    assert [cell["rank"] for cell in first["items"] if cell["rank"]] == list(range(1, 11))
    assert [cell["right"] for cell in first["items"][:10]] == run.right[int(first["key"])].tolist()
    app.selectbox(key="queries-of").set_value("green").run()
    assert app.query_params["of"] == "green"
    shown = tiles(app, "queries")["rows"]
    assert {row["query"]["label"] for row in shown} == {"green"}
    app.session_state["detail"] = shown[0]["query"]["id"]
    app.run()
    assert app.button(key="detail-like")


def test_two_runs_side_by_side(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", run="3", part="compare")
    assert app.selectbox(key="compare-with").value == 1, "the first order of the same question"
    assert "second look **none** → **k\\-reciprocal**" in said(app)
    sentence = " ".join(element.value for element in (*app.info, *app.success, *app.error))
    assert "queries are better" in sentence
    table = app.dataframe[0].value
    assert list(table["Metric"])[:2] == ["mAP", "nDCG@10"]
    assert charts(app)
    app.selectbox(key="compare-with").set_value(2).run()
    assert "fewer than two queries in common" in app.warning[0].value
    assert app.query_params["with"] == "2"


def test_what_a_second_look_gains_and_costs(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", run="1", part="rerankers", metric="map")
    table = app.dataframe[0].value
    assert list(table["Second look"]) == ["First order", "Mutual neighbours"]
    assert table["A query with it"].str.endswith("ms").all()
    assert charts(app)
    assert "matching details" in said(app)
    app.button(key="rerankers-measure").click().run()
    assert finish(measured).state == "done"
    app.run()
    assert len(app.dataframe[0].value) == 5
    assert not [button for button in app.button if button.key == "rerankers-measure"]


def test_words_are_not_asked_of_what_needs_a_picture(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", run="2", part="rerankers")
    assert "matching details" not in said(app)
    assert "mutual neighbours" in said(app)


def test_encoders_on_the_same_pictures(open_app, workspace, measured):
    register(TinyEncoder("tiny-two", version="2"))
    app = open_app(workspace.path, "evaluation", collection="shop", part="encoders")
    assert app.multiselect(key="encoders-chosen").value[0] == "tiny"
    compare_encoders(measured, ["tiny", "tiny-two"], LabelProtocol())
    app.run()
    assert not app.exception
    assert list(app.dataframe[0].value["Encoder"]) == ["tiny", "tiny-two"]
    assert "finds best" in said(app)
    assert charts(app)
    app.multiselect(key="encoders-chosen").set_value(["tiny", "tiny-two"]).run()
    app.button(key="encoders-start").click().run()
    assert finish(measured).state == "done"


def test_reviewing_and_undo(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", part="review")
    shown = tiles(app, "review")
    assert shown["judge"]
    text, answers = shown["rows"][0]["key"], shown["rows"][0]["items"]
    assert app.button(key="review-measure").disabled
    first, second = answers[0]["id"], answers[1]["id"]
    mark(measured, text, first, True)
    mark(measured, text, second, False)
    app.session_state["review-last"] = Marked("shop", text, second, "<i>.png", None, False)
    app.run()
    marked = tiles(app, "review")["rows"][0]
    assert [cell["right"] for cell in marked["items"][:3]] == [True, False, None]
    assert marked["note"] == "1 of 2 marked right"
    assert "**2 of" in said(app)
    app.button(key="review-undo").click().run()
    assert [one.relevant for one in MarkStore(measured.catalogue).latest(text)] == [True]
    mark(measured, text, second, False)
    app.run()
    app.button(key="review-measure").click().run()
    assert finish(measured).state == "done"
    app.run()
    assert runs(measured)[-1].setup.protocol == "marks"


def test_sentences_of_ones_own(open_app, workspace, wheel):
    app = open_app(workspace.path, "evaluation", collection="shop", part="review")
    app.text_area(key="review-lines").set_value("  red   things\n\nred things\n<b>blue</b>")
    app.button(key="review-use").click().run()
    assert [row["key"] for row in tiles(app, "review")["rows"]] == ["red things", "<b>blue</b>"]
    app.button(key="review-propose").click().run()
    assert "red things" not in [row["key"] for row in tiles(app, "review")["rows"]]


def test_sentences_need_words(open_app, workspace):
    register(TinyEncoder("mute", has_text=False))
    shop = workspace.create("mute", encoder="facebook/dinov2-small")
    register(TinyEncoder("facebook/dinov2-small", has_text=False))
    shop.add_files([("a.png", flat(0)), ("b.png", flat(90))])
    app = open_app(workspace.path, "evaluation", collection="mute", part="review")
    assert "has none" in said(app)


def test_all_runs_with_what_they_depended_on(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", part="runs")
    table = app.dataframe[0].value
    assert list(table["Run"]) == ["▸ 3", "2", "1"]
    assert list(table["Second look"]) == ["Mutual neighbours", "–", "–"]


def test_a_run_that_is_not_there(open_app, workspace, measured):
    app = open_app(workspace.path, "evaluation", collection="shop", run="99")
    assert "There is no run 99" in app.warning[0].value
    assert "searches by picture" in said(app)


def test_the_report_is_one_file(measured):
    page = report(measured, load(measured, 1)).decode()
    assert page.lstrip().lower().startswith("<!doctype html")
    assert "<b>red</b>" not in page
    with pytest.raises(EvaluationError):
        load(measured, 1).figure("p@7")


@pytest.mark.parametrize(
    "bad", [{"run": "x"}, {"part": "<"}, {"metric": "p@999"}, {"with": "1"}, {"of": "gone"}, {"at": "999"}]
)
def test_no_address_breaks_the_screen(open_app, workspace, measured, bad):
    for part in ("overview", "queries", "compare"):
        address = {"collection": "shop", "run": "1", "part": part} | bad
        app = open_app(workspace.path, "evaluation", **address)
        assert not app.error
