"""The common mistakes in words: what goes wrong, what cures it, and where."""

from dataclasses import dataclass
from typing import Literal

Key = Literal["norms", "pools", "probes", "preprocessing", "threshold", "imbalance", "negatives"]


@dataclass(frozen=True)
class Mistake:
    """One common mistake.

    Attributes:
        key: its name in addresses and records.
        title: in a few words.
        wrong: what is done wrong, and why it goes unnoticed.
        cure: what to do instead.
        button: what the button to the cure says.
        screen: where the cure is.
        part: which part of that screen; empty for the first.
    """

    key: Key
    title: str
    wrong: str
    cure: str
    button: str
    screen: str
    part: str = ""


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        "norms",
        "Features that are not normalised",
        "Features are compared by their dot product as they leave the network. Those that are long come "
        "first "
        "for every query.",
        "Divide each by its length, once, before it is stored; then dot product, cosine and Euclidean "
        "distance "
        "rank alike. Every vector here is stored that way.",
        "See the drill on norms",
        "learn",
    ),
    Mistake(
        "pools",
        "Figures from different candidate pools",
        "Two systems are compared by figures that were measured over galleries of different sizes, such as a "
        "sample and the whole.",
        "Compare only over the same queries and the same pool. Runs here say how many pictures they "
        "searched, "
        "and only runs over the same data are compared by a test.",
        "Compare runs",
        "evaluation",
        "compare",
    ),
    Mistake(
        "probes",
        "Too low nprobe or efSearch",
        "An index is used with its defaults. It answers quickly and always with ten pictures, but not the "
        "nearest ones.",
        "Measure recall against exact search, by picture and by words apart, and tune to a target that is "
        "certified on queries left out.",
        "Tune an index",
        "index",
    ),
    Mistake(
        "preprocessing",
        "Mismatched preprocessing",
        "Queries are read, resized or scaled in another way than the collection was: red and blue swapped, "
        "values inverted, thumbnails instead of pictures.",
        "Keep the encoder and its preprocessing together. Here the fingerprint of both is stored with the "
        "vectors, and a query under another one is refused.",
        "Check what is stored",
        "health",
        "integrity",
    ),
    Mistake(
        "threshold",
        "A threshold copied from another collection",
        "A cosine that separated copies elsewhere is taken over as it stands.",
        "Label a few pairs of your own at random: the threshold comes with the precision that it was "
        "shown to "
        "have here.",
        "Label pairs",
        "duplicates",
        "label",
    ),
    Mistake(
        "imbalance",
        "One mean over unequal labels",
        "A single figure over all queries is mostly that of the largest labels; small ones may fail unseen.",
        "Read the macro mean beside it, and the bars by label.",
        "See figures by label",
        "evaluation",
    ),
    Mistake(
        "negatives",
        "Easy negatives only",
        "A model is trained, or judged, on pairs that anyone can tell apart. The loss is low from the start.",
        "Mine negatives that score nearly as high as the positives, and watch the figure on pictures "
        "that were "
        "held out.",
        "Train with mined negatives",
        "training",
    ),
)
"""Every mistake, in the order in which they are met."""
