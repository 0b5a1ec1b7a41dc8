"""How good are the clusters, and how soon are they there?

- Table: ten clusters of the clothing photos under the default encoder, against their ten classes, over
  several seeds: scikit-learn's k-means on the raw vectors, the same through each preparation, and Ward's
  method. The preparation was chosen on the training photos; it is reported on those and on the others
  (validation and test together), and on all, which is what a person sees. `nmi_…`, `purity_…` and `ari_…` are
  means over seeds, `…_sd` their standard deviations.
- Copies: the same photos when some of them are there fifty times, with every copy counted and with each photo
  counted once.
- Time: k-means with k = 100 over 100,000 vectors of real pictures, with both k-means of scikit-learn in
  the same run. `inertia_ratio_…` is our inertia over theirs: 1 is as good, smaller is better.

`--quick` leaves out scikit-learn's full k-means of the 100,000, takes 20,000 of them, and two seeds.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import Figure, parser, report
from benchmarks.vectors import DATA, GALLERY, real_vectors
from core.clustering import agglomerative, kmeans, prepare, propose_k, purity
from core.embedding import DEFAULT_ENCODER, cache_dir, digest, load_encoder
from core.images import load_image
from core.jobs import Monitor

K = 10
SECONDS = 20.0
_SPLITS = ("train", "validation", "test")


def photos() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vectors of the clothing photos, their classes as numbers, and which are for training."""
    encoder = load_encoder(DEFAULT_ENCODER)
    paths = [p for split in _SPLITS for p in sorted((DATA / split).rglob("*")) if p.is_file()]
    if not paths:
        raise SystemExit(f"No photos under {DATA}.")
    kept = cache_dir("benchmarks") / f"photos-{digest(encoder.fingerprint, str(len(paths)))[:16]}.npy"
    if not kept.exists():
        parts = [
            encoder.encode_images([load_image(p, min_side=320).image for p in paths[at : at + 64]])
            for at in range(0, len(paths), 64)
        ]
        np.save(kept, np.concatenate(parts))
    classes = np.unique([p.parent.name for p in paths], return_inverse=True)[1]
    return np.load(kept), classes, np.array([p.parents[1].name == "train" for p in paths])


def table(quick: bool) -> dict[str, Figure]:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    vectors, classes, train = photos()
    ways: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
        "sklearn_raw": lambda x, seed: KMeans(K, n_init=10, random_state=seed).fit_predict(x),
        "none": lambda x, seed: kmeans(x, K, seed, Monitor()).clusters,
        "whiten": lambda x, seed: kmeans(prepare(x, "whiten", seed, Monitor()), K, seed, Monitor()).clusters,
        "umap": lambda x, seed: kmeans(prepare(x, "umap", seed, Monitor()), K, seed, Monitor()).clusters,
        "umap_ward": lambda x, seed: (
            agglomerative(prepare(x, "umap", seed, Monitor()), K, Monitor()).clusters
        ),
    }
    seeds = 2 if quick else 5
    splits = {"held": ~train} if quick else {"train": train, "held": ~train, "all": train | ~train}
    figures: dict[str, Figure] = {"seeds": seeds}
    for split, rows in splits.items():
        truth = classes[rows]
        for way, partition in ways.items():
            started, scores = time.perf_counter(), []
            for seed in range(seeds):
                found = partition(vectors[rows], seed)
                scores.append(
                    (
                        normalized_mutual_info_score(truth, found),
                        purity(found, truth),
                        adjusted_rand_score(truth, found),
                    )
                )
            for name, mean, spread in zip(
                ("nmi", "purity", "ari"), np.mean(scores, 0), np.std(scores, 0, ddof=1), strict=True
            ):
                figures[f"{name}_{split}_{way}"] = float(mean)
                figures[f"{name}_{split}_{way}_sd"] = float(spread)
            figures[f"seconds_{split}_{way}"] = (time.perf_counter() - started) / seeds
    return figures


def copied(quick: bool) -> dict[str, Figure]:
    """The photos of validation and test when twenty of them are there fifty times over.

    A copy is its photo's vector, moved so far that their cosine is about 0.97, as that of a re-encoded copy.
    Agreement with the classes is that of the photos themselves.
    """
    from sklearn.metrics import normalized_mutual_info_score

    vectors, classes, train = photos()
    own, truth = vectors[~train], classes[~train]
    scores: dict[str, list[float]] = {"copies_count": [], "copies_count_once": []}
    for seed in range(2 if quick else 5):
        rng = np.random.default_rng(seed)
        rows = np.repeat(rng.choice(len(own), 20, replace=False), 50)
        moved = own[rows] + rng.normal(0, 0.25 / np.sqrt(own.shape[1]), (len(rows), own.shape[1]))
        copies = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
        for name, points in (
            ("copies_count", np.concatenate([own, copies])),
            ("copies_count_once", own),
        ):
            ready = prepare(points, "umap", seed, Monitor())
            found = kmeans(ready, K, seed, Monitor()).clusters[: len(own)]
            scores[name].append(float(normalized_mutual_info_score(truth, found)))
    return {
        f"nmi_held_{name}{suffix}": float(value)
        for name, values in scores.items()
        for suffix, value in (("", np.mean(values)), ("_sd", np.std(values, ddof=1)))
    }


def inertia(points: np.ndarray, clusters: np.ndarray, k: int) -> float:
    """Sum of squared distances to the centres, from the members alone: the same ruler for everybody."""
    order = np.argsort(clusters, kind="stable")
    sizes = np.bincount(clusters, minlength=k)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    total = 0.0
    for i in range(k):
        part = points[order[bounds[i] : bounds[i + 1]]]
        if len(part):
            total += float(((part - part.mean(axis=0)) ** 2).sum())
    return total


def speed(quick: bool) -> dict[str, Figure]:
    from sklearn.cluster import KMeans, MiniBatchKMeans

    points = np.ascontiguousarray(real_vectors(count=20_001 if quick else GALLERY).gallery)
    k = 100
    started = time.perf_counter()
    ours = kmeans(points, k, 0, Monitor())
    figures: dict[str, Figure] = {"vectors": len(points), "seconds_kmeans": time.perf_counter() - started}
    again = kmeans(points, k, 0, Monitor())
    figures["same_seed_same_clusters"] = bool((again.clusters == ours.clusters).all())
    own = inertia(points, ours.clusters, k)
    peers = {"minibatch": MiniBatchKMeans(k, random_state=0, n_init=3, batch_size=4096)}
    if not quick:
        peers["sklearn"] = KMeans(k, n_init=1, random_state=0)
    for name, peer in peers.items():
        started = time.perf_counter()
        found = peer.fit_predict(points)
        figures[f"seconds_{name}"] = time.perf_counter() - started
        figures[f"inertia_ratio_{name}"] = own / inertia(points, found, k)
    started = time.perf_counter()
    figures["proposed_k"] = propose_k(points).k
    figures["seconds_proposal"] = time.perf_counter() - started
    return figures


def main() -> int:
    options = parser(__doc__)
    args = options.parse_args()
    figures = {**speed(args.quick), **table(args.quick), **copied(args.quick)}
    split = "held" if args.quick else "all"
    targets: dict[str, Figure] = {
        "seconds_kmeans": SECONDS,
        "inertia_ratio_minibatch": 1.0,
        "same_seed_same_clusters": True,
        f"nmi_{split}_umap": figures[f"nmi_{split}_sklearn_raw"],
        f"purity_{split}_umap": figures[f"purity_{split}_sklearn_raw"],
    }
    holds = (
        float(figures["seconds_kmeans"] or 0) < SECONDS
        and float(figures["inertia_ratio_minibatch"] or 0) <= 1.0
        and figures["same_seed_same_clusters"] is True
        and all(float(figures[name] or 0) >= float(targets[name] or 0) for name in list(targets)[-2:])
    )
    return report("clusters", figures, targets, holds, args.json)


if __name__ == "__main__":
    sys.exit(main())
