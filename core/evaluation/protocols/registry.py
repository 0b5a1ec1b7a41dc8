"""All protocols, and one of them by name."""

from collections.abc import Mapping
from typing import Any

from ...errors import EvaluationError
from .base import EvaluationProtocol
from .label import LabelProtocol
from .text import CaptionProtocol, MarksProtocol, TextProtocol, WordsProtocol

_ALL: dict[str, type[EvaluationProtocol]] = {
    protocol.name: protocol
    for protocol in (LabelProtocol, WordsProtocol, CaptionProtocol, TextProtocol, MarksProtocol)
}


def protocol_from(name: str, parameters: Mapping[str, Any]) -> EvaluationProtocol:
    """The protocol of this name with these parameters, as a stored run names them.

    Raises:
        EvaluationError: there is none of this name, or the parameters are not its.
    """
    if name not in _ALL:
        raise EvaluationError(f"There is no protocol “{name}”; there are {', '.join(_ALL)}.")
    try:
        return _ALL[name].restore(parameters)
    except (TypeError, KeyError) as error:
        raise EvaluationError(
            f"The protocol “{name}” was stored by another version, with parameters that are not known here."
        ) from error
