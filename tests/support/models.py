"""Tiny models of `transformers`, randomly initialised and saved the way the hub has them."""

import json

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

_WORDS = [
    "a",
    "photo",
    "of",
    "the",
    "red",
    "blue",
    "green",
    "dress",
    "dog",
    "cat",
    "shoe",
    "hat",
    "two",
    "on",
]
_UNKNOWN = "<unk>"


def save(kind, folder):
    """Save a model of one kind to a directory, with its processor and (where it reads) its tokenizer."""
    import torch
    import transformers as t

    torch.manual_seed(7)
    vision = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
    }
    text = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "vocab_size": 200,
    }
    square = {"height": 32, "width": 32}
    if kind == "clip":
        tokenizer = _tokenizer("<|startoftext|>", "<|endoftext|>", "<|endoftext|>")
        ids = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
        config = t.CLIPConfig(
            vision_config={**vision, "projection_dim": 24},
            text_config={**text, **ids, "max_position_embeddings": 16, "projection_dim": 24},
            projection_dim=24,
        )
        model = t.CLIPModel(config)
        processor = t.CLIPImageProcessorPil(size={"shortest_edge": 32}, crop_size=square)
    elif kind == "siglip":
        tokenizer = _tokenizer("<s>", "</s>", "</s>", mask=False)
        config = t.SiglipConfig(vision_config=vision, text_config={**text, "max_position_embeddings": 12})
        model = t.SiglipModel(config)
        processor = t.SiglipImageProcessorPil(size=square)
    elif kind == "siglip2":
        tokenizer = _tokenizer("<bos>", "<eos>", "<pad>", mask=False)
        packed = {k: v for k, v in vision.items() if k != "image_size"}
        config = t.Siglip2Config(
            vision_config={**packed, "num_patches": 16}, text_config={**text, "max_position_embeddings": 12}
        )
        model = t.Siglip2Model(config)
        processor = t.Siglip2ImageProcessorPil(patch_size=8, max_num_patches=16)
    elif kind == "dinov2":
        tokenizer = None
        config = t.Dinov2Config(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=32, patch_size=8
        )
        model = t.Dinov2Model(config)
        processor = t.BitImageProcessorPil(size={"shortest_edge": 36}, crop_size=square)
    elif kind == "vit":
        tokenizer = None
        model = t.ViTForImageClassification(t.ViTConfig(**vision))  # as the hub has it: a classifier
        processor = t.ViTImageProcessorPil(size=square)
    else:
        tokenizer = None
        config = t.ResNetConfig(
            embedding_size=8, hidden_sizes=[8, 16, 24, 40], depths=[1, 1, 1, 1], layer_type="basic"
        )
        model = t.ResNetForImageClassification(config)
        processor = t.ConvNextImageProcessorPil(size={"shortest_edge": 32}, crop_pct=0.875)
    model.eval()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    if tokenizer is not None:
        tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(begin, end, pad, mask=True):
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.WordLevel(unk_token=_UNKNOWN))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    special = list(dict.fromkeys([begin, end, pad, _UNKNOWN]))
    raw.train_from_iterator([_WORDS], trainers.WordLevelTrainer(special_tokens=special))
    raw.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        special_tokens=[(begin, raw.token_to_id(begin)), (end, raw.token_to_id(end))],
    )
    names = ["input_ids", "attention_mask"] if mask else ["input_ids"]
    return PreTrainedTokenizerFast(
        tokenizer_object=raw,
        bos_token=begin,
        eos_token=end,
        pad_token=pad,
        unk_token=_UNKNOWN,
        model_input_names=names,
    )


def edit_json(path, **changes):
    """Change keys of a JSON file in place."""
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **changes}), encoding="utf-8")


def pictures(count, seed=0):
    """Make RGB pictures of different shapes, smooth enough that resizing keeps what is in them."""
    from PIL import Image

    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (count, 6, 8, 3), dtype=np.uint8)
    sizes = [(int(w), int(h)) for w, h in rng.integers(40, 400, (count, 2))]
    return [
        Image.fromarray(c).resize(s, Image.Resampling.BICUBIC) for c, s in zip(coarse, sizes, strict=True)
    ]
