"""Whether clusters are called what they hold, without anybody having said so.

python benchmarks/naming.py [--quick] [--json] [--data ../shared/data/clothing]

The photos of validation and test in ten clusters, by scikit-learn's k-means over several seeds, named from
the words that the default encoder knows; nobody's labels are read. A name is right when it is a word for the
class that most of the cluster's photos bear (`SYNONYMS`, written before any name was seen). The settings were
chosen on the training photos. `--quick` takes three seeds instead of ten.
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import Figure, parser, report
from benchmarks.quality import embed, find
from core.clustering import Members, Vocabulary, names_from_words, vocabulary
from core.embedding import COLOURS, load_encoder

K = 10
TARGETS: dict[str, Figure] = {"right in the first three, mean": 7.0}

# Whole names without a colour: "lab coat" is no coat here, and "t-shirt" no shirt.
SYNONYMS = {
    "dress": "dress, gown, evening dress, sundress, wedding dress, cocktail dress, frock",
    "hat": "hat, cap, baseball cap, beanie, beret, straw hat, sun hat, cowboy hat, fedora, top hat, bonnet, "
    "poke bonnet, sombrero, military hat, headwear",
    "longsleeve": "longsleeve, long-sleeved shirt, sweatshirt, pullover, sweater, jumper, hoodie, "
    "turtleneck, jersey",
    "outwear": "outwear, outerwear, jacket, leather jacket, denim jacket, down jacket, bomber jacket, "
    "blazer, coat, overcoat, trench coat, raincoat, parka, fur coat, windbreaker",
    "pants": "pants, trousers, jeans, chinos, leggings, sweatpants, slacks",
    "shirt": "shirt, dress shirt, blouse, polo shirt, button-down shirt",
    "shoes": "shoe, sneaker, running shoe, dress shoe, loafer, slip-on shoe, slipper, sandal, clog, clogs, "
    "boot, ankle boot, rain boot, hiking boot, cowboy boot, high heel, ballet flat, moccasin, footwear, "
    "flip-flop",
    "shorts": "shorts, denim shorts, swim trunks",
    "skirt": "skirt, miniskirt, pleated skirt, overskirt, hoop skirt, kilt",
    "t-shirt": "t-shirt, tee, top, jersey, tank top, crop top, undershirt",
}
RIGHT = {label: {word.strip() for word in words.split(",")} for label, words in SYNONYMS.items()}


def is_right(name: str, label: str, one: dict[str, str]) -> bool:
    """Whether a proposed name, plural and with a colour perhaps, is a word for the label."""
    colour, _, rest = name.partition(" ")
    noun = rest if colour in COLOURS else name
    return one[noun].casefold() in RIGHT[label]


def partition(vectors: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.cluster import KMeans

    return KMeans(K, n_init=1, random_state=seed).fit_predict(vectors).astype(np.int32)


def measure(
    vectors: np.ndarray, labels: np.ndarray, words: Vocabulary, seeds: int, show: bool
) -> tuple[dict[str, Figure], list[float]]:
    one = {noun.many: noun.one for noun in words.nouns}
    hits: dict[int, list[int]] = {1: [], 3: [], 5: []}
    seconds = []
    for seed in range(seeds):
        clusters = partition(vectors, seed)
        people = Members(np.arange(len(vectors)), vectors, clusters, np.ones(len(vectors), np.float32))
        started = time.perf_counter()
        proposed = names_from_words(people, K, words)
        seconds.append(time.perf_counter() - started)
        tally = dict.fromkeys(hits, 0)
        for cluster, group in enumerate(proposed):
            own, counts = np.unique(labels[clusters == cluster], return_counts=True)
            label = str(own[counts.argmax()])
            good = [is_right(proposal.name, label, one) for proposal in group]
            for first in hits:
                tally[first] += any(good[:first])
            if show:
                sys.stdout.write(
                    f"{seed}  {label:<10} {counts.max() / counts.sum():4.0%} of {counts.sum():<4} "
                    f"{'right' if any(good[:3]) else '-':<6} {', '.join(p.name for p in group[:3])}\n"
                )
        for first, counted in hits.items():
            counted.append(tally[first])
    figures: dict[str, Figure] = {"seeds": seeds, "clusters": K, "photos": len(vectors)}
    for said, first in (("one", 1), ("three", 3), ("five", 5)):
        figures[f"right in the first {said}, mean"] = float(np.mean(hits[first]))
    figures["right in the first three, fewest"] = min(hits[3])
    figures["right in the first three, most"] = max(hits[3])
    figures["seeds with at least 7"] = sum(hit >= 7 for hit in hits[3])
    return figures, seconds


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=Path(__file__).parents[1] / "../shared/data/clothing")
    args = options.parse_args()
    encoder = load_encoder()
    photos = find(args.data)
    vectors = embed(encoder, photos)
    words = vocabulary(encoder)
    held = photos.splits != "train"
    figures, seconds = measure(
        vectors[held], photos.labels[held], words, 3 if args.quick else 10, show=not args.json
    )
    tuned, _ = measure(vectors[~held], photos.labels[~held], words, 3 if args.quick else 10, show=False)
    figures["training photos, right in the first three, mean"] = tuned["right in the first three, mean"]
    figures["seconds to name ten clusters"] = float(np.median(seconds))
    mean = figures["right in the first three, mean"]
    return report("naming", figures, TARGETS, holds=float(str(mean)) >= 7.0, as_json=args.json)


if __name__ == "__main__":
    sys.exit(main())
