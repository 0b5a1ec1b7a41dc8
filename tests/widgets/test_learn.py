from core.drills.checklist import DRILLS, DrillState
from core.drills.comparisons import SameAnswer, SameOrder
from widgets.learn.address import LearnView
from widgets.learn.checklist import summary
from widgets.learn.comparisons import answer_line, order_line


def test_the_comparisons_in_words():
    order = SameOrder(1, (2,), (2,), (0.5,), (1.0,), 299, True, 2e-6, ())
    assert "299 pictures were ranked twice: in the same order throughout" in order_line(order)
    assert "0.000002" in order_line(order)
    assert "not normalised" in order_line(SameOrder(1, (2,), (3,), (0.5,), (1.0,), 299, False, 0.5, ()))
    answer = SameAnswer(500, 48, 9, 10, 9, 3e-7, 1.0, 1.0, 1.0, 1.0)
    assert "**all 9 queries**" in answer_line(answer)
    assert "**7 of 9 queries**" in answer_line(SameAnswer(500, 48, 9, 10, 7, 3e-7, 1.0, 1.0, 1.0, 1.0))


def test_an_address_and_back():
    for view in (LearnView(), LearnView("mistakes", "probes"), LearnView("comparisons")):
        assert LearnView.read(view.write()) == view
    assert LearnView.read({"part": ["x"], "mistake": ["y"]}) == LearnView()


def test_the_summary_names_the_next_drill():
    states = [DrillState(drill, 1.0 if at < 3 else 0.4, "") for at, drill in enumerate(DRILLS)]
    assert summary(states).startswith("**3 of 10 done**")
    assert "IVF or HNSW" in summary(states)
    assert summary([DrillState(drill, 1.0, "") for drill in DRILLS]).startswith("**All 10 drills are done**")
