"""Encoders from `transformers`: CLIP, SigLIP, SigLIP 2, DINOv2, ViT, ResNet and similar models.

Radford et al., CLIP, ICML 2021; Zhai et al., SigLIP, ICCV 2023; Tschannen et al., SigLIP 2, 2025; Oquab et
al., DINOv2, TMLR 2024; Dosovitskiy et al., ViT, ICLR 2021; He et al., ResNet, CVPR 2016.
"""

import math
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..errors import EncoderError
from . import hf_files
from .base import Concept, Embedded, join, normalise
from .cache import digest
from .onnx_runtime import Inputs, NetworkSpec, load_network
from .quiet import quiet_transformers

if TYPE_CHECKING:
    import torch

    from .trainable import TrainableModel

FloatArray = NDArray[np.float32]

CODE_VERSION = "transformers 1: own image processor, projected / first token / pooled, l2"
# Texts per batch: enough to use all cores, with little padding.
_TEXT_BATCH = 16


class HubEncoder:
    """A model of `transformers` with its own preprocessing; implements `core.embedding.base.Encoder`.

    No code from the model's repository runs, and only safetensors are loaded.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._folder = hf_files.locate(name)
        self._kind = hf_files.check(self._folder)
        self._fingerprint = hf_files.fingerprint(self._folder, CODE_VERSION)
        self._processor = _load("AutoImageProcessor", self._folder, backend="pil")
        self._packed = self._kind == "siglip2"  # the variant that takes patches, with a mask and a shape
        self._network = load_network(self._image_spec())
        self._dim = int(self._network({"pixels": self._example()["pixels"][:1]}).shape[1])
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The hub id or directory from which it was loaded."""
        return self._name

    @property
    def dim(self) -> int:
        """Dimension of an embedding."""
        return self._dim

    @property
    def fingerprint(self) -> str:
        """Hex digest of weights, configuration and preprocessing: the same for a hub id and a copy of it."""
        return self._fingerprint

    @cached_property
    def min_side(self) -> int:
        """Shortest side in pixels that `prepare` needs."""
        if self._packed:
            return math.ceil(
                math.sqrt(int(self._processor.max_num_patches)) * int(self._processor.patch_size)
            )
        size = dict(self._processor.size)
        side = int(size.get("shortest_edge") or max(size.get("height", 224), size.get("width", 224)))
        # ResNet and ConvNeXt scale to side / crop_pct and then cut the side out.
        crop = getattr(self._processor, "crop_pct", None)
        return math.ceil(side / crop) if crop else side

    @property
    def has_text(self) -> bool:
        """Whether the model has a text tower."""
        return self._kind in hf_files.WITH_TEXT

    def prepare(self, image: Image.Image) -> FloatArray:
        """Run the model's own image processor: float32 ``(3, H, W)``.

        SigLIP 2 with patches gives ``(1, patches, patch_dim + 3)``: each patch with its mask and the
        picture's height and width in patches.
        """
        made = self._processor(images=image.convert("RGB"), return_tensors="np")
        pixels: FloatArray = np.asarray(made["pixel_values"][0], dtype=np.float32)
        if not self._packed:
            return pixels
        mask = np.asarray(made["pixel_attention_mask"][0], dtype=np.float32)[:, None]
        shape = np.broadcast_to(np.asarray(made["spatial_shapes"][0], dtype=np.float32), (len(pixels), 2))
        return np.concatenate([pixels, mask, shape], axis=1)[None]

    def encode_prepared(self, batch: FloatArray) -> FloatArray:
        """Embed prepared pictures: L2-normalised ``(N, dim)`` float32."""
        return self.encode_with_norms(batch).vectors

    def encode_with_norms(self, batch: FloatArray) -> Embedded:
        """Embed prepared pictures; the norms are those of the model's features."""
        if len(batch) == 0:
            return join([], self.dim)
        return normalise(self._network({"pixels": np.ascontiguousarray(batch, dtype=np.float32)}))

    def encode_images(self, images: Sequence[Image.Image]) -> FloatArray:
        """Embed RGB pictures: L2-normalised ``(N, dim)`` float32."""
        parts = [np.zeros((0, self.dim), dtype=np.float32)]
        for start in range(0, len(images), 32):
            batch = np.stack([self.prepare(image) for image in images[start : start + 32]])
            parts.append(self.encode_prepared(batch))
        return np.concatenate(parts)

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed texts into the space of the pictures: L2-normalised ``(T, dim)`` float32.

        Raises:
            EncoderError: the model has no text tower.
        """
        if not self.has_text:
            raise EncoderError(
                f"{self.name} encodes pictures only; for words use efficientnet-lite0, CLIP or SigLIP."
            )
        parts = [np.zeros((0, self.dim), dtype=np.float32)]
        for start in range(0, len(texts), _TEXT_BATCH):
            tokens = self._tokenize(list(texts[start : start + _TEXT_BATCH]))
            parts.append(normalise(self._text_network(tokens)).vectors)
        return np.concatenate(parts)

    def explain_text(self, text: str, k: int = 5) -> list[Concept]:  # noqa: ARG002 (the protocol names them)
        """Return no concepts: these models map texts to vectors in one step."""
        return []

    def explain_images(self, vectors: FloatArray, k: int = 5) -> list[list[Concept]]:  # noqa: ARG002 (the protocol names them)
        """Return no concepts for any picture: these embeddings have no classes."""
        return [[] for _ in range(len(vectors))]

    @cached_property
    def _tokenizer(self) -> Any:
        return _load("AutoTokenizer", self._folder)

    def _tokenize(self, texts: list[str]) -> Inputs:
        config = hf_files.read_json(self._folder / "config.json").get("text_config") or {}
        longest = int(config.get("max_position_embeddings", 77 if self._kind == "clip" else 64))
        # SigLIP was trained on texts padded to the full length; CLIP finds the end of a text wherever it is.
        padding = True if self._kind == "clip" else "max_length"
        with self._lock:  # a tokenizer keeps the last padding setting: one thread at a time
            made = self._tokenizer(
                texts, padding=padding, truncation=True, max_length=longest, return_tensors="np"
            )
        names = ("input_ids", "attention_mask")
        return {name: np.asarray(made[name], dtype=np.int64) for name in names if name in made}

    @cached_property
    def _text_network(self) -> Any:
        example = self._tokenize(["a photo of a red dress", "dog"])

        def build() -> "torch.nn.Module":
            return _module(self._model(), _text_features)

        dynamic = {key: [1] for key in example} if self._kind == "clip" else {}
        name = f"{Path(self._name).name}-text"
        return load_network(
            NetworkSpec(name, f"{self._fingerprint}/text features", build, lambda: example, dynamic)
        )

    def trainable(self) -> "TrainableModel":
        """Load a copy of the model in PyTorch, for fine-tuning its image network."""
        from .trainable import TrainableModel

        model = self._model()
        return TrainableModel(model, _module(model, self._features()), self._folder)

    def _features(self) -> Any:
        return {
            **dict.fromkeys(hf_files.FIRST_TOKEN, _first_token),
            **dict.fromkeys(hf_files.POOLED, _pooled),
            **dict.fromkeys(hf_files.WITH_TEXT, _image_features),
            "siglip2": _packed_features,
        }[self._kind]

    def _image_spec(self) -> NetworkSpec:
        return NetworkSpec(
            name=Path(self._name).name,
            fingerprint=digest("features", self._fingerprint),
            build=lambda: _module(self._model(), self._features()),
            example=self._example,
            dynamic={},
        )

    def _example(self) -> Inputs:
        noise = np.random.default_rng(0).integers(0, 256, (2, 256, 320, 3), dtype=np.uint8)
        return {"pixels": np.stack([self.prepare(Image.fromarray(picture)) for picture in noise])}

    def _model(self) -> Any:
        # Without its pooling layer, which classifiers' checkpoints lack and which we do not use.
        extra = {"add_pooling_layer": False} if self._kind in {"vit", "deit"} else {}
        model, facts = _load(
            "AutoModel",
            self._folder,
            use_safetensors=True,
            output_loading_info=True,
            dtype="float32",
            **extra,
        )
        missing = [*facts["missing_keys"], *facts.get("mismatched_keys", [])]
        if missing:
            raise EncoderError(
                f"{self._folder} lacks {len(missing)} of its weights, such as {min(map(str, missing))}; "
                "they would be random numbers. Download the model again."
            )
        return model.eval()


def _load(auto: str, folder: Path, **options: Any) -> Any:
    """Call ``from_pretrained`` on local files only, and convert failures to plain messages."""
    import transformers

    try:
        with quiet_transformers():
            return getattr(transformers, auto).from_pretrained(
                folder, local_files_only=True, trust_remote_code=False, **options
            )
    except EncoderError:
        raise
    except Exception as error:  # transformers and safetensors raise many kinds of exceptions
        reason = (str(error).splitlines() or [repr(error)])[0][:200]
        raise EncoderError(f"{folder} cannot be loaded: {reason} Download the model again.") from error


def _module(model: Any, features: Any) -> "torch.nn.Module":
    import torch

    class Features(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, first: torch.Tensor, second: torch.Tensor | None = None) -> torch.Tensor:
            # Not *arrays: the exporter wants a name for each input.
            inputs = (first,) if second is None else (first, second)
            found: torch.Tensor = features(self.model, *inputs)
            return found

    return Features().eval()


def _pooler(output: Any) -> Any:
    """Transformers 5 returns an object, 4 returned the tensor."""
    return output.pooler_output if hasattr(output, "pooler_output") else output


def _image_features(model: Any, pixels: Any) -> Any:
    return _pooler(model.get_image_features(pixel_values=pixels))


def _packed_features(model: Any, pixels: Any) -> Any:
    patches, mask, shape = pixels[:, 0, :, :-3], pixels[:, 0, :, -3], pixels[:, 0, 0, -2:]
    return _pooler(
        model.get_image_features(
            pixel_values=patches, pixel_attention_mask=mask.int(), spatial_shapes=shape.long()
        )
    )


def _text_features(model: Any, ids: Any, mask: Any = None) -> Any:
    return _pooler(model.get_text_features(input_ids=ids, attention_mask=mask))


def _first_token(model: Any, pixels: Any) -> Any:
    return model(pixel_values=pixels).last_hidden_state[:, 0]


def _pooled(model: Any, pixels: Any) -> Any:
    return model(pixel_values=pixels).pooler_output.flatten(1)
