"""Formatting of clusters, maps and their measurements. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.shared.formatting import count, one_line, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.clustering import Agreement, Clustering, LabelAgreement, RunSummary
    from core.projection import PictureMap
    from widgets.clusters.data import Counted

PREPARATIONS = {
    None: "The best measured",
    "none": "Vectors as they are",
    "whiten": "Whitened",
    "umap": "UMAP first",
}
"""What is done to the vectors before, by the word that the engine has for it."""


def percent(share: float) -> str:
    """“96 %”; never 100 or 0 where it is not."""
    if share > 0.995:
        return "100 %" if share >= 1 else "over 99 %"
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{100 * share:.0f} %"


def interval(low: float, high: float) -> str:
    """“88–98”, in per cent."""
    return f"{100 * low:.0f}–{100 * high:.0f}"


def run_line(run: RunSummary) -> str:
    """One line of the list to choose a run from."""
    return f"{one_line(run.name, 60)} · {run.at:%d %b %H:%M}"


def found_line(found: Clustering) -> str:
    """“**12 clusters** in 3,781 pictures, by k-means.”; Markdown."""
    said = f"**{count(found.k, 'cluster')}** in {count(len(found.ids))}"
    nowhere = int((found.clusters < 0).sum())
    if nowhere:
        said += f"; {count(nowhere)} {'belongs' if nowhere == 1 else 'belong'} to none"
    from core.clustering import method_title

    return f"{said}. By {method_title(found.setup.method)}."


def facts_line(found: Clustering, labelled: LabelAgreement | None) -> str:
    """What was measured of a run: how clear its clusters are, and how far they agree with labels."""
    said = []
    if found.measured.silhouette is not None:
        said.append(f"silhouette {found.measured.silhouette:.2f}")
    if found.measured.stability is not None:
        said.append(f"stability {found.measured.stability:.2f}")
    if labelled is not None:
        said.append(
            f"against {count(labelled.labels, 'label')}: purity {percent(labelled.purity)}, "
            f"NMI {labelled.nmi:.2f}, ARI {labelled.ari:.2f}"
        )
    return " · ".join(said)


FACTS_HELP = (
    "Silhouette: how much nearer pictures are to their own cluster than to the next, from −1 to 1. "
    "Stability: how alike the clusters come out when pictures are left out at random, at most 1. "
    "Purity: the share of pictures whose label is the commonest of their cluster. "
    "NMI and ARI (adjusted Rand index): how much clusters and labels say the same, 1 where they are equal, "
    "ARI about 0 by chance."
)

QUALITY_HELP = (
    "A map has two dimensions where the vectors have hundreds, so it cannot show all that is near. "
    "Trustworthiness (Venna and Kaski, 2001) falls when unrelated pictures are close together; kNN "
    "preservation is the "
    "share of a picture’s nearest that are still its nearest on the map. Search and clusters do not use the "
    "map."
)


def quality_brief(drawn: PictureMap) -> str:
    """How far the map can be trusted, in half a line, for where the map is taken."""
    measured = drawn.measured
    if measured.trustworthiness is None or measured.knn_preservation is None:
        return "too few pictures to say how true it is"
    return (
        f"a map lies: {percent(measured.trustworthiness)} trustworthy, "
        f"{percent(measured.knn_preservation)} of each picture’s {measured.k} nearest are beside it"
    )


def quality_line(drawn: PictureMap) -> str:
    """How far the map can be trusted; Markdown."""
    measured = drawn.measured
    if measured.trustworthiness is None or measured.knn_preservation is None:
        return "With so few pictures nothing can be said about how true this map is."
    said = (
        f"**A map lies.** Of this one: {percent(measured.trustworthiness)} trustworthy (what lies together "
        f"looks alike), and it keeps {percent(measured.knn_preservation)} of each picture’s {measured.k} "
        "nearest beside it (not all that looks alike lies together)."
    )
    later = int(drawn.placed.sum())
    if later:
        said += f" {count(later)} came later and {'was' if later == 1 else 'were'} placed among the others"
        kept = drawn.placed_kept
        said += f", with {percent(kept)} of their nearest kept." if kept is not None else "."
    return said


def counted_line(counted: Counted) -> str:
    """Whether near-duplicates counted once, in a line; Markdown."""
    if not counted.scanned:
        return (
            "Nobody has looked for near-duplicates here, so a hundred copies of one picture would count a "
            "hundred times."
        )
    said = (
        f"{count(counted.spare, 'near-duplicate')} in {count(len(counted.groups), 'group')} counted once, so "
        "that copies make no cluster of their own."
        if counted.groups
        else "No near-duplicates were found, so every picture counts."
    )
    if counted.unscanned:
        said += f" {count(counted.unscanned)} not compared with the others yet."
    return said


def compared_line(a: str, b: str, found: Agreement) -> str:
    """How far two runs agree, in words; Markdown."""
    if found.ari >= 0.9:
        word = "almost the same"
    elif found.ari >= 0.6:
        word = "much the same"
    elif found.ari >= 0.3:
        word = "alike in part"
    else:
        word = "quite different"
    return (
        f"**{plain(a, 60)}** and **{plain(b, 60)}** are {word}: adjusted Rand index {found.ari:.2f}, "
        f"NMI {found.nmi:.2f}, over the {count(found.pictures)} that both have."
    )


def label_shares(shares: Sequence[tuple[str | None, int]], most: int = 3) -> str:
    """“T-Shirt 82 %, Shirt 9 %, Outwear 3 %”; empty where nothing has a label."""
    total = sum(n for _, n in shares)
    named = [(label, n) for label, n in shares if label is not None]
    if not named or not total:
        return ""
    said = [f"{one_line(label, 40)} {percent(n / total)}" for label, n in named[:most]]
    rest = len(named) - most
    if rest > 0:
        said.append(f"{count(rest, 'more label')}")
    return ", ".join(said)


SOURCES = {"label": "from labels", "caption": "from captions", "words": "from the encoder’s words"}
"""Where a proposed name comes from."""


def named(names: Mapping[int, str], cluster: int) -> str:
    """The name of a cluster, or of what belongs to none."""
    return names.get(cluster, "Belongs nowhere" if cluster < 0 else f"Cluster {cluster + 1}")


def undone_name(before: str | None, after: str | None) -> str:
    """What was done to a name, in a line."""
    if after is None:
        return f"“{one_line(before or '', 60)}” has its proposed name again."
    return f"The cluster is called “{one_line(after, 60)}” now."
