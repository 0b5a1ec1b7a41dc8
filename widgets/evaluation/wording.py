"""Formatting of runs and their figures. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.errors import LookalikeError
from widgets.shared.formatting import count, listing, milliseconds, plain

if TYPE_CHECKING:
    from core.evaluation import Evaluation, Figure, RunSummary, Setup
    from core.stats import Interval

PROTOCOLS = {
    "labels": "By picture",
    "words": "By label names",
    "captions": "By captions",
    "csv": "By your sentences",
    "marks": "By reviewed answers",
}
"""How queries are asked, by a protocol's name."""

_ASKED = {
    "labels": ("searches by picture", "the first result has the right label"),
    "words": ("labels searched by name", "the first result has that label"),
    "captions": ("captions", "the picture that it describes comes first"),
    "csv": ("sentences", "the first result is an expected one"),
    "marks": ("reviewed sentences", "the first result is one that you marked right"),
}


def out_of(share: float) -> str:
    """“8 of 10”, “97 of 100”, “All”, “None of the”: format a share in ``[0, 1]`` in words."""
    if share >= 1:
        return "all"
    if share <= 0:
        return "none of the"
    if 0.05 <= share < 0.95:
        return f"{round(share * 10) or 1} of 10"
    return f"{min(99, max(1, round(share * 100)))} of 100"


def number(value: float) -> str:
    """A figure in two digits, or three where two would call it perfect, or nothing, and it is not."""
    two = f"{value:.2f}"
    return f"{value:.3f}" if two in {"1.00", "0.00"} and value not in {0.0, 1.0} else two


def interval(found: Interval | None) -> str:
    """“95 % CI 0.76–0.80”, or nothing."""
    if found is None:
        return ""
    return f"{100 * found.confidence:.0f} % CI {number(found.low)}–{number(found.high)}"


def figure(found: Figure) -> str:
    """“P@5 0.78 (95 % CI 0.76–0.80)”."""
    around = interval(found.interval)
    return f"{found.title} {number(found.mean)}" + (f" ({around})" if around else "")


def headline(run: Evaluation) -> str:
    """What a run found, in a sentence that needs no explanation; Markdown."""
    asked, first = _ASKED.get(run.setup.protocol, ("queries", "the first result is right"))
    said = []
    at_first = one_of(run, ("p@1", "hit@1"))
    if at_first is not None:
        said.append(f"For **{out_of(at_first.mean)} {asked}** {first}")
    chosen = one_of(run, ("mrr",) if run.setup.protocol == "captions" else ("p@5", "map", "ndcg@10"))
    if chosen is not None:
        said.append(figure(chosen))
    return "; ".join(said) + "."


def one_of(run: Evaluation, names: Sequence[str]) -> Figure | None:
    """The first of these metrics that the run measured."""
    for name in names:
        try:
            return run.figure(name)
        except LookalikeError:
            continue
    return None


def reranker_title(name: str | None) -> str:
    """Return a re-ranker's display name."""
    if name is None:
        return "First order"
    from core.search import reranker_title as title

    return title(name)


def run_title(setup: Setup) -> str:
    """“By picture · efficientnet-lite0 · Matching details”."""
    said = [PROTOCOLS.get(setup.protocol, setup.protocol), setup.encoder]
    if setup.reranker:
        said.append(reranker_title(setup.reranker))
    return " · ".join(said)


def run_line(run: RunSummary) -> str:
    """One line of the list to choose a run from."""
    return f"{run.id}: {run_title(run.setup)} · {run.at:%d %b %H:%M}"


def basis(run: Evaluation) -> str:
    """What the figures stand on: “301 queries over 301 pictures · By picture · …”; Markdown."""
    setup = run.setup
    said = [f"{count(setup.queries, 'query', 'queries')} over {count(setup.pictures)}"]
    said.append(plain(run_title(setup), 160))
    if run.at is not None:
        said.append(f"measured {run.at:%Y-%m-%d %H:%M} UTC")
    return " · ".join(said)


def dependencies(setup: Setup) -> Mapping[str, str]:
    """All that a run depended on, as names and values."""
    versions = listing([f"{name} {version}" for name, version in setup.versions.items()])
    second = reranker_title(setup.reranker)
    if setup.reranker_parameters:
        second += f" ({_pairs(setup.reranker_parameters)})"
    return {
        "Asked": PROTOCOLS.get(setup.protocol, setup.protocol),
        "Settings of the question": _pairs(setup.parameters) or "none",
        "Encoder": f"{setup.encoder} (fingerprint {setup.fingerprint[:12]})",
        "Index": f"{setup.index}{f' ({_pairs(setup.index_parameters)})' if setup.index_parameters else ''}",
        "Second look": second,
        "First results that count": f"k = {setup.k}",
        "Seed": str(setup.seed),
        "Queries, pictures": f"{setup.queries:,} queries, {setup.pictures:,} pictures",
        "Pictures and labels": f"digest {setup.data_hash[:12]}",
        "Questions and right answers": f"digest {setup.judgement_hash[:12]}",
        "Program": versions,
        "Machine": setup.machine,
    }


def _pairs(values: Mapping[str, object]) -> str:
    said = []
    for name, value in values.items():
        if value is None:
            continue
        text = f"{len(value)} given" if isinstance(value, list | tuple) and len(value) > 3 else str(value)
        said.append(f"{name.replace('_', ' ')} {text}")
    return ", ".join(said)


def share(value: float) -> str:
    """A figure as a table shows it."""
    return f"{value:.3f}"


def signed(value: float) -> str:
    """“+0.021”, “−0.004”, “0”."""
    return f"{value:+.3f}".replace("-", "−") if abs(value) >= 0.0005 else "0"


def cost(p50: float, p95: float) -> str:
    """“38 ms (95 % below 52 ms)”."""
    return f"{milliseconds(p50)} (95 % below {milliseconds(p95)})"
