"""What came of a run, in words, from the gates of its model card."""

from collections.abc import Mapping, Sequence
from typing import Any

Gates = Sequence[Mapping[str, Any]]

GATE_TITLES = {
    "trained classes": "Held-out queries of trained classes",
    "unseen classes": "Classes it never saw",
    "words": "Search by words",
    "copies": "Finding altered copies",
    "duplicates": "Finding judged duplicates",
}
_SHORT = {
    "trained classes": "trained classes",
    "unseen classes": "classes it never saw",
    "words": "words",
    "copies": "copies",
    "duplicates": "judged duplicates",
}


def outcome_sentence(gates: Gates) -> str:
    """What came of it, in one sentence: the first gate with its figures, the others in a few words."""
    if not gates:
        return "Nothing was measured."
    first, rest = gates[0], gates[1:]
    if first.get("before") is None:
        said = f"{_SHORT[str(first['name'])].capitalize()}: not measured"
    else:
        said = (
            f"{first['metric']} {first['before']:.2f} → {first['after']:.2f} "
            f"(paired test {p_text(first.get('p_value'))}) on {first['queries']:,} held-out queries"
        )
    return "; ".join([said, *(f"{_SHORT[str(gate['name'])]}: {verdict(gate)}" for gate in rest)])


def verdict(gate: Mapping[str, Any]) -> str:
    """The outcome of one gate in a word or two."""
    if gate.get("passed") is None:
        return "not measured"
    if gate["passed"]:
        low = (gate.get("interval") or {}).get("low")
        return "gain" if gate.get("aim") == "gain" or (low is not None and low > 0) else "no loss"
    return "no gain" if gate.get("aim") == "gain" else "loss"


def p_text(p_value: float | None) -> str:
    """“p < 0.001” or “p = 0.03”."""
    if p_value is None:
        return "p unknown"
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"


def gate_line(gate: Mapping[str, Any]) -> str:
    """One gate on one line of a terminal."""
    mark = {True: "✓", False: "✗", None: "–"}[gate.get("passed")]
    return f"{mark} {gate['reason']}"
