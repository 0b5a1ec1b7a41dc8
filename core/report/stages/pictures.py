"""What is in the collection: pictures, labels, files that could not be read, and their size on disk."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ...collection.collection import Collection
from ...collection.types import AddReport, Picture, Skip
from ..stage import MissingInputError, Task
from ..text import count, number, seconds, share, size
from ..types import Bar, BarChart, Figure, Section, Step, Strip, Table, Tile

_BARS = 20
_SHOWN = 16
_SKIPPED = 20


def pictures_stage(task: Task) -> Section:
    """Describe the pictures, and what became of those just added."""
    added = task.added
    collection = task.collection
    task.monitor.say("Counting pictures and labels")
    pictures = collection.get_many(collection.ids())
    skipped = [skip for report in added for skip in report.skipped]
    if not pictures:
        raise MissingInputError(
            _nothing(collection.name, len(skipped)), [Step("Add pictures.", task.command("add", "FOLDER"), 0)]
        )
    labels = Counter(picture.label for picture in pictures)
    unlabelled = labels.pop(None, 0)
    named = count(len(labels), "label") if labels else "no labels"
    finding = f"{count(len(pictures), 'picture')} with {named}"
    if labels and unlabelled:
        finding += f", {number(unlabelled)} of them without one"
    unread = f"; {count(len(skipped), 'file')} could not be read" if skipped else ""
    steps = []
    if skipped:
        steps.append(Step(f"Look at the {count(len(skipped), 'file')} that could not be read.", "", 4))
    if not labels:
        steps.append(
            Step(
                "Give pictures labels (folders named by label, or a CSV): then the search can be measured.",
                task.command("add", "FOLDER --labels labels.csv"),
                2,
            )
        )
    return Section(
        "pictures",
        "The pictures",
        f"{finding}{unread}.",
        tone="warn" if skipped else "info",
        figures=_figures(collection, pictures, len(labels), unlabelled, added),
        bars=(_label_chart(labels, len(pictures)),) if labels else (),
        strips=(_sample(pictures, task.settings.seed),),
        tables=(_skipped(skipped),) if skipped else (),
        notes=_imbalance(labels),
        steps=tuple(steps),
    )


def _nothing(name: str, skipped: int) -> str:
    if skipped:
        return (
            f"No picture of “{name}” could be read: {count(skipped, 'file')} were tried. Nothing can be "
            "searched or measured."
        )
    return f"“{name}” holds no pictures, so there is nothing to report. Add a folder that holds some."


def _figures(
    collection: Collection,
    pictures: Sequence[Picture],
    labels: int,
    unlabelled: int,
    added: Sequence[AddReport],
) -> tuple[Figure, ...]:
    space = collection.space()
    vectors, files = collection.space_bytes(), sum(picture.bytes for picture in pictures)
    figures = [
        Figure("pictures", "Pictures", len(pictures), number(len(pictures))),
        Figure("labels", "Labels", labels, number(labels), f"{number(unlabelled)} pictures without one"),
        Figure("file_bytes", "Picture files", files, size(files)),
        Figure(
            "vector_bytes",
            "Embeddings on disk",
            vectors,
            size(vectors),
            f"{collection.encoder_name}, {space.dim if space else 0:,} numbers per picture",
        ),
        Figure(
            "skipped",
            "Files not read",
            n := sum(len(r.skipped) for r in added),
            number(n),
            "listed below" if n else "",
        ),
    ]
    new, took = sum(r.added for r in added), sum(r.seconds for r in added)
    if new:
        figures.append(Figure("added", "Added by this run", new, number(new), timed=True))
        figures.append(
            Figure(
                "add_s",
                "Reading and embedding them",
                took,
                seconds(took),
                f"{new / took:.0f} pictures per second" if took else "",
                timed=True,
            )
        )
    return tuple(figures)


def _label_chart(labels: Counter[str | None], pictures: int) -> BarChart:
    common = labels.most_common(_BARS)
    about = "Pictures per label"
    if len(labels) > _BARS:
        about += f", the {_BARS} most frequent of {len(labels):,}"
    bars = tuple(Bar(str(label), float(n), f"{number(n)} ({share(n / pictures)})") for label, n in common)
    return BarChart("Labels", f"{about}.", bars, float(common[0][1]))


def _sample(pictures: Sequence[Picture], seed: int) -> Strip:
    drawn = np.random.default_rng(seed).permutation(len(pictures))[:_SHOWN]
    chosen = [pictures[int(i)] for i in drawn]
    return Strip("Drawn at random", tuple(Tile(one.id, one.label or "") for one in chosen))


def _skipped(skipped: Sequence[Skip]) -> Table:
    rows = tuple((skip.name, skip.reason) for skip in skipped[:_SKIPPED])
    more = f", the first {_SKIPPED} of {len(skipped):,}" if len(skipped) > _SKIPPED else ""
    return Table(f"Files that were not read{more}", ("File", "Reason"), rows)


def _imbalance(labels: Counter[str | None]) -> tuple[str, ...]:
    if len(labels) < 2:
        return ()
    (most, largest), (least, smallest) = labels.most_common()[0], labels.most_common()[-1]
    if largest < 5 * smallest:
        return ()
    return (
        f"“{most}” has {largest / smallest:.0f} times as many pictures as “{least}”: a mean over queries "
        "says most of the large labels, so means over labels stand beside it.",
    )
