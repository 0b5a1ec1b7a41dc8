"""What the collection consists of: clusters with names and the pictures that stand for them."""

from ...clustering.dataset import population
from ...clustering.exemplars import representatives
from ...clustering.naming.names import display_names
from ...clustering.runs import cluster, runs
from ...clustering.trust.agreement import with_labels
from ...clustering.types import NOISE, Clustering
from ...dedup.groups.known import known_copies
from ..stage import MissingInputError, Task
from ..text import count, number, share
from ..types import Bar, BarChart, Figure, Section, Step, Strip, Tile

_FEWEST = 20
_SHOWN = 12
_BARS = 20
_TILES = 8


def clusters_stage(task: Task) -> Section:
    """Cluster the pictures, near-duplicates counted once, and name the clusters; the run is stored."""
    collection, seed = task.collection, task.settings.seed
    found = len(collection.ids())
    if found < _FEWEST:
        raise MissingInputError(
            f"{count(found, 'picture')}: too few to cluster; {_FEWEST} are the least.",
            [Step("Add pictures.", task.command("add", "FOLDER"), 2)],
        )
    copies = known_copies(collection)
    taken = {run.name for run in runs(collection)}
    name = next(n for n in (f"report {at}" for at in range(1, len(taken) + 2)) if n not in taken)
    made = cluster(collection, seed=seed, name=name, copies=copies, monitor=task.monitor.subtask())
    task.monitor.say("Naming the clusters")
    names = display_names(collection, made)
    agreed = with_labels(collection, made)
    sizes = made.sizes.tolist()
    listed = ", ".join(f"“{names[i]}”" for i in range(min(made.k, 5)))
    finding = f"{count(made.k, 'cluster')}: {listed}{' and others' if made.k > 5 else ''}."
    if agreed is not None:
        finding += (
            f" {share(agreed.purity)} of the labelled pictures bear the commonest label of their cluster."
        )
    elif made.measured.stability is not None:
        finding += f" Resampled, they agree at an adjusted Rand index of {made.measured.stability:.2f}."
    return Section(
        "clusters",
        "What it consists of",
        finding,
        figures=_figures(made, agreed),
        bars=(
            BarChart(
                "Pictures per cluster",
                "The largest first" + (f", {_BARS} of {made.k}." if made.k > _BARS else "."),
                tuple(Bar(names[i], float(n), number(n)) for i, n in enumerate(sizes[:_BARS])),
                float(max(sizes, default=1)),
            ),
        ),
        strips=_strips(task, made, names, copies),
        notes=tuple(note for note in (made.measured.reason,) if note),
        steps=(
            Step(
                "Walk through ten random clusters and mark what is odd: that says how many pictures are in "
                "the right cluster.",
                "",
                5,
            ),
        ),
    )


def _figures(made: Clustering, agreed: object) -> tuple[Figure, ...]:
    from ...clustering.trust.agreement import LabelAgreement

    measured = made.measured
    noise = int((made.clusters == NOISE).sum())
    figures = [
        Figure("clusters", "Clusters", made.k, number(made.k)),
        Figure(
            "pictures",
            "Pictures",
            len(made.ids),
            number(len(made.ids)),
            f"{number(made.setup.distinct)} counted, copies once",
        ),
    ]
    if noise:
        figures.append(Figure("noise", "Belong nowhere", noise, number(noise)))
    for key, title, value in (
        ("silhouette", "Silhouette", measured.silhouette),
        ("stability", "Stability (adjusted Rand)", measured.stability),
    ):
        if value is not None:
            figures.append(Figure(key, title, value, f"{value:.3f}"))
    if isinstance(agreed, LabelAgreement):
        about = f"with the {agreed.labels:,} labels of {agreed.pictures:,} pictures"
        figures += [
            Figure("purity", "Purity", agreed.purity, f"{agreed.purity:.3f}", about),
            Figure("nmi", "Normalised mutual information", agreed.nmi, f"{agreed.nmi:.3f}", about),
            Figure("ari", "Adjusted Rand index", agreed.ari, f"{agreed.ari:.3f}", about),
        ]
    return tuple(figures)


def _strips(
    task: Task, made: Clustering, names: dict[int, str], copies: list[tuple[int, ...]]
) -> tuple[Strip, ...]:
    people = population(task.collection, copies=copies)
    strips = []
    for i in range(min(made.k, _SHOWN)):
        task.monitor.check()
        typical = representatives(people, made, i, _TILES).typical
        strips.append(
            Strip(f"{names[i]}: {count(int(made.sizes[i]), 'picture')}", tuple(Tile(one) for one in typical))
        )
    return tuple(strips)
