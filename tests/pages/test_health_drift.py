"""The drift part of the health screen: before any look, an alarm, a comparison of the user's own."""

import pytest

from core.health.checks import run_check
from core.health.drift.history import stored_reports
from tests.support.pictures import write_noise
from tests.support.screens import said
from widgets.app_state.resources import jobs
from widgets.health.drift_charts import looks_chart, property_histogram, share_bars

HOSTILE = "<b>spring</b> :red[x] $y$"


@pytest.fixture
def additions(shop, tmp_path):
    """Three additions; the last one is of other colours."""
    for number, colour in enumerate(((120, 120, 120), (120, 120, 120), (230, 60, 40))):
        name = HOSTILE.replace("/", "") if number == 2 else f"part{number}"
        shop.add_folder(write_noise(tmp_path / name, 30, colour, number), labels=None)
    return shop


def on(open_app, shop, **params):
    return open_app(shop.root.parent, "health", collection=shop.name, part="drift", **params)


def test_before_the_first_look(open_app, additions):
    app = on(open_app, additions)
    assert "No look has been taken yet" in said(app)
    app.button(key="drift-first").click().run()
    job = jobs().get(f"health:{additions.root}")
    job.wait(120)
    assert job.state == "done", job.error
    assert len(stored_reports(additions)) == 1
    app.run()
    assert "looks different from everything added before" in said(app)


def test_one_addition_says_what_to_do(open_app, shop, tmp_path):
    shop.add_folder(write_noise(tmp_path / "only", 5, (90, 90, 90), 0), labels=None)
    app = on(open_app, shop)
    assert "nothing to compare them with yet" in said(app)
    assert not [button for button in app.button if button.key == "drift-first"]


def test_an_alarm_names_what_differs_and_what_it_spent(open_app, additions):
    run_check(additions, "drift")
    app = on(open_app, additions)
    text = said(app)
    assert not app.exception
    assert "this has changed" in text
    assert "The new pictures that drive the change" in text
    assert "Share of the year’s error spent" in [metric.label for metric in app.metric]
    assert "<b>" not in text.replace("&lt;b&gt;", "")


def test_a_comparison_of_the_users_own(open_app, additions):
    run_check(additions, "drift")
    app = on(open_app, additions)
    app.selectbox(key="drift-batch").set_value("2")
    app.selectbox(key="drift-reference").set_value("1")
    next(button for button in app.button if button.label == "Compare").click().run()
    job = jobs().get(f"health:{additions.root}")
    job.wait(120)
    assert job.state == "done", job.error
    (_, _), (_, second) = stored_reports(additions)
    assert (second.asked_reference, second.asked_batch) == ("1", "2")
    app.run()
    assert "No sign of a change" in said(app)


def test_charts_have_titles_units_and_all_pictures(additions):
    report = run_check(additions, "drift")
    for shift in report.properties:
        figure = property_histogram(shift)
        assert figure.layout.title.text and shift.unit in figure.layout.xaxis.title.text
        assert all(sum(bar.y) == pytest.approx(100) for bar in figure.data)
    from core.health.drift.history import looks
    from core.health.drift.types import GroupShare, ShareShift

    figure = looks_chart(looks(additions))
    assert figure.layout.yaxis.title.text and len(figure.data) == 2
    bars = share_bars(
        ShareShift("labels", "Labels", 0.01, 0.2, (GroupShare("cup", 3, 1), GroupShare("hat", 1, 3)))
    )
    assert sorted(bars.data[0].x) == [25, 75]
