import json

import pytest

from core import Workspace
from core.stored import to_json
from tests.index_manager.conftest import quick
from tests.support.rows import fill, unit

__all__ = ["quick"]
LENIENT = ("--target", 0.9, "--text-target", 0.9)


@pytest.fixture
def full(run):
    shop = Workspace().create("shop", "tiny")
    fill(shop, unit(2500))
    return shop


def test_tune_stores_an_index_and_says_how_to_use_it(answer, run, full, quick):
    found = answer("tune", "shop", *LENIENT)
    assert (found["index"], found["in_use"], found["k"]) == (1, False, 10)
    assert found["certificates"]["image"]["interval"]["low"] >= 0.9
    assert found["sentence"].startswith("HNSW M=16, efSearch=")
    assert full.indexes.in_use(full.space().id) is None
    said = run("tune", "shop", *LENIENT, "--use", "-k", 5).stdout
    assert "HNSW M=16: built in" in said
    assert "recall@5" in said
    assert "Index 2 serves now." in said
    assert full.indexes.in_use(full.space().id).id == 2


def test_nothing_is_used_where_search_stays_exact(answer, full):
    found = answer("tune", "shop", "--use")
    assert (found["index"], found["in_use"], found["recipe"]["factory"]) == (None, False, "Flat")
    assert "nothing else is worth building" in found["notes"][0]


def test_tune_passes_its_options_on(answer, full, quick):
    found = answer("tune", "shop", *LENIENT, "--memory", 0.0001, "--seed", 2, "--budget", 30)
    assert found["index"] is None
    assert "0.1 MB that were allowed" in found["notes"][0]


def test_build_list_use_and_check(answer, run, full):
    assert answer("index", "list", "shop")["indexes"] == []
    assert "every search is exact" in run("index", "list", "shop").stdout
    built = answer("index", "build", "shop", "--factory", "HNSW8", "--ef-construction", 20)
    assert (built["index"], built["in_use"], built["sentence"]) == (1, False, "not measured")
    assert built["bytes"] > 2500 * 48 * 4
    assert json.loads(full.indexes.get(1).recipe) == {
        "family": "hnsw",
        "factory": "HNSW8",
        "ef_construction": 20,
    }
    assert "None of them serves" in run("index", "list", "shop").stdout
    assert answer("index", "use", "shop", 1)["in_use"]
    assert "★   1" in run("index", "list", "shop").stdout
    checked = answer("index", "check", "shop", "--queries", 20, "--seed", 0)
    assert (checked["index"], checked["collapsed"]) == (1, False)
    assert checked["kinds"]["image"]["queries"] == 20
    assert answer("index", "use", "shop", "flat")["index"] is None
    assert full.indexes.in_use(full.space().id) is None
    assert answer("index", "check", "shop")["kinds"] == {}


def test_an_index_built_by_hand_is_compared_before_it_is_trusted(answer, run, full):
    good = answer("index", "build", "shop", "--factory", "HNSW32", "--use")
    assert good["in_use"]
    assert good["checked"]["weak"] == []
    assert good["checked"]["kinds"]["image"]["recall"] > 0.95
    poor = answer("index", "build", "shop", "--factory", "IVF512,Flat", "--use")
    assert poor["in_use"]
    assert "image" in poor["checked"]["weak"]
    said = run("index", "build", "shop", "--factory", "IVF512,Flat", "--use").stdout
    assert "python -m core tune shop --use" in said
    assert full.indexes.in_use(full.space().id).id == 3


def test_milvus_is_one_setting(answer, full, monkeypatch):
    from core.index_manager import remote

    def move(collection, uri, encoder, monitor):
        place = to_json(remote.Place(uri, "there"))
        record = collection.indexes.add(collection.space().id, place, "{}", "{}")
        return collection.indexes.use(record.id), None

    monkeypatch.setattr("core.index_manager.move", move)
    found = answer("index", "use", "shop", "milvus", "--uri", "http://localhost:19530")
    assert (found["title"], found["in_use"]) == ("Milvus at http://localhost:19530", True)


@pytest.mark.parametrize(
    "wrong",
    [
        ("use", "shop", "milvus"),
        ("use", "shop", "flat", "--uri", "http://x"),
        ("use", "shop", "fastest"),
        ("build", "shop", "--ef-construction", 20),
        ("check", "shop", "--queries", 0),
    ],
)
def test_wrong_arguments(run, full, wrong):
    assert run("index", *wrong).exit_code == 2


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("tune", "shop", "-k", 3000), "there are only 2,500 pictures"),
        (("tune", "shop", "--target", 2), "between 0 and 1"),
        (("index", "use", "shop", 7), "no index 7"),
        (("index", "build", "shop", "--factory", "Nonsense"), "that FAISS can build"),
        (("index", "build", "shop", "--factory", "IVF4096,Flat"), "cannot train"),
    ],
)
def test_a_users_error_is_one_sentence(run, full, command, sentence):
    result = run(*command)
    assert result.exit_code == 1
    assert sentence in str(result.exception)
    assert full.indexes.list() == []
