"""What import-linter cannot see: names in the faces of packages are loaded when they are used."""

import re
from pathlib import Path

import pytest

CORE = Path(__file__).parents[1] / "core"
OWNERS = sorted(path.parent.name for path in CORE.glob("*/store.py"))


@pytest.mark.parametrize("feature", OWNERS)
def test_no_face_hands_out_the_store_of_its_feature(feature):
    face = (CORE / feature / "__init__.pyi").read_text(encoding="utf-8")
    assert re.findall(r"as (\w*Store)\b", face) == []


def test_every_store_is_protected():
    rules = (CORE.parent / "pyproject.toml").read_text(encoding="utf-8")
    stores = [path for path in CORE.rglob("store.py") if path.parts[len(CORE.parts)] != "collection"]
    names = [".".join(path.relative_to(CORE.parent).with_suffix("").parts) for path in stores]
    assert [name for name in names if f'protected_modules = ["{name}"]' not in rules] == []
