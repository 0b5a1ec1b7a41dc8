"""What the address of the learn screen holds: the part, and the mistake in view. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.drills.mistakes.catalogue import MISTAKES

Params = Mapping[str, Sequence[str]]

PARTS = {"drills": "Ten drills", "mistakes": "Common mistakes", "comparisons": "Two ways, one answer"}
"""The parts of the screen, by the word that an address has for them."""


@dataclass(frozen=True)
class LearnView:
    """What the learn screen shows; `mistake` is the key of the one in view."""

    part: str = "drills"
    mistake: str = MISTAKES[0].key

    @staticmethod
    def read(params: Params) -> "LearnView":
        """From an address; what makes no sense there is left out."""
        part, mistake = (next(iter(params.get(key, ())), "") for key in ("part", "mistake"))
        known = {one.key for one in MISTAKES}
        return LearnView(
            part if part in PARTS else "drills", mistake if mistake in known else MISTAKES[0].key
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts = {}
        if self.part != "drills":
            parts["part"] = [self.part]
        if self.part == "mistakes" and self.mistake != MISTAKES[0].key:
            parts["mistake"] = [self.mistake]
        return parts
