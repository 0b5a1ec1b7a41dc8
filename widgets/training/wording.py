"""The gates, costs and settings of a run in words that a stakeholder understands. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.training import GATE_TITLES, p_text, verdict
from widgets.shared.formatting import plain, size

if TYPE_CHECKING:
    from core.training import Version

GateColor = Literal["green", "red", "gray"]

SIGNALS = {
    "labels": "Labels",
    "verdicts": "Verdicts on pairs",
    "captions": "Captions",
    "copies": "Altered copies",
}
SIGNAL_HELP = (
    "What says which pictures belong together. Labels: those of one label. Verdicts: pairs judged "
    "duplicates. Captions: a picture and its caption. Altered copies: a picture and copies of it that are "
    "made here, cropped, recolored and compressed; this needs no labels and serves the search for duplicates."
)
LOSSES = {
    "supcon": "SupCon",
    "contrastive": "Contrastive",
    "triplet": "Triplet",
    "multi-similarity": "Multi-similarity",
    "proxy-anchor": "Proxy anchor",
}
MINERS = {
    "none": "All of the batch",
    "random": "Random",
    "easy": "Easy (the farthest)",
    "semi-hard": "Semi-hard",
    "hardest": "Hardest of the batch",
    "index": "Hardest of the whole collection",
}
KINDS = {"mlp": "Small network", "linear": "Linear map"}
_ASKED = {
    "trained classes": "Does it find better what it was trained for, on pictures it never saw?",
    "unseen classes": "Do kinds of pictures that it was never trained on still find each other?",
    "words": "Does searching by words still find the right pictures?",
    "copies": "Are cropped, recolored and compressed copies still found?",
    "duplicates": "Are pairs that a person judged duplicates still found?",
}
_ANSWERS: dict[str, tuple[str, GateColor]] = {
    "gain": ("✓ gain", "green"),
    "no loss": ("✓ no loss", "green"),
    "loss": ("✗ loss", "red"),
    "no gain": ("✗ no gain", "red"),
}


@dataclass(frozen=True)
class GateRow:
    """One gate in words.

    Attributes:
        question: what is asked.
        answer: in two words; `color` is that of its badge.
        figures: the figure before and after, and its change; or that there is none.
        details: the interval, chance and the number of queries; empty where nothing was measured.
    """

    question: str
    answer: str
    color: GateColor
    figures: str
    details: str


def gate_rows(gates: Sequence[Mapping[str, Any]]) -> list[GateRow]:
    """One row for each gate."""
    return [_gate_row(gate) for gate in gates]


def _gate_row(gate: Mapping[str, Any]) -> GateRow:
    name = str(gate["name"])
    question = _ASKED.get(name, GATE_TITLES.get(name, name))
    answer, color = _ANSWERS.get(verdict(gate), ("– not measured", "gray"))
    if gate.get("before") is None:
        reason = str(gate.get("reason", "")).partition("not measured. ")[2]
        return GateRow(question, answer, color, plain(reason, 300), "")
    change = gate["after"] - gate["before"]
    figures = f"{gate['metric']} {gate['before']:.3f} → {gate['after']:.3f}, **{change:+.3f}**"
    interval = gate.get("interval")
    details = [f"95 % interval {interval['low']:+.3f} to {interval['high']:+.3f}"] if interval else []
    if gate.get("p_value") is not None:
        details.append(f"by chance alone: {p_text(gate['p_value'])}")
    details.append(f"{gate['queries']:,} queries")
    return GateRow(question, answer, color, figures, " · ".join(details))


def state(version: Version) -> str:
    """What a version is, in a word or two."""
    if version.current:
        return "in use" + (", overruled" if version.overruled else "")
    if version.imported and not version.judged:
        return "imported"
    return "offered" if version.offered else "not offered"


def title(version: Version) -> str:
    """What a version is called in lists."""
    return f"Adapter {version.id}"


def made_how(version: Version) -> str:
    """How a version was trained, on one line."""
    settings = version.card.get("settings", {})
    about = version.card.get("adapter", {})
    parts = [
        " + ".join(SIGNALS.get(one, one).lower() for one in settings.get("signals", ())),
        LOSSES.get(settings.get("loss", ""), ""),
        KINDS.get(about.get("kind", ""), "").lower(),
        f"{version.alpha:.0%} of the new embedding" if version.alpha is not None else "",
        f"seed {settings['seed']}" if "seed" in settings else "",
    ]
    return " · ".join(part for part in parts if part)


def costs_line(version: Version) -> str:
    """What using it costs."""
    costs = version.card.get("costs")
    if not costs:
        return ""
    return (
        f"Costs {costs['query_ms']:.2g} ms more per query and {costs['thousand_images_ms']:.0f} ms for 1,000 "
        f"new pictures; each picture takes {size(costs['bytes_per_image_after'])} instead of "
        f"{size(costs['bytes_per_image_before'])}, the adapter {size(version.record.bytes)}."
    )
