"""Re-rankers on one question: what each gains, what it costs, and whether the gain is real."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import LookalikeError
from widgets.evaluation.comparing import tested
from widgets.evaluation.data import compared, run_of
from widgets.evaluation.measuring import second_looks, start
from widgets.evaluation.overview import metric_picker
from widgets.evaluation.progress import evaluation_running
from widgets.evaluation.wording import PROTOCOLS, interval, reranker_title
from widgets.shared.formatting import count, listing, milliseconds, plain
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import Comparison, Evaluation, Figure, RunSummary


def rerankers_tab(
    collection: Collection,
    stored: Sequence[RunSummary],
    run: Evaluation,
    metric: str,
    on_metric: Callable[[str], None],
) -> None:
    """Draw what has been measured on the question of the run in view, and offer to measure the rest."""
    from core.evaluation import second_look_ms
    from core.evaluation import second_looks as measured

    known = measured(stored, run.setup)
    by_words = any(query.picture_id is None for query in run.queries)
    usable = [None, *(one.name for one in second_looks(collection) if not (by_words and one.one_picture))]
    missing = [name for name in usable if name not in known]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader("What a second look gains, and what it costs", anchor=False, width="stretch")
        shown = metric_picker(run, metric, on_metric, "rerankers-metric")
    st.markdown(
        "A second look takes the first 50 results and puts them into another order. "
        f"Measured **{PROTOCOLS.get(run.setup.protocol, run.setup.protocol).lower()}** under "
        f"{plain(run.setup.encoder)}."
    )
    if missing:
        _offer(collection, run, missing)
    if len(known) < 2 or None not in known:
        st.info(
            "Nothing to compare on this question yet: measure the others above.", icon=":material/swap_vert:"
        )
        return
    numbers = {name: summary.id for name, summary in known.items()}
    try:
        found = compared(collection, numbers[None], [i for name, i in numbers.items() if name is not None])
        runs = {name: run_of(collection, number) for name, number in numbers.items()}
    except LookalikeError as error:
        st.warning(plain(str(error), 600), icon=":material/compare_arrows:")
        return
    ms = second_look_ms(runs)
    tests = dict(zip([name for name in runs if name is not None], found, strict=True))
    st.markdown(summary_line(runs, tests, shown))
    st.dataframe(
        table(runs, tests, ms, shown),
        hide_index=True,
        alt="What each re-ranker gains and costs",
    )
    st.caption(
        "Gain over the first order on the same queries, tested in pairs and corrected for all that is "
        "compared here (Holm). Times are for one query on this machine."
    )
    _plot(runs, ms, shown)


def _offer(collection: Collection, run: Evaluation, missing: Sequence[str | None]) -> None:
    from core.evaluation import measure_second_looks

    names = listing([reranker_title(name).lower() for name in missing])
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Measure {count(len(missing), 'more', 'more')}",
            key="rerankers-measure",
            type="primary",
            icon=":material/play_arrow:",
            disabled=evaluation_running(collection),
        ) and start(
            collection,
            f"Measuring {count(len(missing), 're-ranker')}",
            lambda monitor: measure_second_looks(collection, run.setup, missing, monitor),
        ):
            st.rerun()
        st.caption(f"Not measured on this question yet: {plain(names, 300)}.")


def table(
    runs: Mapping[str | None, Evaluation],
    tests: Mapping[str, Comparison],
    ms: Mapping[str | None, float],
    metric: str,
) -> list[dict[str, str]]:
    """One row a re-ranker, the first order at the head."""
    made = []
    for name, run in runs.items():
        found = run.figure(metric)
        look = None if name is None or run.costs is None else run.costs.stage("rerank")
        made.append(
            {
                "Second look": reranker_title(name),
                found.title: f"{found.mean:.3f}",
                "95 % CI": interval(found.interval).partition("CI ")[2],
                **tested(None if name is None else tests[name].of(metric)),
                "It takes, median": "" if look is None else milliseconds(look.p50_ms),
                "95 % below": "" if look is None else milliseconds(look.p95_ms),
                "A query with it": milliseconds(ms[name]) if name in ms else "–",
            }
        )
    return made


def summary_line(runs: Mapping[str | None, Evaluation], tests: Mapping[str, Comparison], metric: str) -> str:
    """Which second look to take, in a sentence; Markdown."""
    title = next(iter(runs.values())).figure(metric).title
    real = {
        n: c.of(metric)
        for n, c in tests.items()
        if c.of(metric).significant and c.of(metric).test.difference > 0
    }
    if not real:
        said = f"No second look lifts {title} by more than luck would here:"
        return f":material/drag_handle: **{said}** leave it off."
    best = max(real, key=lambda name: real[name].test.difference)
    run, price = runs[best], ""
    if run.costs is not None:
        price = f" for {milliseconds(run.costs.stage('rerank').p50_ms)} more a query"
    return (
        f":material/trending_up: **{plain(reranker_title(best))}** lifts {title} the most, by "
        f"**{real[best].test.difference:.3f}**{price}; the paired test says that the gain is real."
    )


def _plot(runs: Mapping[str | None, Evaluation], ms: Mapping[str | None, float], metric: str) -> None:
    from core.evaluation import worth_having

    worth = worth_having(runs, ms, metric)
    points = [point(reranker_title(name), runs[name].figure(metric), ms[name], worth[name]) for name in ms]
    plot(points, next(iter(runs.values())).figure(metric).title, "rerankers-plot")


def plot(points: Sequence[dict[str, Any]], quality: str, key: str) -> None:
    """Quality against time, for two choices or more."""
    from widgets.evaluation.encoders.trade_off import trade_off

    if len(points) > 1:
        best = max(points, key=lambda point: point["mean"])
        st.plotly_chart(
            trade_off(points, quality),
            key=key,
            config=CONFIG,
            alt=f"{quality} against the time of a query, highest for {best['name']} with {best['mean']:.3f}",
        )


def point(name: str, found: Figure, ms: float, optimal: bool) -> dict[str, Any]:
    """A point of the plot, with the name that stands beside it."""
    return {
        "name": name,
        "mean": found.mean,
        "low": found.interval.low if found.interval else None,
        "high": found.interval.high if found.interval else None,
        "ms": ms,
        "optimal": optimal,
    }
