import json
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.embedding import cache


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "kept here"))
    return tmp_path / "kept here"


class Builder:
    def __init__(self, content=b"content"):
        self.calls, self.content = 0, content

    def __call__(self, target):
        self.calls += 1
        target.write_bytes(self.content)
        return {"calls": self.calls}


def make(build, key="key"):
    return cache.cached_file("kind", "a name/with: odd ✂ letters", key, ".bin", build)


def test_a_file_is_made_once(place):
    build = Builder()
    first, second = make(build), make(build)
    assert first == second
    assert first.is_relative_to(place / "kind")
    assert (first.read_bytes(), build.calls) == (b"content", 1)
    assert cache.facts_of(first) == {"calls": 1}


def test_another_key_is_another_file():
    assert make(Builder(), "one") != make(Builder(), "two")


@pytest.mark.parametrize("harm", ["truncate", "change", "no receipt", "broken receipt", "odd receipt"])
def test_a_damaged_file_is_made_again(harm):
    build = Builder()
    path = make(build)
    receipt = path.with_name(path.name + ".json")
    if harm == "truncate":
        path.write_bytes(b"")
    elif harm == "change":
        path.write_bytes(b"c0ntent")
    elif harm == "no receipt":
        receipt.unlink()
    elif harm == "broken receipt":
        receipt.write_text("{")
    else:
        receipt.write_text(json.dumps(["what"]))
    assert make(build).read_bytes() == b"content"
    assert build.calls == 2


def test_a_failed_build_leaves_nothing(place):
    def fail(target):
        target.write_bytes(b"half")
        raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        make(fail)
    left = [path.name for path in (place / "kind").iterdir() if not path.name.endswith(".lock")]
    assert left == []


def test_many_threads_make_it_once():
    build = Builder()
    threads = [threading.Thread(target=make, args=(build,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert build.calls == 1


def test_a_place_that_cannot_be_made_is_replaced(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "file" / "cache"))
    assert make(Builder()).read_bytes() == b"content"


def test_discarding_makes_it_again():
    build = Builder()
    cache.discard(make(build))
    make(build)
    assert build.calls == 2


@given(st.lists(st.text()), st.lists(st.text()))
def test_digests_differ_where_parts_differ(one, other):
    assert (cache.digest(*one) == cache.digest(*other)) == (one == other)


def test_what_a_killed_process_had_not_finished_goes(place):
    path = cache.cached_file("kind", "stem", "key", ".bin", Builder())
    old, new = path.with_name(f"{path.stem}.a.tmp"), path.with_name(f"{path.stem}.b.tmp")
    for left in (old, new):
        left.write_bytes(b"half")
    os.utime(old, (0, 0))
    cache.discard(path)
    cache.cached_file("kind", "stem", "key", ".bin", Builder())
    assert not old.exists()
    assert new.exists()
