"""What every benchmark prints: a table for people, or one JSON object for programs.

A benchmark measures, names its targets, and hands both to `report`:

    sys.exit(report("ingest", figures, targets, holds=figures["speedup"] >= 3.0, as_json=args.json))
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

Figure = float | int | str | bool | None


def machine() -> str:
    """Name what the numbers were taken on: CPU model, usable cores, Python."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, Python {platform.python_version()}"


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser that already knows the two options of every benchmark."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--quick", action="store_true", help="a smaller run of less than a minute")
    options.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    return options


def report(
    name: str, figures: Mapping[str, Figure], targets: Mapping[str, Figure], holds: bool, as_json: bool
) -> int:
    """Print the outcome of a benchmark.

    Args:
        name: which benchmark, such as ``"quality"``.
        figures: what was measured, flat: a name and a number (or a short text) each.
        targets: the bound of each figure that has one, under the figure's own name.
        holds: whether every target is met.
        as_json: one JSON object on stdout instead of the table.

    Returns:
        The exit status for the process: 0 when `holds`, else 1.
    """
    if as_json:
        outcome = {
            "benchmark": name,
            "figures": dict(figures),
            "targets": dict(targets),
            "holds": bool(holds),
            "machine": machine(),
        }
        json.dump(outcome, sys.stdout)
        sys.stdout.write("\n")
        return 0 if holds else 1
    width = max((len(label) for label in figures), default=0)
    sys.stdout.write(f"{name}: {'holds' if holds else 'DOES NOT HOLD'}\n{machine()}\n\n")
    for label, value in figures.items():
        bound = f"   target {_show(targets[label])}" if label in targets else ""
        sys.stdout.write(f"{label:<{width}}  {_show(value):>12}{bound}\n")
    for label in targets.keys() - figures.keys():
        sys.stdout.write(f"{label:<{width}}  {'not measured':>12}   target {_show(targets[label])}\n")
    return 0 if holds else 1


def _show(value: Figure) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
