"""How far the map can be trusted, how well new pictures are placed on it, and how long 100,000 take.

python benchmarks/map.py [--quick] [--json] [--data ../shared/data/clothing]

The photos are those of clothing under the default encoder. Settings were chosen on one half of them (drawn
at random); everything here is measured on the other half, on seeds 0 to 2, and on all of them.
Trustworthiness (Venna & Kaski, 2001) and the share of the 15 nearest that are kept are taken against the
cosines of the whole vectors, over all pictures. `usual` is umap-learn as it comes, on the same vectors;
`tsne` is scikit-learn's t-SNE along the same fifty axes.

On the half that settings were chosen on (one seed where no spread is given), trustworthiness and share kept:

    umap-learn as it comes                          0.926   31 %
    … along fifty axes                              0.940   33 %
    … and nothing held apart (min_dist 0)           0.942   33 %
    … and 15 pushed away for one pulled: ours       0.952 ± 0.001   36 %   (min_dist 0.1: 0.951 ± 0.001)
    … and 10 neighbours instead of 15, 20 pushed    0.951   37 %
    UMAP's repulsion times five instead             0.951   35 %
    openTSNE 1.0.4, fifty axes, cosine              0.951   39 %
    PaCMAP 0.9.1                                    0.904   26 %

Held out: a tenth of the photos (another one than the rule was chosen on), put on the map of the others, and
the same ones drawn with all others.

The 100,000 are real crops (`benchmarks/vectors.py`), in a collection of their own; `compiling_s` is what the
first map of a process costs more than the next one, for small ones: Numba compiles most of UMAP each time.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import Figure, parser, report
from benchmarks.filled import fill
from benchmarks.vectors import DATA, real_vectors
from core.clustering import along, nearest_of, neighbours
from core.collection import Workspace
from core.embedding import DEFAULT_ENCODER, cache_dir, digest, load_encoder
from core.projection import layout, load_map, make_map, out_of_sample, quality

TRUST = 0.95
SECONDS = 240
SEEDS, QUICK_SEEDS = 3, 1
MANY = 100_000


def ours(vectors: np.ndarray, seed: int) -> np.ndarray:
    narrow, _ = along(vectors, layout.AXES)
    near = neighbours(layout.directions(narrow), layout.NEIGHBOURS)
    return layout.fitted(layout.umap_layout(near, layout.two_axes(narrow), seed))


def usual(vectors: np.ndarray, seed: int) -> np.ndarray:
    from umap import UMAP

    return layout.fitted(UMAP(metric="cosine", random_state=seed, n_jobs=1).fit_transform(vectors))


def tsne(vectors: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.manifold import TSNE

    narrow, _ = along(vectors, layout.AXES)
    start = 1e-4 * layout.two_axes(narrow) / narrow[:, 0].std()
    return layout.fitted(TSNE(init=start, random_state=seed).fit_transform(layout.directions(narrow)))


def measured(vectors: np.ndarray, xy: np.ndarray, rows: np.ndarray | None = None) -> tuple[float, float]:
    """Trustworthiness and the share of neighbours kept, over `rows` or all."""
    rows = np.arange(len(xy)) if rows is None else rows
    on_map = quality.nearest_on_map(xy, quality.K)
    near = nearest_of(vectors, rows, quality.K)
    trust = quality.trustworthiness(vectors, on_map, rows)
    return trust, float(quality.kept(near.rows, on_map[rows]).mean())


def photos(data: Path) -> np.ndarray:
    """The vectors of the photos, kept in the cache directory once made."""
    path = cache_dir("benchmarks") / f"clothing-{digest(load_encoder(DEFAULT_ENCODER).fingerprint)[:16]}.npy"
    if not path.exists():
        with tempfile.TemporaryDirectory() as home:
            collection = Workspace(Path(home)).create("clothing")
            collection.add_folder(data)
            np.save(path, collection.vectors().vectors)
    return np.load(path)


def row(
    name: str, draw: Callable[[np.ndarray, int], np.ndarray], vectors: np.ndarray, seeds: int
) -> dict[str, Figure]:
    found, seconds = [], []
    for seed in range(seeds):
        begun = time.perf_counter()
        xy = draw(vectors, seed)
        seconds.append(time.perf_counter() - begun)
        found.append(measured(vectors, xy))
        print(f"{name} seed {seed}: {found[-1]}, {seconds[-1]:.1f} s", file=sys.stderr)
    trust, keeps = np.array(found).T
    return {
        f"{name}_trust": float(trust.mean()),
        f"{name}_trust_sd": float(trust.std(ddof=1)) if seeds > 1 else None,
        f"{name}_kept": float(keeps.mean()),
        f"{name}_kept_sd": float(keeps.std(ddof=1)) if seeds > 1 else None,
        f"{name}_s": float(np.median(seconds)),
    }


def held_out(vectors: np.ndarray) -> dict[str, Figure]:
    """A tenth placed on the map of the others, and the same ones on the map of all."""
    mixed = np.random.default_rng(7).permutation(len(vectors))
    held, rest = np.sort(mixed[: len(vectors) // 10]), np.sort(mixed[len(vectors) // 10 :])
    xy = np.empty((len(vectors), 2), np.float32)
    xy[rest] = ours(vectors[rest], 0)
    xy[held] = out_of_sample.place(vectors[rest], xy[rest], vectors[held])
    trust, keeps = measured(vectors, xy, held)
    drawn_trust, drawn_keeps = measured(vectors, ours(vectors, 0), held)
    return {
        "held_out": len(held),
        "placed_trust": trust,
        "placed_kept": keeps,
        "drawn_trust": drawn_trust,
        "drawn_kept": drawn_keeps,
    }


def many(data: Path) -> dict[str, Figure]:
    """A collection of 100,000 crops, mapped, measured and loaded again."""
    with tempfile.TemporaryDirectory() as home:
        collection = Workspace(Path(home)).create("crops")
        fill(collection, real_vectors(data, MANY).gallery)
        begun = time.perf_counter()
        made = make_map(collection)
        total = time.perf_counter() - begun
        begun = time.perf_counter()
        load_map(collection)
        loaded = time.perf_counter() - begun
    stages = {
        f"many_{stage.lower().replace(' ', '_')}_s": taken for stage, taken in made.measured.seconds.items()
    }
    return {
        "many": MANY,
        "many_s": total,
        **stages,
        "many_load_s": loaded,
        "many_trust": made.measured.trustworthiness,
        "many_kept": made.measured.knn_preservation,
    }


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=DATA)
    args = options.parse_args()
    vectors = photos(args.data)
    mixed = np.random.default_rng(42).permutation(len(vectors))
    half = vectors[np.sort(mixed[len(vectors) // 2 :])]
    begun = time.perf_counter()
    ours(half[:300], 0)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    again = ours(half[:300], 0)
    figures: dict[str, Figure] = {
        "photos": len(vectors),
        "compiling_s": first - (time.perf_counter() - begun),
    }
    figures["same_seed_same_map"] = bool(np.array_equal(again, ours(half[:300], 0)))
    seeds = QUICK_SEEDS if args.quick else SEEDS
    figures |= row("half_ours", ours, half, seeds)
    if not args.quick:
        figures |= row("half_usual", usual, half, seeds)
        figures |= row("half_tsne", tsne, half, 1)
    figures |= row("all", ours, vectors, seeds)
    if not args.quick:
        figures |= held_out(vectors)
        figures |= many(args.data)
    targets: dict[str, Figure] = {"all_trust": TRUST} | ({} if args.quick else {"many_s": SECONDS})
    holds = float(str(figures["all_trust"])) >= TRUST and figures["same_seed_same_map"] is True
    if not args.quick:
        holds = holds and float(str(figures["many_s"])) < SECONDS
    return report("map", figures, targets, holds=holds, as_json=args.json)


if __name__ == "__main__":
    sys.exit(main())
