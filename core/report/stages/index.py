"""How the collection is searched: which index, how often it is right, how fast, and what it takes."""

from dataclasses import replace

import numpy as np

from ...collection.collection import Collection
from ...index.base import SearchParameters
from ...index.presets import SMALL
from ...index.spec import FLAT, Recipe
from ...index.tuning.result import Tuning
from ...index.tuning.tuner import stay_exact
from ...index.tuning.types import Gallery, Goal, QueryKind
from ...index.tuning.wording import parameters_text, recipe_title
from ...index_manager.query_samples import held_out
from ...index_manager.tuning import tune
from ..stage import MissingInputError, Task
from ..structures import STRUCTURES, StructureOutcome, compare_structures
from ..text import count, millis, share, size
from ..types import Figure, Point, ScatterChart, Section, Step, Table

K = 10
_FEWEST = 500
"""With fewer pictures a tenth of them is too few queries to say anything of an index."""
_SHOWN = 0.6
"""Settings below this recall are left out of the charts, which would be mostly empty with them."""
_QUERIES: dict[QueryKind, str] = {"image": "queries by picture", "text": "queries in words"}
_TITLE = "The index"


def index_stage(task: Task) -> Section:
    """Tune an index where exact search is slow; else say what one would bring."""
    collection = task.collection
    found = len(collection.ids())
    if found <= K:
        raise MissingInputError(
            f"{count(found, 'picture')}: too few to measure an index by; add some hundreds.",
            [Step("Add pictures.", task.command("add", "FOLDER"), 1)],
        )
    if len(collection.vector_ids()) > SMALL:
        return _tuned(task)
    gallery = _gallery(collection)
    exact = stay_exact(
        gallery, Goal({"image": task.settings.target, "text": task.settings.target}, K), task.monitor
    )
    return _exact(task, gallery, exact) if found >= _FEWEST else _few(exact)


def _gallery(collection: Collection) -> Gallery:
    rows = collection.vectors()
    shown = np.flatnonzero(~np.isin(rows.ids, np.array(collection.removed_ids(), np.int64)))
    return Gallery(rows.ids[shown], np.asarray(rows.vectors[shown], np.float32))


def _exact_figures(exact: Tuning) -> list[Figure]:
    assert exact.exact is not None  # noqa: S101 - exact search was timed
    latency = exact.exact
    return [
        Figure("recall", f"Recall@{K}", 1.0, "1.000", "exact search: every answer is right by definition"),
        Figure(
            "exact_p50_ms",
            "Exact search, median",
            latency.p50_ms,
            millis(latency.p50_ms),
            "the index alone, one query on one core",
            timed=True,
        ),
        _time("exact_p95_ms", "… 95th percentile", latency.p95_ms),
        Figure("memory_bytes", "In memory", exact.memory_bytes, size(exact.memory_bytes)),
    ]


def _few(exact: Tuning) -> Section:
    assert exact.exact is not None  # noqa: S101 - exact search was timed
    return Section(
        "index",
        _TITLE,
        f"Search is exact, so every answer is right by definition, and takes {millis(exact.exact.p50_ms)}.",
        tone="good",
        figures=tuple(_exact_figures(exact)),
        notes=(f"Other indexes are compared from {_FEWEST} pictures on: fewer give too few queries to ask.",),
    )


def _exact(task: Task, gallery: Gallery, exact: Tuning) -> Section:
    """Exact search serves; beside it what a graph and an inverted file would bring."""
    collection, target = task.collection, task.settings.target
    assert exact.exact is not None  # noqa: S101 - exact search was timed
    held = held_out(
        collection, collection.encoder(), collection.encoder_name, (), task.settings.seed, task.monitor
    )
    kept = np.flatnonzero(~np.isin(gallery.ids, held.ids))
    rest = Gallery(gallery.ids[kept], gallery.vectors[kept])
    compared = compare_structures(rest, held.queries, target, K, STRUCTURES, task.monitor)
    figures = _exact_figures(exact)
    for one in compared:
        if one.recipe != FLAT:
            figures += _structure_figures(one)
    best = [
        one for one in compared if one.recipe != FLAT and all(k.interval.low >= target for k in one.kinds)
    ]
    shown = ", ".join(f"{recipe_title(one.recipe)}" for one in best) or "none of those tried"
    return Section(
        "index",
        _TITLE,
        f"Exact search stays: every answer is right by definition, in {millis(exact.exact.p50_ms)} per "
        f"query. An index begins to pay above {SMALL:,} pictures.",
        tone="good",
        figures=tuple(figures),
        scatters=tuple(_trade_off(compared, kind, target) for kind in held.queries),
        tables=(_table(compared, target),),
        notes=(
            f"{len(held.ids):,} pictures were left out and ask as queries, with sentences made of the "
            "collection's own words. Each setting was chosen by recall on a third of them and is reported "
            f"on the others; shown to reach {target:g} for each kind of query by the 95 % interval: {shown}.",
        ),
    )


def _setting(recipe: Recipe, parameters: SearchParameters) -> str:
    """The parameters that the structure listens to: lists of whole vectors have nothing to refine."""
    whole = recipe.family == "ivf" and "R" not in recipe.factory
    return parameters_text(replace(parameters, refine=None) if whole else parameters)


def _structure_figures(one: StructureOutcome) -> list[Figure]:
    name, key = recipe_title(one.recipe), one.recipe.family
    figures = [
        Figure(
            f"{key}_{kind.kind}_recall",
            f"{name}: recall@{K}, {_QUERIES[kind.kind]}",
            kind.recall,
            f"{kind.recall:.3f} (95 % CI {kind.interval.low:.3f}–{kind.interval.high:.3f})",
            f"{_setting(one.recipe, kind.parameters)}, {kind.queries:,} queries",
            shown=False,
        )
        for kind in one.kinds
    ]
    for kind in one.kinds:
        for quantile, value in (("p50", kind.latency.p50_ms), ("p95", kind.latency.p95_ms)):
            figures.append(
                Figure(
                    f"{key}_{kind.kind}_{quantile}_ms",
                    f"{name}: {quantile.upper()}",
                    value,
                    millis(value),
                    timed=True,
                    shown=False,
                )
            )
    for quantile, share_ in (("p50", 0.5), ("p95", 0.95)):
        value = float(np.quantile(one.build_s, share_))
        figures.append(
            Figure(
                f"{key}_build_{quantile}_s",
                f"{name}: build, {quantile.upper()}",
                value,
                f"{value:.2f} s",
                timed=True,
                shown=False,
            )
        )
    figures.append(
        Figure(f"{key}_disk_bytes", f"{name}: on disk", one.disk_bytes, size(one.disk_bytes), shown=False)
    )
    return figures


def _table(compared: tuple[StructureOutcome, ...], target: float) -> Table:
    rows = []
    for one in compared:
        p50, p95 = (float(np.quantile(one.build_s, q)) for q in (0.5, 0.95))
        for at, kind in enumerate(one.kinds):
            reached = "" if kind.interval.low >= target else " (target not shown)"
            rows.append(
                (
                    recipe_title(one.recipe) if at == 0 else "",
                    _QUERIES[kind.kind].removeprefix("queries "),
                    _setting(one.recipe, kind.parameters) or "–",
                    f"{kind.recall:.3f} ({kind.interval.low:.3f}–{kind.interval.high:.3f}){reached}",
                    millis(kind.latency.p50_ms),
                    millis(kind.latency.p95_ms),
                    f"{p50:.2f} / {p95:.2f} s" if at == 0 else "",
                    size(one.disk_bytes) if at == 0 else "",
                )
            )
    return Table(
        f"Tuned to recall@{K} ≥ {target:g}",
        ("Index", "Queries", "Setting", f"Recall@{K} (95 % CI)", "P50", "P95", "Build P50 / P95", "On disk"),
        tuple(rows),
        numbers=(4, 5, 6, 7),
        timed=True,
    )


def _trade_off(compared: tuple[StructureOutcome, ...], kind: QueryKind, target: float) -> ScatterChart:
    series = tuple(recipe_title(one.recipe) for one in compared)
    points = []
    for number, one in enumerate(compared):
        chosen = next(k.parameters for k in one.kinds if k.kind == kind)
        points += [
            Point(
                tried.latency.p50_ms,
                tried.recall,
                _setting(one.recipe, tried.parameters) or "exact",
                number,
                tried.parameters == chosen,
            )
            for tried in one.tried
            if tried.kind == kind and tried.recall >= _SHOWN
        ]
    return ScatterChart(
        f"Recall against time, {_QUERIES[kind]}",
        f"Up and to the left is better; the larger dots are the settings in the table (target {target:g}).",
        "Median milliseconds per query",
        f"Recall@{K}",
        series,
        tuple(points),
        timed=True,
    )


def _time(name: str, title: str, ms: float) -> Figure:
    return Figure(name, title, ms, millis(ms), timed=True)


def _tuned(task: Task) -> Section:
    """A large collection: tuned within the budget, and served by what was proven."""
    collection, settings = task.collection, task.settings
    found = tune(
        collection,
        settings.target,
        settings.target,
        K,
        settings.tuning_s,
        seed=settings.seed,
        monitor=task.monitor,
    )
    tuning = found.tuning
    if found.record is not None:
        collection.indexes.use(found.record.id)
    figures = []
    for kind, proven in tuning.certificates.items():
        recall = f"{proven.recall:.3f} (95 % CI {proven.interval.low:.3f}–{proven.interval.high:.3f})"
        figures += [
            # Which setting is cheapest follows from times measured here, so none of this repeats exactly.
            Figure(f"{kind}_recall", f"Recall@{K}, {_QUERIES[kind]}", proven.recall, recall, timed=True),
            _time(f"{kind}_p50_ms", "… median", proven.latency.p50_ms),
            _time(f"{kind}_p95_ms", "… 95th percentile", proven.latency.p95_ms),
        ]
    if tuning.exact is not None:
        figures += [
            _time("exact_p50_ms", "Exact search, median", tuning.exact.p50_ms),
            _time("exact_p95_ms", "… 95th percentile", tuning.exact.p95_ms),
        ]
    figures.append(
        Figure("memory_bytes", "In memory", tuning.memory_bytes, size(tuning.memory_bytes), timed=True)
    )
    rows = tuple(
        (recipe_title(one.recipe), f"{one.build_s:.1f} s", size(one.memory_bytes), size(one.disk_bytes))
        for one in tuning.candidates
    )
    steps = []
    if tuning.is_exact:
        steps.append(
            Step(
                "Tune with more time: no index was shown to reach the target.",
                task.command("tune", "--use"),
                3,
            )
        )
    return Section(
        "index",
        _TITLE,
        f"{tuning.sentence}.",
        tone="warn" if tuning.is_exact else "good",
        figures=tuple(figures),
        scatters=tuple(_points(tuning, kind) for kind in tuning.certificates),
        tables=(
            Table("What was built", ("Index", "Build", "In memory", "On disk"), rows, (1, 2, 3), timed=True),
        )
        if rows
        else (),
        notes=(
            *tuning.notes,
            f"The setting was chosen on a third of the held-out queries and proven on the others, in "
            f"{tuning.seconds:.0f} s; the promise is the lower end of the interval (target "
            f"{share(settings.target)}).",
        ),
        steps=tuple(steps),
    )


def _points(tuning: Tuning, kind: QueryKind) -> ScatterChart:
    names = list(dict.fromkeys(recipe_title(point.recipe) for point in tuning.points))
    chosen = (tuning.recipe, tuning.parameters(kind))
    points = tuple(
        Point(
            point.latency.p50_ms,
            point.recall,
            parameters_text(point.parameters).split(",")[0],
            names.index(recipe_title(point.recipe)),
            (point.recipe, point.parameters) == chosen,
        )
        for point in tuning.points
        if point.kind == kind
    )
    return ScatterChart(
        f"Recall against time, {_QUERIES[kind]}",
        "Up and to the left is better; the large dot serves.",
        "Median milliseconds per query",
        f"Recall@{K}",
        tuple(names),
        points,
        timed=True,
    )
