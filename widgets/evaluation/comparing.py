"""Two runs side by side: what changed, and whether that is more than luck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.evaluation.data import compared
from widgets.evaluation.overview import kind_of, metric_picker
from widgets.evaluation.wording import run_line, run_title, share, signed
from widgets.shared.formatting import count, plain
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import Comparison, Evaluation, MetricComparison, RunSummary
    from widgets.evaluation.address import EvaluationView


def comparing(
    collection: Collection,
    stored: Sequence[RunSummary],
    run: Evaluation,
    view: EvaluationView,
    go: Callable[..., None],
) -> None:
    """Compare the run in view with another, the one before."""
    from core.evaluation import partner

    by_id = {one.id: one for one in stored}
    others = [one for one in reversed(stored) if one.id != run.id]
    if not others:
        st.info(
            "There is one run only. Measure again with another encoder, a second look or other labels, and "
            "compare the two here.",
            icon=":material/compare_arrows:",
        )
        return
    suits = partner(stored, by_id[run.id]) if run.id in by_id else None
    before = view.other if view.other in by_id and view.other != run.id else (suits or others[0]).id
    left, middle, right = st.columns([1, 0.08, 1], vertical_alignment="center")
    with left:
        st.session_state["compare-with"] = before
        st.selectbox(
            "Before",
            [one.id for one in others],
            key="compare-with",
            format_func=lambda number: run_line(by_id[number]),
            on_change=lambda: go(other=st.session_state["compare-with"]),
        )
    middle.markdown(":material/arrow_forward:")
    with right:
        st.text_input(
            "After", run_line(by_id[run.id]), disabled=True, help="The run in view; choose another above."
        )
    try:
        found = compared(collection, before, [run.id])[0]
    except LookalikeError as error:
        st.warning(plain(str(error), 600), icon=":material/compare_arrows:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        differs(found)
        shared = {one.metric for one in found.metrics}
        asked = view.metric if view.metric in shared else ""
        shown = metric_picker(run, asked, lambda name: go(metric=name), "compare-metric")
    if shown in shared:
        verdict(found.of(shown))
    table(found.metrics)
    for note in found.notes:
        st.caption(f":material/info: {plain(note, 400)}")
    if shown in shared:
        changes(found, shown)


def differs(found: Comparison) -> None:
    """What the two runs do not share."""
    before, after = found.before.setup, found.after.setup
    parts = [
        ("encoder", before.encoder, after.encoder),
        ("second look", before.reranker or "none", after.reranker or "none"),
        ("question", before.protocol, after.protocol),
        ("k", str(before.k), str(after.k)),
    ]
    said = [f"{name} **{plain(a)}** → **{plain(b)}**" for name, a, b in parts if a != b]
    st.caption(f"Differs in: {'; '.join(said)}" if said else "Both were measured with the same settings.")


def verdict(one: MetricComparison) -> None:
    """The answer in a sentence, in colour and with an icon."""
    test = one.test
    moved = f"{test.better:,} queries are better, {test.worse:,} worse, {test.equal:,} as before"
    text = f"**{plain(one.sentence, 300)}** {moved}."
    if not one.significant:
        st.info(f"{text} The difference may be luck.", icon=":material/drag_handle:")
    elif test.difference > 0:
        st.success(text, icon=":material/trending_up:")
    else:
        st.error(text, icon=":material/trending_down:")


def rows(metrics: Sequence[MetricComparison]) -> list[dict[str, str]]:
    """The table of all metrics."""
    return [
        {
            "Metric": one.title,
            "Before": share(one.before),
            "After": share(one.after),
            "Difference": signed(one.test.difference),
            "95 % CI of it": f"{signed(one.test.interval.low)} to {signed(one.test.interval.high)}",
            "p (corrected)": p_value(one),
            "Verdict": verdict_word(one),
        }
        for one in metrics
    ]


def verdict_word(one: MetricComparison) -> str:
    """“↑ better”, “↓ worse”, “no clear difference”, “the same”."""
    if not one.test.better and not one.test.worse:
        return "the same"
    if not one.significant:
        return "no clear difference"
    return "↑ better" if one.test.difference > 0 else "↓ worse"


def tested(one: MetricComparison | None, title: str = "Gain") -> dict[str, str]:
    """The cells of a difference and its test; empty for what the others are tested by."""
    if one is None:
        return {title: "", "p (corrected)": "", "Verdict": ""}
    return {title: signed(one.test.difference), "p (corrected)": p_value(one), "Verdict": verdict_word(one)}


def p_value(one: MetricComparison) -> str:
    """“< 0.001”, “0.042”."""
    return "< 0.001" if one.p_adjusted < 0.001 else f"{one.p_adjusted:.3f}"


def table(metrics: Sequence[MetricComparison]) -> None:
    """All metrics, with the test of each."""
    st.dataframe(
        rows(metrics), hide_index=True, alt="Every metric before and after, with the test of its difference"
    )
    st.caption(
        "Paired randomisation tests over the same queries, corrected for the number of metrics (Holm). "
        "Below 0.05 a difference is more than luck would give."
    )


def changes(found: Comparison, shown: str) -> None:
    """What each category gained or lost."""
    from core.evaluation import category_differences
    from widgets.evaluation.charts import difference_bars

    st.subheader("Who gains, and who pays", anchor=False)
    try:
        by_category = category_differences(found, shown)
    except LookalikeError as error:
        st.caption(plain(str(error), 300))
        return
    if len(by_category) < 2:
        return
    most = max(by_category, key=lambda one: abs(one.difference))
    st.plotly_chart(
        difference_bars(by_category, found.after.figure(shown).title, kind_of(found.after)),
        key="difference-bars",
        config=CONFIG,
        alt=f"Difference by label, largest for {most.category[:60]} with {most.difference:+.3f}",
    )
    st.caption(
        f"{run_title(found.before.setup)} → {run_title(found.after.setup)}, over "
        f"{count(found.queries, 'query', 'queries')} of both. Intervals of single labels are not corrected."
    )
