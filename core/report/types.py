"""What a report is made of: sections of figures, charts, pictures and advice, all plain values.

A section holds nothing but numbers, strings and ids of pictures, so that it can be stored as JSON when its
stage is done and read again by the next run.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["done", "missing", "failed"]
"""``missing``: what the stage needs is not there; ``failed``: it ended with an error."""
Tone = Literal["good", "warn", "info"]
Mark = Literal["", "right", "wrong", "keep", "copy", "query"]


@dataclass(frozen=True)
class Figure:
    """One number of a section.

    Attributes:
        key: its name for programs, unique within the section, such as ``"recall"``.
        title: its display name.
        value: the number itself; None where it could not be measured.
        text: as it is shown, with its unit and, where there is one, its interval.
        note: what it means or how it was measured; may be empty.
        timed: whether it is a time or follows from one, so that a second run gives another value.
        shown: whether the page shows it by itself; else a table or chart does.
    """

    key: str
    title: str
    value: float | int | str | None
    text: str
    note: str = ""
    timed: bool = False
    shown: bool = True


@dataclass(frozen=True)
class Bar:
    """One bar: its value on the axis, an interval if there is one, and the text behind it."""

    name: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class BarChart:
    """Bars over an axis from 0 to `most`; `about` says what the axis is and what the line across a bar is."""

    title: str
    about: str
    bars: tuple[Bar, ...]
    most: float


@dataclass(frozen=True)
class Point:
    """One point of a scatter chart; `chosen` is drawn larger and named."""

    x: float
    y: float
    name: str
    series: int = 0
    chosen: bool = False


@dataclass(frozen=True)
class ScatterChart:
    """Points over two axes, the horizontal one logarithmic; `series` names the colours of the points."""

    title: str
    about: str
    x_title: str
    y_title: str
    series: tuple[str, ...]
    points: tuple[Point, ...]
    timed: bool = False


@dataclass(frozen=True)
class Tile:
    """One picture, by its id in the collection, with a caption and what it is to the others of its strip."""

    picture: int
    caption: str = ""
    mark: Mark = ""


@dataclass(frozen=True)
class Strip:
    """Pictures side by side."""

    title: str
    tiles: tuple[Tile, ...]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; columns whose number is in `numbers` are set to the right."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    timed: bool = False


@dataclass(frozen=True)
class Step:
    """What to do next: why, the command that does it, and how urgent it is (0 first)."""

    sentence: str
    command: str = ""
    rank: int = 5


@dataclass(frozen=True)
class Section:
    """What one stage found.

    Attributes:
        name: of the stage, for programs.
        title: display name.
        finding: the one sentence to remember: what was found and how sure that is, or what is missing.
        state: whether it was done.
        tone: whether the finding is good news, needs attention, or neither.
        figures: its numbers.
        bars, scatters, strips, tables: what shows them.
        notes: plain sentences: how it was measured, what was left out.
        steps: what to do next.
        seconds: how long the stage took.
        reused: whether an earlier run had done it for the same pictures, labels and settings.
    """

    name: str
    title: str
    finding: str
    state: State = "done"
    tone: Tone = "info"
    figures: tuple[Figure, ...] = ()
    bars: tuple[BarChart, ...] = ()
    scatters: tuple[ScatterChart, ...] = ()
    strips: tuple[Strip, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    seconds: float = 0.0
    reused: bool = field(default=False, compare=False)

    def figure(self, key: str) -> Figure:
        """The figure of this key.

        Raises:
            KeyError: there is none.
        """
        for one in self.figures:
            if one.key == key:
                return one
        raise KeyError(key)


@dataclass(frozen=True)
class Settings:
    """What a report is asked for; the defaults keep some thousand pictures under three minutes on two cores.

    Attributes:
        seed: of all samples, clusters and resamples.
        target: recall@10 that an index has to be shown to have, in ``(0, 1)``.
        tuning_s: seconds for building and measuring indexes.
        queries: labelled pictures that ask in the evaluation, at most.
        scanned: so many new pictures, or fewer, are scanned for near-duplicates in full.
        pairs: pairs compared closely where there are more, at most.
        train: whether an adapter is trained too; it is stored and offered, never taken into use.
        fresh: whether stages are run again that an earlier run had done for the same state.
    """

    seed: int = 0
    target: float = 0.95
    tuning_s: float = 30.0
    queries: int = 600
    scanned: int = 1000
    pairs: int = 700
    train: bool = False
    fresh: bool = False


@dataclass(frozen=True)
class Report:
    """All sections of one run over one collection, in their order.

    Attributes:
        collection: its name.
        pictures: how many were in sight.
        encoder: what they were embedded with.
        settings: what was asked for.
        sections: one per stage.
        seconds: of the whole run, reused stages at the time that they take to be read.
        machine: what it was measured on.
        at: when it was finished, ISO 8601, UTC.
    """

    collection: str
    pictures: int
    encoder: str
    settings: Settings
    sections: tuple[Section, ...]
    seconds: float
    machine: str
    at: str

    def section(self, name: str) -> Section:
        """The section of this name.

        Raises:
            KeyError: there is none.
        """
        for one in self.sections:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What to do next, over all sections, most urgent first, each once."""
        first: dict[tuple[str, str], Step] = {}
        for step in sorted((s for one in self.sections for s in one.steps), key=lambda step: step.rank):
            first.setdefault((step.sentence, step.command), step)
        return tuple(first.values())

    def to_json(self) -> dict[str, Any]:
        """The figures for programs: those that a second run repeats, and those that are times."""
        return {
            "collection": self.collection,
            "pictures": self.pictures,
            "encoder": self.encoder,
            "seed": self.settings.seed,
            "seconds": self.seconds,
            "machine": self.machine,
            "at": self.at,
            "sections": [
                {
                    "name": one.name,
                    "state": one.state,
                    "finding": one.finding,
                    "figures": {f.key: f.value for f in one.figures if not f.timed},
                    "times": {f.key: f.value for f in one.figures if f.timed},
                    "seconds": one.seconds,
                    "reused": one.reused,
                }
                for one in self.sections
            ],
            "next": [{"sentence": step.sentence, "command": step.command} for step in self.steps],
        }
