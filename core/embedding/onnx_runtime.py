"""Inference: ONNX Runtime on the CPU, PyTorch on a GPU or if the export fails.

A network is described by a function that builds the PyTorch module. That function, and with it the import
of torch, runs only when there is no cached export: a warm start needs ONNX Runtime alone.
"""

import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .base import normalise
from .cache import cache_dir, cached_file, digest, discard

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

FloatArray = NDArray[np.float32]
Inputs = dict[str, NDArray[Any]]

OPSET = 18
# Incremented whenever the exported graph would change, so that older cached files are not used.
EXPORT_VERSION = 1
# Largest difference to PyTorch on one coordinate of a normalised embedding that an export may show.
# EfficientNet-Lite0 shows 2e-7 to 1e-6; a wrong operator shows 1e-2 and more.
MAX_DIFFERENCE = 1e-3
# Pictures per run of one thread. 16 pictures per call from two threads on two cores, images per second,
# median (range) of 7 turns on a machine that others used too, at 1, 2, 3, 4, 8 pictures: Lite0 125 (67–207),
# 166 (125–212), 131 (123–216), 134 (123–210), 129 (123–206); Lite2 95, 91, 78, 60, 69.
MICRO_BATCH = 2


class Network(Protocol):
    """A network that is ready to run, from any number of threads at once."""

    @property
    def backend(self) -> str:
        """``"onnxruntime"``, ``"torch-cpu"`` or ``"torch-cuda"``."""

    def __call__(self, inputs: Inputs) -> FloatArray:
        """Run on arrays that share their first (batch) axis: ``(N, ...)`` to ``(N, dim)`` float32."""


@dataclass(frozen=True)
class NetworkSpec:
    """A network that can be built, exported and checked.

    Attributes:
        name: readable; part of the cached file's name.
        fingerprint: digest of the weights and of the code around them.
        build: imports torch and returns the module; its ``forward`` takes the inputs in order and returns
            features ``(N, dim)`` float32, of any length.
        example: a fixed batch of two or more, for the export and for the check.
        dynamic: for each input, the axes (beside the batch axis 0) whose length varies.
    """

    name: str
    fingerprint: str
    build: Callable[[], "torch.nn.Module"]
    example: Callable[[], Inputs]
    dynamic: Mapping[str, Sequence[int]]


def load_network(spec: NetworkSpec) -> Network:
    """Load `spec` on the fastest backend available: CUDA, else a (cached) ONNX export, else PyTorch."""
    if _cuda_available():
        return TorchNetwork(spec, "cuda")
    key = f"{spec.fingerprint}/opset {OPSET}/export {EXPORT_VERSION}"
    failed = _failure_note(key)
    if failed.exists():
        return TorchNetwork(spec, "cpu")
    try:
        for attempt in range(2):
            path = cached_file("onnx", spec.name, key, ".onnx", lambda target: _export(spec, target))
            try:
                return OnnxNetwork(path)
            except Exception:  # ONNX Runtime raises its own exceptions for a file it cannot read
                if attempt:
                    raise
                discard(path)
    except ExportError as error:
        log.warning("%s runs in PyTorch, which is slower: %s", spec.name, error)
        if not isinstance(error.__cause__, OSError):  # a full disk does not mean that the export fails
            with suppress(OSError):
                failed.write_text(str(error), encoding="utf-8")
    except OSError as error:
        log.warning("%s runs in PyTorch, which is slower: no place for its export (%s)", spec.name, error)
    return TorchNetwork(spec, "cpu")


def _failure_note(key: str) -> Path:
    """Path of the file that marks a network as not exportable by this PyTorch version: an attempt takes
    seconds.
    """
    return cache_dir("onnx") / f"{digest(key, version('torch'))[:16]}.failed"


class ExportError(Exception):
    """A network that ONNX cannot express, or whose export does not agree with PyTorch."""


class OnnxNetwork:
    """One ONNX Runtime session, shared by all threads.

    Each run computes on the thread that calls it (``intra_op_num_threads=1``). Measured on two cores with
    EfficientNet-Lite0, images per second: two threads on one shared session 185, on a session each 184, one
    thread on a two-thread session 105 at batch 1 and 136 at batch 4. So the pictures of a large call are
    split over a pool, and a single picture takes one run of about 10 ms.
    """

    backend = "onnxruntime"

    def __init__(self, path: Path) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def __call__(self, inputs: Inputs) -> FloatArray:
        """Run the session; see `Network`."""
        count = len(next(iter(inputs.values())))
        if count <= MICRO_BATCH or _cores() == 1:
            return np.concatenate([self._run(part) for part in _split(inputs, count)])
        return np.concatenate(list(_pool().map(self._run, _split(inputs, count))))

    def _run(self, inputs: Inputs) -> FloatArray:
        result: FloatArray = self._session.run(None, inputs)[0]
        return result


class TorchNetwork:
    """The PyTorch module itself, on the GPU, or on the CPU if the export failed."""

    def __init__(self, spec: NetworkSpec, device: str) -> None:
        self.backend = f"torch-{device}"
        self._names = list(spec.example())
        self._module = spec.build().eval().to(device)
        self._device = device
        # One at a time: PyTorch already spreads one run over all cores, and a GPU queues them anyway.
        self._lock = threading.Lock()

    def __call__(self, inputs: Inputs) -> FloatArray:
        """Run the module; see `Network`."""
        import torch

        with self._lock, torch.inference_mode():
            arrays = [torch.from_numpy(np.ascontiguousarray(inputs[name])) for name in self._names]
            output = self._module(*(array.to(self._device) for array in arrays))
            result: FloatArray = output.float().cpu().numpy()
        return result


def _split(inputs: Inputs, count: int) -> list[Inputs]:
    return [
        {name: array[start : start + MICRO_BATCH] for name, array in inputs.items()}
        for start in range(0, max(count, 1), MICRO_BATCH)
    ]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_cores(), thread_name_prefix="encoder")


@cache
def _cuda_available() -> bool:
    """Whether PyTorch can use a GPU, without importing it on the many machines that have none."""
    driver = Path("/proc/driver/nvidia/version").exists() or Path("/dev/dxg").exists() or os.name == "nt"
    try:
        cpu_build = version("torch").endswith("+cpu")
    except PackageNotFoundError:
        return False
    if cpu_build or not driver:
        return False
    import torch

    return torch.cuda.is_available()


def _export(spec: NetworkSpec, target: Path) -> dict[str, float | str]:
    """Write the ONNX form of `spec` to `target`, and return how far it is from PyTorch."""
    import torch

    module = spec.build().eval()
    example = spec.example()
    arguments = tuple(torch.from_numpy(array) for array in example.values())
    varying = torch.export.Dim.DYNAMIC
    axes = [dict.fromkeys((0, *spec.dynamic.get(name, ())), varying) for name in example]
    try:
        with _quiet(), torch.no_grad():
            expected = module(*arguments).numpy()
            torch.onnx.export(
                module,
                arguments,
                str(target),
                dynamo=True,
                external_data=False,
                opset_version=OPSET,
                input_names=list(example),
                output_names=["vectors"],
                dynamic_shapes=tuple(axes),
                verbose=False,
            )
        exported = OnnxNetwork(target)(example)
    except Exception as error:  # the exporter raises many kinds of undocumented exceptions
        raise ExportError(
            f"the export to ONNX failed ({type(error).__name__}: {str(error)[:200]})"
        ) from error
    difference = float(np.abs(normalise(exported).vectors - normalise(expected).vectors).max())
    if not difference <= MAX_DIFFERENCE:  # written this way, NaN fails too
        raise ExportError(f"the export differs from PyTorch by {difference:.2g} (at most {MAX_DIFFERENCE:g})")
    log.info("exported %s; largest difference to PyTorch %.2g", spec.name, difference)
    return {"network": spec.name, "max_abs_difference": difference, "torch": torch.__version__}


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress the exporter's notes about packages that it does not need."""
    noisy = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in noisy]
    for logger in noisy:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(noisy, levels, strict=True):
            logger.setLevel(level)
