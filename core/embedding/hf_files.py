"""The files of a `transformers` model: in a local directory, the hub's local cache, or on the hub.

Only JSON, text and safetensors files are ever fetched or read. Pickled weights can run code when loaded, and
are rejected.
"""

import json
import os
import re
import socket
import threading
from pathlib import Path
from typing import Any

from ..errors import EncoderError
from .cache import digest, sha256_file

# Image towers whose first token represents the picture, and those with their own pooling. A ViT
# checkpoint of a classifier has no pooler: taking `pooler_output` would multiply by random numbers.
FIRST_TOKEN = frozenset({"vit", "deit", "dinov2", "dinov2_with_registers", "dinov3_vit"})
POOLED = frozenset({"resnet", "convnext", "convnextv2", "regnet", "swin", "swinv2", "dinov3_convnext"})
WITH_TEXT = frozenset({"clip", "siglip", "siglip2"})
SUPPORTED = FIRST_TOKEN | POOLED | WITH_TEXT

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_WANTED = ["*.json", "*.safetensors", "*.txt", "*.model"]
# Long enough for a slow answer, short enough to report being offline before the user gives up.
_OFFLINE_FLAGS = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_CONNECT_TIMEOUT_S = 3.0
_ANSWER_TIMEOUT_S = 10.0


def looks_like_hub_id(name: str) -> bool:
    """Return whether `name` has the form ``owner/model``."""
    return _HUB_ID.fullmatch(name) is not None


def how_to_get(name: str) -> str:
    """Return instructions for installing a model on a machine without a network."""
    folder = f"models/{name.rsplit('/', 1)[-1]}"
    return (
        f"On a machine with a network run: hf download {name} --local-dir {folder}; "
        f"copy that directory here, and give its path as the encoder."
    )


def locate(name: str) -> Path:
    """Return the directory with the model's files, downloading them if necessary and possible.

    Args:
        name: an existing directory, or a hub id.

    Raises:
        EncoderError: there is no such directory, or the model is not available; the message says what to do.
    """
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return folder
    if not looks_like_hub_id(name) or name.startswith((".", "/", "~")):
        raise EncoderError(
            f"There is no encoder called {name!r}, and no such directory. Use efficientnet-lite0 or "
            "efficientnet-lite2, a hub id such as openai/clip-vit-base-patch32, or a directory with a model."
        )
    cached = cached_snapshot(name)
    if cached is not None:
        return cached
    return _download(name)


def cached_snapshot(name: str) -> Path | None:
    """Return the hub cache's complete copy of a model, or None; no network access."""
    home = Path(os.environ.get("HF_HOME", "~/.cache/huggingface")).expanduser()
    hub = Path(os.environ.get("HF_HUB_CACHE", home / "hub")).expanduser()
    repository = hub / f"models--{name.replace('/', '--')}"
    reference = repository / "refs" / "main"
    try:
        snapshots = [repository / "snapshots" / reference.read_text(encoding="utf-8").strip()]
    except OSError:
        snapshots = sorted((repository / "snapshots").glob("*"))
    return next((path for path in snapshots if _complete(path)), None)


def _complete(folder: Path) -> bool:
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        try:
            names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, KeyError, AttributeError):
            return False
        weights = all((folder / name).is_file() for name in names)
    else:
        weights = (folder / "model.safetensors").is_file()
    return weights and (folder / "config.json").is_file() and (folder / "preprocessor_config.json").is_file()


def _download(name: str) -> Path:
    how = how_to_get(name)
    if any(os.environ.get(flag, "").upper() in {"1", "ON", "YES", "TRUE"} for flag in _OFFLINE_FLAGS):
        raise EncoderError(f"{name} is not on this machine, and HF_HUB_OFFLINE forbids downloading it. {how}")
    from huggingface_hub import constants, snapshot_download

    if not _reachable(constants.ENDPOINT):
        raise EncoderError(f"{name} is not on this machine, and the hub cannot be reached. {how}")
    try:
        folder = Path(snapshot_download(name, allow_patterns=_WANTED, etag_timeout=_ANSWER_TIMEOUT_S))
    except Exception as error:  # the hub's library does not catch errors of its HTTP client
        raise EncoderError(
            f"{name} could not be downloaded ({type(error).__name__}). Is the name right? {how}"
        ) from error
    return folder


def _reachable(endpoint: str) -> bool:
    """Try one connection, in a thread because a DNS lookup has no timeout of its own."""
    if any(os.environ.get(proxy) for proxy in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return True  # only the HTTP client can use a proxy; its own timeouts must suffice
    host = endpoint.split("//", 1)[-1].split("/", 1)[0]
    port = 80 if endpoint.startswith("http:") else 443
    if ":" in host:
        host, _, number = host.rpartition(":")
        port = int(number)
    answered = threading.Event()

    def connect() -> None:
        try:
            with socket.create_connection((host, port), timeout=_CONNECT_TIMEOUT_S):
                answered.set()
        except OSError:
            return

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(_CONNECT_TIMEOUT_S)
    return answered.is_set()


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object from a model's directory.

    Raises:
        EncoderError: the file is missing or is not a JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EncoderError(f"{path.parent} is not a model directory: it has no {path.name}.") from None
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path} cannot be read as JSON: {error}. Download the model again.") from error
    if not isinstance(content, dict):
        raise EncoderError(f"{path} does not hold a JSON object. Download the model again.")
    return content


def check(folder: Path) -> str:
    """Return the model type of a directory after checking that everything needed is there.

    Raises:
        EncoderError: a file is missing, the weights are pickled, or the type is not supported.
    """
    kind = str(read_json(folder / "config.json").get("model_type"))
    if kind not in SUPPORTED:
        raise EncoderError(
            f"{folder} holds a model of type {kind!r}; supported are {', '.join(sorted(SUPPORTED))}."
        )
    read_json(folder / "preprocessor_config.json")
    if not list(folder.glob("*.safetensors")):
        if list(folder.glob("*.bin")) or list(folder.glob("*.pt*")):
            raise EncoderError(
                f"{folder} holds only pickled weights, which could run code when loaded. "
                "Use a version of the model that has model.safetensors."
            )
        raise EncoderError(f"{folder} holds no weights: model.safetensors is missing.")
    if not _complete(folder):
        raise EncoderError(f"{folder} lacks a part of its weights. Download the model again.")
    return kind


def fingerprint(folder: Path, code_version: str) -> str:
    """Return the digest of the weights, the configuration, the preprocessing and our code around them."""
    files = sorted(folder.glob("*.safetensors"))
    files += [folder / "config.json", folder / "preprocessor_config.json"]
    return digest(code_version, *(f"{path.name} {sha256_file(path)}" for path in files))
