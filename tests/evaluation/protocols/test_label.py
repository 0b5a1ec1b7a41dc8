import pytest

from core.errors import EvaluationError
from core.evaluation.evaluate import measure
from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.protocols.splits import Split, split_from_csv
from core.evaluation.rankings.eval_set import gather
from tests.evaluation.conftest import FIVE_AP, fill, say_duplicates


def build(shop, protocol, seed=0):
    return protocol.build(gather(shop, [shop.encoder_name]), seed)


def names(shop, ids):
    return [shop.get(int(i)).name for i in ids]


def test_leave_one_out_is_what_a_hand_would_compute(five):
    found = measure(five, LabelProtocol(), k=2, metrics=["map", "p@1", "r@2", "mrr"])
    assert {q.name: ap for q, ap in zip(found.queries, found.values[:, 0], strict=True)} == pytest.approx(
        FIVE_AP
    )
    assert found.figure("map").mean == pytest.approx(34 / 60)
    assert found.figure("P@1").mean == pytest.approx(2 / 5)
    assert found.figure("recall@2").mean == pytest.approx((1 / 2 + 1 / 2 + 0 + 0 + 1) / 5)
    assert found.figure("map").macro == pytest.approx(((5 / 6 + 5 / 6 + 5 / 12) / 3 + 3 / 8) / 2)
    assert found.figure("map").interval.low < 34 / 60 < found.figure("map").interval.high
    assert [(c.category, c.queries) for c in found.categories] == [("a", 3), ("b", 2)]
    assert found.categories[1].figures["map"].mean == pytest.approx(3 / 8)


def test_a_query_is_never_in_its_own_gallery(five):
    found = measure(five, LabelProtocol(), k=10)
    for row, query in enumerate(found.queries):
        ids = [answer.picture_id for answer in found.answers(row)]
        assert len(ids) == 4
        assert query.picture_id not in ids


def test_known_copies_are_kept_out_however_long_the_chain(shop):
    ids = fill(
        shop, {"a-0": ("a", 0), "a-3": ("a", 3), "a-6": ("a", 6), "a-50": ("a", 50), "b-30": ("b", 30)}
    )
    say_duplicates(shop, (ids["a-0"], ids["a-3"]), (ids["a-6"], ids["a-3"]))
    task = build(shop, LabelProtocol())
    assert names(shop, task.excluded[0]) == ["a-0", "a-3", "a-6"]
    assert names(shop, task.relevant(0)) == ["a-50"]
    assert names(shop, build(shop, LabelProtocol(copies="in")).relevant(0)) == ["a-3", "a-6", "a-50"]
    # a-50's answers are all copies of each other; each of them counts.
    assert len(task.relevant(3)) == 3


def test_a_picture_in_the_bin_still_ties_its_copies_together(shop):
    ids = fill(
        shop, {"a-0": ("a", 0), "a-3": ("a", 3), "a-6": ("a", 6), "a-50": ("a", 50), "b-30": ("b", 30)}
    )
    say_duplicates(shop, (ids["a-0"], ids["a-3"]), (ids["a-6"], ids["a-3"]))
    shop.remove([ids["a-3"]])
    assert names(shop, build(shop, LabelProtocol()).excluded[0]) == ["a-0", "a-6"]


def test_pictures_that_lie_near_can_be_kept_out_too(shop):
    fill(shop, {"a-0": ("a", 0), "a-3": ("a", 3), "a-50": ("a", 50), "b-30": ("b", 30), "b-33": ("b", 33)})
    task = build(shop, LabelProtocol(near=0.99))  # about eight degrees
    assert [q.name for q in task.queries] == ["a-0", "a-3", "a-50"]
    assert names(shop, task.relevant(0)) == ["a-50"]
    assert names(shop, task.relevant(2)) == ["a-0", "a-3"]
    assert "2 queries had nothing but such copies to find." in task.notes
    with pytest.raises(EvaluationError, match="choose a higher cosine"):
        build(shop, LabelProtocol(near=0.1))
    with pytest.raises(EvaluationError, match="between 0 and 1"):
        build(shop, LabelProtocol(near=1.5))


@pytest.mark.parametrize(
    "split",
    [
        Split("prefix", ("b-",), ("a-", "b-6")),
        Split("label", ("b",)),
        Split("name", ("b-22.png", "b-60.png"), ("a-0.png", "a-10.png", "a-45.png", "b-60.png")),
    ],
)
def test_declared_splits(five, split):
    task = build(five, LabelProtocol(split))
    assert task.queries[0].name == "b-22.png"
    assert names(five, task.relevant(0)) == ["b-60.png"]
    if split.gallery:
        # b-60 is alone in the gallery, where it is kept out of its own ranking
        assert len(task.queries) == 1
        assert "“b-60.png”" in " ".join(task.notes)
        assert len(task.gallery) == 4


def test_a_split_from_a_csv(five, tmp_path):
    path = tmp_path / "split.csv"
    path.write_text("name,role\nb-22.png,query\nb-60.png,Gallery\na-0.png,gallery\n", encoding="utf-8")
    split = split_from_csv(path)
    assert split == Split("name", ("b-22.png",), ("b-60.png", "a-0.png"))
    assert measure(five, LabelProtocol(split)).figure("map").mean == 0.5  # a-0 lies nearer than b-60
    path.write_text("name,role\nb-22.png,probe\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"Line 2 of split\.csv gives the role “probe”"):
        split_from_csv(path)


@pytest.mark.parametrize(
    ("split", "said"),
    [
        (Split("prefix", ("x",)), "leaves no queries: .* begins with “x”"),
        (Split("label", ("a",), ("z",)), "leaves no gallery"),
        (Split("name", ("nobody.png",)), "names “nobody.png”, but no picture"),
        (Split("prefix", ("a-",), ("b-",)), "No query of the split has a picture of its label"),
    ],
)
def test_splits_that_leave_nothing(five, split, said):
    with pytest.raises(EvaluationError, match=said):
        build(five, LabelProtocol(split))


def test_no_labels_and_one_label(shop):
    ids = fill(shop, {"x": (None, 0), "y": (None, 90)})
    with pytest.raises(EvaluationError, match="No picture of “shop” has a label"):
        build(shop, LabelProtocol())
    shop.set_label(list(ids.values()), "all alike")
    with pytest.raises(EvaluationError, match="Every labelled picture of “shop” is “all alike”"):
        build(shop, LabelProtocol())


def test_labels_with_one_picture_are_left_out_and_named(shop):
    fill(shop, {"a-0": ("a", 0), "a-9": ("a", 9), "lonely": ("c", 50), "bare": (None, 70)})
    found = measure(shop, LabelProtocol())
    assert len(found.queries) == 2
    assert "1 of 3 queries have nothing to find in the gallery and do not count (“lonely”)." in found.notes
    assert "1 pictures without a label take no part." in found.notes
    assert found.setup.pictures == 3  # the lonely one is still there to be found by mistake


def test_nothing_to_find_at_all(shop):
    ids = fill(shop, {"a": ("a", 0), "b": ("b", 90)})
    with pytest.raises(EvaluationError, match="Every label stands on one picture only"):
        build(shop, LabelProtocol())
    more = fill(shop, {"a2": ("a", 3), "b2": ("b", 93)})
    say_duplicates(shop, (ids["a"], more["a2"]), (ids["b"], more["b2"]))
    with pytest.raises(EvaluationError, match="its own known copies"):
        build(shop, LabelProtocol())


def test_an_empty_collection_and_one_without_the_space(shop):
    with pytest.raises(EvaluationError, match="holds no pictures yet"):
        build(shop, LabelProtocol())
    fill(shop, {"a": ("a", 0)})
    with pytest.raises(EvaluationError, match="embedded with other yet"):
        gather(shop, ["other"])


def test_a_sample_of_the_queries_is_drawn_by_the_seed_and_said(shop):
    fill(shop, {f"{label}-{i}": (label, 17 * i + 90 * (label == "b")) for label in "ab" for i in range(6)})
    drawn = [
        tuple(q.key for q in build(shop, LabelProtocol(max_queries=5), seed).queries) for seed in (0, 0, 1)
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    task = build(shop, LabelProtocol(max_queries=5), seed=3)
    assert len(task.queries) == 5
    assert len(task.gallery) == 12
    assert "5 of 12 queries were drawn at random (seed 3)." in task.notes
    with pytest.raises(EvaluationError, match="At least one query"):
        build(shop, LabelProtocol(max_queries=0))


def test_the_sample_does_not_depend_on_the_order_of_adding(workspace, tiny):
    pictures = {f"{label}-{i}": (label, 17 * i + 90 * (label == "b")) for label in "ab" for i in range(6)}
    one, other = workspace.create("one", "tiny"), workspace.create("other", "tiny")
    fill(one, pictures)
    fill(other, dict(reversed(pictures.items())))
    tasks = [build(shop, LabelProtocol(max_queries=5)) for shop in (one, other)]
    assert {q.key for q in tasks[0].queries} == {q.key for q in tasks[1].queries}
    assert tasks[0].data_hash() == tasks[1].data_hash()
    assert tasks[0].judgement_hash() == tasks[1].judgement_hash()
    one.set_label([1], "b")
    assert build(one, LabelProtocol(max_queries=5)).data_hash() != tasks[0].data_hash()


@pytest.mark.parametrize(
    "protocol", [LabelProtocol(), LabelProtocol(Split("prefix", ("a",), ("b", "c")), "in", 0.9, 7)]
)
def test_parameters_restore_the_protocol(protocol):
    import json

    assert LabelProtocol.restore(json.loads(json.dumps(protocol.parameters()))) == protocol
