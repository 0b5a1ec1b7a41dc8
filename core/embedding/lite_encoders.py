"""EfficientNet-Lite0 and Lite2 with words, as the registry lists them."""

from .base import Encoder
from .built_in import BuiltIn
from .efficientnet import DIM, LITE0, LITE2, LiteModel, weights_path
from .text.colors import WIDTH
from .text.minilm import model_dir


def _encoder(model: LiteModel) -> BuiltIn:
    def load() -> Encoder:
        from .default_encoder import EmbeddedEncoder

        return EmbeddedEncoder(model)

    return BuiltIn(
        model.name, model.title, DIM + WIDTH, True, load, lambda: (weights_path(model), model_dir())
    )


LITE0_ENCODER = _encoder(LITE0)
LITE2_ENCODER = _encoder(LITE2)
