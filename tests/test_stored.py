import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import pytest

from core.errors import CollectionError
from core.stored import decoding, from_builtins, from_json, to_builtins, to_json


@dataclass(frozen=True)
class Part:
    name: str
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Whole:
    kind: Literal["one", "other"]
    count: int
    parts: tuple[Part, ...] = ()
    by_number: Mapping[int, Part] | None = None

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("a count of at least 0 expected")


def test_what_is_written_is_read():
    whole = Whole("one", 2**70, (Part("ä \udcff", (1.0, float("inf"))),), {3: Part("x")})
    assert from_json(Whole, to_json(whole)) == whole
    assert from_builtins(Whole, to_builtins(whole)) == whole
    assert from_json(tuple[Whole, ...], to_json((whole, whole))) == (whole, whole)


def test_numbers_of_numpy_and_mappings_that_only_read_become_plain():
    whole = Whole("one", 0, (Part("x", (np.float64(0.5),)),), MappingProxyType({3: Part("y")}))
    assert json.loads(to_json(whole)) == {
        "kind": "one",
        "count": 0,
        "parts": [{"name": "x", "values": [0.5]}],
        "by_number": {"3": {"name": "y", "values": []}},
    }
    with pytest.raises(TypeError, match="ndarray is not JSON"):
        to_json(Part("x", np.zeros(2)))  # type: ignore[arg-type]


def test_fields_of_another_version_are_passed_over_and_missing_ones_have_their_default():
    assert from_json(Whole, '{"kind": "other", "count": 1, "colour": "red"}') == Whole("other", 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "nonsense",
        "[" * 100_000,
        '{"kind": "one"}',
        '{"kind": "third", "count": 1}',
        '{"kind": "one", "count": "1"}',
        '{"kind": "one", "count": 1.5}',
        '{"kind": "one", "count": true}',
        '{"kind": "one", "count": -1}',
        '{"kind": "one", "count": 1, "parts": "ab"}',
    ],
)
def test_damage_ends_in_one_error(text):
    with pytest.raises(CollectionError, match="damaged"), decoding(lambda: CollectionError("It is damaged.")):
        from_json(Whole, text)
