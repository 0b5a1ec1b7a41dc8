"""A `transformers` model in PyTorch, for fine-tuning and saving."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

_KEPT = ("*.json", "*.txt", "*.model")
_WRITTEN = ("config.json", "model.safetensors.index.json")


@dataclass(frozen=True, eq=False)
class TrainableModel:
    """A model and its image network.

    Attributes:
        model: of `transformers`, with its text tower where it has one.
        network: prepared images to features ``(B, dim)``, not normalised; it shares its parameters with
            `model`.
        source: the directory it was loaded from.
    """

    model: Any
    network: torch.nn.Module
    source: Path

    def blocks(self) -> list[torch.nn.Module]:
        """The blocks of the picture network, from input to output: layers of a transformer, or stages."""
        tower = getattr(self.model, "vision_model", self.model)
        lists = (module for module in tower.modules() if isinstance(module, torch.nn.ModuleList))
        return list(next(lists, []))  # the outermost; a stage may hold a list of its own

    def save(self, folder: Path) -> None:
        """Write the model with its preprocessing and tokenizer, as `load_encoder` takes it.

        Raises:
            OSError: the directory cannot be written.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.model.save_pretrained(folder)
        for pattern in _KEPT:
            for file in self.source.glob(pattern):
                if file.name not in _WRITTEN:
                    shutil.copyfile(file, folder / file.name)
