"""What code and machine a run was made with."""

import hashlib
import os
import platform
from functools import cache
from pathlib import Path

import numpy as np

from .. import local_features, metrics, reranking, search, stats


@cache
def code_versions() -> dict[str, str]:
    """Versions of what can change a figure: digests of our own sources, and numpy."""
    return {
        "metrics": _digest(Path(metrics.__file__).parent),
        "stats": _digest(Path(stats.__file__).parent),
        "evaluation": _digest(Path(__file__).parent),
        "search": _digest(Path(search.__file__).parent),
        "reranking": _digest(Path(reranking.__file__).parent),
        "local_features": _digest(Path(local_features.__file__).parent),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


@cache
def machine() -> str:
    """The CPU's model and the cores that may be used."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
        named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = named[0] if named else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores"


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:12]
