"""Texts that describe a tuning."""

import re
from collections.abc import Mapping

from ..base import SearchParameters
from ..spec import FLAT, Recipe
from .types import Measured, QueryKind

_NAMES = {"ef_search": "efSearch", "nprobe": "nprobe", "refine": "refine"}
_CODES = re.compile(r"PCAR?\d+,IVF(\d+),PQ(\d+)x4fsr?,(RFlat|Refine\(SQ8\))")
_ASKED: dict[QueryKind, str] = {"image": "of your images", "text": "text queries"}


def recipe_title(recipe: Recipe) -> str:
    """Describe the index of a recipe, such as “HNSW M=32”; else its FAISS factory string."""
    if recipe == FLAT:
        return "Exact search"
    codes = _CODES.fullmatch(recipe.factory)
    if codes:
        return f"IVF{codes[1]} + PQ{codes[2]}, refined{' in SQ8' if 'SQ8' in codes[3] else ''}"
    return re.sub(r"HNSW(\d+)_?", r"HNSW M=\1 ", recipe.factory).rstrip()


def parameters_text(parameters: SearchParameters) -> str:
    """Format parameters, such as “efSearch=64”; empty for the defaults."""
    given = [(label, getattr(parameters, name)) for name, label in _NAMES.items()]
    return ", ".join(f"{label}={value}" for label, value in given if value is not None)


def bytes_text(count: int) -> str:
    """Format a number of bytes: “1.9 GB”, “38 MB”."""
    return (
        f"{count / 1e9:.1f} GB"
        if count >= 1e9
        else f"{max(count, 1e5) / 1e6:.{0 if count >= 1e7 else 1}f} MB"
    )


def recall_text(measured: Measured, k: int) -> str:
    """Format recall with its interval."""
    interval = measured.interval
    # The lower end is the certificate: it is never rounded up.
    low = int(interval.low * 1000) / 1000
    ends = f"{100 * interval.confidence:.0f} % CI {low:.3f}–{interval.high:.3f}"
    return f"recall@{k} {measured.recall:.3f} ({ends})"


def sentence(
    recipe: Recipe,
    certificates: Mapping[QueryKind, Measured],
    speed_ups: Mapping[QueryKind, float],
    k: int,
    vectors: int,
    memory_bytes: int,
) -> str:
    """Describe the result of a tuning in one sentence."""
    if recipe == FLAT:
        return (
            f"Exact search over {vectors:,} vectors: every answer is right by definition, "
            f"{bytes_text(memory_bytes)}"
        )
    settings = {kind: parameters_text(proven.parameters) for kind, proven in certificates.items()}
    if len(set(settings.values())) == 1:
        told = next(iter(settings.values()))
    else:
        told = ", ".join(f"{text} for {kind} queries" for kind, text in settings.items())
    recalls = " and ".join(
        f"{recall_text(proven, k)} on {proven.queries:,} {_ASKED[kind]}"
        for kind, proven in certificates.items()
    )
    times = [f"{up:.0f}" if up >= 10 else f"{up:.1f}" for up in speed_ups.values()]
    faster = f"{' and '.join(dict.fromkeys(times))} times faster than exact"
    head = ", ".join(part for part in (recipe_title(recipe), told) if part)
    return f"{head}: {recalls}, {faster}, {bytes_text(memory_bytes)}"
