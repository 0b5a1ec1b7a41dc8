"""The gates, costs and settings of a run in words that a stakeholder understands. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.training.wording import GATE_TITLES, p_text, verdict
from widgets.wording import size

if TYPE_CHECKING:
    from core.training.store import Version

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
KINDS = {"linear": "Linear map", "mlp": "Small network"}
_ASKED = {
    "trained classes": "Does it find better what it was trained for, on pictures it never saw?",
    "unseen classes": "Do kinds of pictures that it was never trained on still find each other?",
    "words": "Does searching by words still find the right pictures?",
    "copies": "Are cropped, recolored and compressed copies still found?",
    "duplicates": "Are pairs that a person judged duplicates still found?",
}
_MARK = {"gain": "✓ gain", "no loss": "✓ no loss", "loss": "✗ loss", "no gain": "✗ no gain"}


def gate_rows(gates: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One row for each gate."""
    return [
        {
            "Question": _ASKED.get(str(gate["name"]), GATE_TITLES.get(str(gate["name"]), str(gate["name"]))),
            "Answer": _MARK.get(verdict(gate), "– not measured"),
            "Figure": str(gate.get("metric") or "–"),
            "Before": _figure(gate, "before"),
            "After": _figure(gate, "after"),
            "Change, 95 % interval": _interval(gate),
            "Chance alone": p_text(gate["p_value"]) if gate.get("p_value") is not None else "–",
            "Queries": f"{gate['queries']:,}" if gate.get("queries") else "–",
        }
        for gate in gates
    ]


def _figure(gate: Mapping[str, Any], key: str) -> str:
    value = gate.get(key)
    return "–" if value is None else f"{value:.3f}"


def _interval(gate: Mapping[str, Any]) -> str:
    found = gate.get("interval")
    if not found or gate.get("before") is None:
        return "–"
    return f"{gate['after'] - gate['before']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"


def state(version: Version) -> str:
    """What a version is, in a word or two."""
    if version.current:
        return "in use" + (", overruled" if version.overruled else "")
    if version.imported:
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
