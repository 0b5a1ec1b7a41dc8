"""Which slices of the queries are worse than expected, and which only look it."""

import numpy as np
import pytest
from scipy.stats import permutation_test

from core.errors import EvaluationError
from core.health.weak_slices import SliceReport, _p_lower, compare_slices, find_weak_slices
from core.stored import from_builtins
from tests.support.pictures import jpeg


def rng():
    return np.random.default_rng(0)


def members(*named):
    return [(by, name, np.asarray(mask, np.bool_)) for by, name, mask in named]


def test_a_slice_that_is_worse_is_named_and_one_like_the_rest_is_not():
    values = rng().choice([0.6, 0.8, 1.0], 400)
    weak = np.arange(400) < 60
    values[weak] = rng().choice([0.0, 0.2, 0.6], 60)
    labels = np.array(["a", "b"] * 200)
    other = np.arange(400) % 4 == 0
    found = compare_slices(
        values, labels, np.arange(400), members(("folder", "bad", weak), ("size", "other", other))
    )
    assert [one.name for one in found if one.weak] == ["bad"]
    bad = found[0]
    assert (bad.title, bad.queries) == ("folder: bad", 60)
    assert bad.interval.low < bad.mean < bad.interval.high < bad.expected
    assert values[bad.ids[0]] == values[weak].min()
    assert bad.adjusted >= bad.p_value


def test_a_folder_of_difficult_labels_is_not_called_weak_for_them():
    labels = np.array(["easy"] * 200 + ["hard"] * 200)
    values = np.where(labels == "easy", 0.9, 0.3) + rng().normal(0, 0.05, 400)
    folder = labels == "hard"
    found = compare_slices(
        values, labels, np.arange(400), members(("folder", "f", folder), ("label", "hard", labels == "hard"))
    )
    assert {one.title: one.weak for one in found} == {"label: hard": True, "folder: f": False}


def test_the_p_value_is_that_of_a_permutation_test():
    values = rng().choice([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], 120)
    inside = np.arange(120) < 30
    values[inside] -= 0.1
    exact = permutation_test(
        (values[inside], values[~inside]),
        lambda a, b: a.mean() - b.mean(),
        alternative="less", n_resamples=20_000, rng=np.random.default_rng(1),
    ).pvalue  # fmt: skip
    assert _p_lower(values, inside) == pytest.approx(exact, abs=0.01)
    assert _p_lower(np.ones(50), np.arange(50) < 10) == 1.0


def test_without_an_effect_nothing_is_named():
    """Of 200 simulations with 30 random slices each, at most about one in twenty may name any."""
    draw = rng()
    alarms = 0
    for _ in range(200):
        values = draw.choice([0.0, 0.5, 1.0], 150)
        random = members(*(("size", str(i), draw.random(150) < 0.3) for i in range(30)))
        alarms += any(
            one.weak for one in compare_slices(values, np.array(["x"] * 150), np.arange(150), random)
        )
    assert alarms <= 20


def test_small_slices_are_left_out():
    found = compare_slices(
        np.ones(30), np.array(["x"] * 30), np.arange(30), members(("label", "few", np.arange(30) < 5))
    )
    assert found == ()


def test_of_a_collection(shop):
    """Blues and greens find their like; two labels share one red, so that half of what they find is wrong."""
    draw = rng()
    red = (220, 40, 30)
    for label, base in {"blue": (30, 30, 220), "green": (40, 160, 60), "mixed1": red, "mixed2": red}.items():
        for i in range(24):
            shade = np.clip(base + draw.integers(-12, 12, 3), 0, 255)
            shop.add_files([(f"{label}/{i}.jpg", jpeg(colour=tuple(shade.tolist())))])
    for picture in shop.page(0, 200):
        shop.set_label([picture.id], picture.name.split("/")[0])
    report = find_weak_slices(shop)
    assert {one.name for one in report.weak} == {"mixed1", "mixed2"}
    assert report.findings()[0].part == "slices"
    assert from_builtins(SliceReport, report.to_json()) == report
    assert any("adjusted p" in line for line in report.lines())


def test_without_labels_there_is_a_sentence(shop):
    shop.add_files([("a.jpg", jpeg(0)), ("b.jpg", jpeg(1))])
    with pytest.raises(EvaluationError, match="label"):
        find_weak_slices(shop)
