"""The pure parts of the training screen: addresses, wording, charts, selections."""

import numpy as np
import pytest

from widgets.training.address import TrainingView
from widgets.training.charts import categories, curves, layout_map
from widgets.training.maps import selected
from widgets.training.wording import gate_rows


@pytest.mark.parametrize(
    "view",
    [TrainingView(), TrainingView("compare", 3, "a red dress"), TrainingView("outcome", 12, "", 7)],
)
def test_an_address_is_read_as_it_was_written(view):
    assert TrainingView.read(view.write()) == view


def test_an_address_that_makes_no_sense_is_left_out():
    found = TrainingView.read({"part": ["<b>"], "version": ["-1"], "like": ["x"], "q": ["  red\0 "]})
    assert found == TrainingView(text="red")
    assert TrainingView.read({"like": ["3"], "q": ["red"]}).query.like == (3,)


def test_a_gate_is_a_row_in_words():
    gate = {
        "name": "words",
        "aim": "no loss",
        "metric": "P@10",
        "passed": False,
        "before": 0.5,
        "after": 0.25,
        "interval": {"low": -0.4, "high": -0.1},
        "p_value": 0.0001,
        "queries": 1200,
    }
    [row] = gate_rows([gate])
    assert (row.answer, row.color) == ("✗ loss", "red")
    assert row.figures == "P@10 0.500 → 0.250, **-0.250**"
    assert "-0.400 to -0.100" in row.details
    assert "p < 0.001" in row.details and "1,200 queries" in row.details
    [open_] = gate_rows([{"name": "copies", "passed": None, "metric": "", "before": None, "queries": 0}])
    assert (open_.answer, open_.color, open_.details) == ("– not measured", "gray", "")


def test_the_selection_of_one_map_lights_the_same_pictures_in_the_other():
    event = {"selection": {"points": [{"customdata": 4}, {"customdata": [9]}, {}]}}
    assert selected(event) == [4, 9]
    assert selected(None) == selected({"selection": {}}) == []
    ids = np.array([4, 5, 9])
    figure = layout_map(np.zeros((3, 2), np.float32), ids, ["a", "a", "b"], [4, 9])
    lit = {int(trace.customdata[at]) for trace in figure.data for at in trace.selectedpoints}
    assert lit == {4, 9}


def test_charts_of_many_labels_keep_the_largest_changes():
    changes = [{"label": str(i), "queries": 2, "before": 0.5, "after": 0.5 + i / 100} for i in range(60)]
    shown = [label.split()[0] for label in categories(changes).data[0].y]
    assert {"0", "59"} < set(shown)
    assert len(shown) == 24
    points = [{"epoch": i, "loss": None if i == 0 else 1 / i, "validation": 0.5} for i in range(3)]
    assert [len(trace.x) for trace in curves(points).data] == [3, 3]
