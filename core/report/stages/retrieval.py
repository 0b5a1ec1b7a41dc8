"""How good the search is, by the labels: first order and re-ranked, by picture and in words."""

from collections.abc import Sequence

from ...errors import LookalikeError
from ...evaluation.compare import Comparison, compare_each
from ...evaluation.evaluate import evaluate
from ...evaluation.protocols.label import LabelProtocol
from ...evaluation.protocols.text import WordsProtocol
from ...evaluation.results import Evaluation
from ...evaluation.wording import headline
from ...search.rerankers import reranker_title
from ...stats.randomization_test import PairedResult
from ..stage import MissingInputError, Task
from ..text import count, millis, with_interval
from ..types import Bar, BarChart, Figure, Section, Step, Strip, Table, Tile

K = 10
RERANKERS = ("k-reciprocal", "expansion")
"""Re-rankers that need nothing but stored vectors. The one by local features finds copies, not pictures of
the same label, and takes a second per query."""
_BARS = 20
_SHOWN = 4
_TILES = 8
_WORTH = 0.01
"""A gain in mAP below which re-ranking is not proposed, however significant it is."""
_METRICS = ("precision@1", "precision@5", f"ndcg@{K}", "map")


def retrieval_stage(task: Task) -> Section:
    """Evaluate the search on the labels; the runs are stored and are on the Evaluation screen too."""
    collection, settings = task.collection, task.settings
    _check_labels(task)
    protocol = LabelProtocol(max_queries=settings.queries)
    plain = evaluate(collection, protocol, k=K, seed=settings.seed, monitor=task.monitor.subtask())
    others = [
        evaluate(collection, protocol, reranker=name, k=K, seed=settings.seed, monitor=task.monitor.subtask())
        for name in RERANKERS
    ]
    words = _in_words(task)
    task.monitor.say("Comparing with and without re-ranking")
    compared = compare_each(plain, others, seed=settings.seed)
    best = max(compared, key=lambda one: one.of("map").after)
    return Section(
        "retrieval",
        "How good the search is",
        f"{headline(plain)} {_of_reranking(best)}",
        tone="good" if plain.figure("precision@5").mean >= 0.7 else "warn",
        figures=_figures(plain, others, words, best),
        bars=(_by_metric(plain, best.after), _by_label(plain)),
        strips=_strips(plain),
        tables=(_comparison(compared), _times(plain, others)),
        notes=(*plain.notes, *_about(plain, words)),
        steps=_steps(task, plain, best),
    )


def _check_labels(task: Task) -> None:
    """Raise `MissingInputError` where labels cannot say which answers are right."""
    step = [
        Step(
            "Label pictures: by folders, by a CSV, or by hand in the app.",
            task.command("add", "FOLDER --labels labels.csv"),
            1,
        )
    ]
    collection = task.collection
    labels = {label: n for label, n in collection.labels() if label}
    if not labels:
        raise MissingInputError(
            "No picture has a label, so nothing says which answers are right. How good the search is, and "
            "whether re-ranking helps, can be measured once pictures are labelled.",
            step,
        )
    if len(labels) < 2:
        raise MissingInputError(
            f"Every labelled picture is “{next(iter(labels))}”, so any answer would be right; a second label "
            "is needed.",
            step,
        )
    if max(labels.values()) < 2:
        raise MissingInputError(
            "Every label stands on one picture only, so no picture has another to find.", step
        )


def _in_words(task: Task) -> Evaluation | None:
    """The names of the labels asked as sentences; None where that cannot be done."""
    if not task.collection.encoder().has_text:
        return None
    try:
        return evaluate(
            task.collection, WordsProtocol(), k=K, seed=task.settings.seed, monitor=task.monitor.subtask()
        )
    except LookalikeError:  # a label that is no word: by picture it is measured all the same
        return None


def _of_reranking(best: Comparison) -> str:
    name = _title(best.after.setup.reranker or "")
    one = best.of("map")
    gains = one.significant and one.after > one.before
    verb = "does not clearly help" if not gains else "helps" if _worth(best) else "helps little"
    return f"Re-ranking by {name} {verb}: {one.sentence}"


def _worth(best: Comparison) -> bool:
    one = best.of("map")
    return one.significant and one.after - one.before >= _WORTH


def _figures(
    plain: Evaluation, others: Sequence[Evaluation], words: Evaluation | None, best: Comparison
) -> tuple[Figure, ...]:
    figures = [
        Figure(
            "queries",
            "Queries",
            plain.setup.queries,
            f"{plain.setup.queries:,}",
            "each picture asks for those of its label",
        ),
    ]
    for name in _METRICS:
        one = plain.figure(name)
        figures.append(
            Figure(
                name,
                one.title,
                one.mean,
                with_interval(one.mean, one.interval),
                f"mean of labels {one.macro:.3f}",
            )
        )
    for run in others:
        one = run.figure("map")
        key = f"map_{run.setup.reranker}"
        title = f"mAP, re-ranked by {_title(run.setup.reranker or '')}"
        figures.append(Figure(key, title, one.mean, with_interval(one.mean, one.interval)))
    gain = best.of("map").test
    figures.append(
        Figure(
            "map_gain",
            "mAP gained by the better one",
            gain.difference,
            f"{gain.difference:+.3f} (95 % CI {gain.interval.low:+.3f} to {gain.interval.high:+.3f})",
        )
    )
    if words is not None:
        one = words.figure(f"precision@{K}")
        figures.append(
            Figure(
                "words_precision@10",
                f"In words, P@{K}",
                one.mean,
                with_interval(one.mean, one.interval),
                f"the names of {words.setup.queries:,} labels as sentences",
            )
        )
    figures += _latency(plain, "query", "A whole query by picture") + _latency(
        words, "words", "A whole query in words"
    )
    return tuple(figures)


def _latency(run: Evaluation | None, key: str, title: str) -> list[Figure]:
    if run is None or run.costs is None:
        return []
    total = run.costs.stage("total")
    about = (
        "decoding and embedding the picture included" if key == "query" else "embedding the sentence included"
    )
    return [
        Figure(f"{key}_p50_ms", f"{title}, median", total.p50_ms, millis(total.p50_ms), about, timed=True),
        Figure(f"{key}_p95_ms", "… 95th percentile", total.p95_ms, millis(total.p95_ms), timed=True),
    ]


def _by_metric(plain: Evaluation, after: Evaluation) -> BarChart:
    bars = []
    for name in _METRICS:
        for run, what in ((plain, "first order"), (after, "re-ranked")):
            one = run.figure(name)
            low, high = (None, None) if one.interval is None else (one.interval.low, one.interval.high)
            bars.append(Bar(f"{one.title}, {what}", one.mean, f"{one.mean:.3f}", low, high))
    return BarChart(
        "With and without re-ranking",
        f"Mean over {plain.setup.queries:,} queries; the line across a bar is the 95 % interval.",
        tuple(bars),
        1.0,
    )


def _by_label(plain: Evaluation) -> BarChart:
    rows = sorted(plain.categories, key=lambda one: one.figures["precision@5"].mean)
    bars = []
    for one in rows[:_BARS]:
        figure = one.figures["precision@5"]
        low, high = (None, None) if figure.interval is None else (figure.interval.low, figure.interval.high)
        bars.append(Bar(f"{one.category} ({one.queries:,})", figure.mean, f"{figure.mean:.3f}", low, high))
    about = "P@5 per label, the hardest first, with the number of its queries and the 95 % interval"
    if len(rows) > _BARS:
        about += f"; the {_BARS} hardest of {len(rows):,}"
    return BarChart("By label", f"{about}.", tuple(bars), 1.0)


def _strips(plain: Evaluation) -> tuple[Strip, ...]:
    order = plain.worst("map", len(plain.queries))
    middle = len(order) // 2
    rows = [("Typical", row) for row in order[middle : middle + _SHOWN]]
    rows += [("Among the worst", row) for row in order[:_SHOWN]]
    strips = []
    for what, row in dict.fromkeys(rows):
        query = plain.queries[row]
        value = float(plain.values[row, plain.column("map")])
        asks = () if query.picture_id is None else (Tile(query.picture_id, "asks", "query"),)
        found = tuple(
            Tile(answer.picture_id, "", "right" if answer.relevant else "wrong")
            for answer in plain.answers(row)[:_TILES]
        )
        strips.append(Strip(f"{what}: {query.category}", (*asks, *found), f"Average precision {value:.3f}"))
    return tuple(strips)


def _comparison(compared: Sequence[Comparison]) -> Table:
    rows = tuple(
        (
            _title(one.after.setup.reranker or ""),
            metric.title,
            f"{metric.before:.3f}",
            f"{metric.after:.3f}",
            _difference(metric.test),
            "< 0.001" if metric.p_adjusted < 0.001 else f"{metric.p_adjusted:.3f}",
        )
        for one in compared
        for metric in one.metrics
        if metric.metric in _METRICS
    )
    head = ("Re-ranked by", "Metric", "Before", "After", "Difference (95 % CI)", "p, corrected")
    return Table("Paired tests, corrected over all re-rankers and metrics (Holm)", head, rows, (2, 3, 4, 5))


def _difference(test: PairedResult) -> str:
    return f"{test.difference:+.3f} ({test.interval.low:+.3f} to {test.interval.high:+.3f})"


def _times(plain: Evaluation, others: Sequence[Evaluation]) -> Table:
    rows = []
    for run in (plain, *others):
        if run.costs is None:
            continue
        name = "first order" if run.setup.reranker is None else _title(run.setup.reranker)
        rows += [
            (
                name if stage is run.costs.stages[0] else "",
                stage.name,
                millis(stage.p50_ms),
                millis(stage.p95_ms),
            )
            for stage in run.costs.stages
        ]
    return Table(
        "Where the time of a query goes", ("Order", "Stage", "P50", "P95"), tuple(rows), (2, 3), timed=True
    )


def _about(plain: Evaluation, words: Evaluation | None) -> tuple[str, ...]:
    over = count(plain.setup.pictures, "picture")
    notes = [
        f"Over {over}, cut-off {K}, seed {plain.setup.seed}; run {plain.id} on the Evaluation screen.",
        "Of the re-rankers the better is named; the same queries chose it, which flatters it a little.",
    ]
    if words is None:
        notes.append("Words were not measured: the encoder has none, or the labels are no words to ask by.")
    return tuple(notes)


def _steps(task: Task, plain: Evaluation, best: Comparison) -> tuple[Step, ...]:
    steps = []
    if _worth(best):
        steps.append(
            Step(
                "Re-rank searches by “" + _title(best.after.setup.reranker or "") + "”; it raises mAP.",
                task.command("search", f'"WORDS" --rerank {best.after.setup.reranker}'),
                3,
            )
        )
    if plain.figure("precision@5").mean < 0.95:
        steps.append(
            Step(
                "Teach the search your labels: training is offered only if it gains on held-out pictures.",
                task.command("train"),
                3,
            )
        )
    return tuple(steps)


def _title(reranker: str | None) -> str:
    """A re-ranker's title inside a sentence."""
    title = reranker_title(reranker or "")
    return title[:1].lower() + title[1:]
