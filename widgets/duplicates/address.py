"""What the address of the duplicates screen holds: part, threshold, promise, the pair in view. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from widgets.app_state.query_params import Params, first

PARTS = {"review": "Review", "label": "Label", "tune": "Tune", "lists": "Lists"}
"""The parts of the screen, by the word that an address has for them."""
MODES = {"chosen": "Most instructive", "random": "Certify"}
"""How the next pair to label is found."""
PRECISIONS = (0.8, 0.9, 0.95, 0.98, 0.99)
CONFIDENCES = (0.8, 0.9, 0.95, 0.99)
WORTHS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""How many false alarms one missed duplicate may be worth."""


@dataclass(frozen=True)
class DuplicatesView:
    """What the duplicates screen shows.

    `threshold` is None if not chosen; `other` is the one that it is compared with. `precision` and
    `confidence` say what is to be promised, `mode` how pairs to label are found, `worth` how many false
    alarms one missed duplicate is worth. `pair` is the one whose evidence is open, `at` counts pages from 1.
    """

    part: str = "review"
    threshold: float | None = None
    other: float | None = None
    precision: float = 0.95
    confidence: float = 0.95
    mode: str = "chosen"
    worth: float = 1.0
    pair: tuple[int, int] | None = None
    at: int = 1

    @staticmethod
    def read(params: Params) -> "DuplicatesView":
        """From an address; what makes no sense there is left out."""
        part, mode, at = first(params, "part"), first(params, "mode"), first(params, "at")
        return DuplicatesView(
            part=part if part in PARTS else "review",
            threshold=_share(first(params, "t")),
            other=_share(first(params, "with")),
            precision=_one_of(first(params, "precision"), PRECISIONS, 0.95),
            confidence=_one_of(first(params, "confidence"), CONFIDENCES, 0.95),
            mode=mode if mode in MODES else "chosen",
            worth=_one_of(first(params, "worth"), WORTHS, 1.0),
            pair=read_pair(first(params, "pair")),
            at=max(1, int(at)) if at.isascii() and at.isdigit() and len(at) < 10 else 1,
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        usual = DuplicatesView()
        parts: dict[str, list[str]] = {}
        if self.part != usual.part:
            parts["part"] = [self.part]
        if self.threshold is not None:
            parts["t"] = [f"{self.threshold:g}"]
        if self.other is not None:
            parts["with"] = [f"{self.other:g}"]
        if self.precision != usual.precision:
            parts["precision"] = [f"{self.precision:g}"]
        if self.confidence != usual.confidence:
            parts["confidence"] = [f"{self.confidence:g}"]
        if self.mode != usual.mode:
            parts["mode"] = [self.mode]
        if self.worth != usual.worth:
            parts["worth"] = [f"{self.worth:g}"]
        if self.pair is not None:
            parts["pair"] = [f"{self.pair[0]}-{self.pair[1]}"]
        if self.at > 1:
            parts["at"] = [str(self.at)]
        return parts


def read_pair(text: str) -> tuple[int, int] | None:
    """Two different ids written “12-34”, the smaller first; None for anything else."""
    words = text.split("-")
    if len(words) != 2 or not all(w.isascii() and w.isdigit() and len(w) < 16 for w in words):
        return None
    a, b = sorted(map(int, words))
    return (a, b) if a != b else None


def _share(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return round(value, 3) if math.isfinite(value) and 0 < value < 1 else None


def _one_of(text: str, allowed: Sequence[float], usual: float) -> float:
    return next((value for value in allowed if f"{value:g}" == text), usual)
