import pytest

from core.index.base import AS_BUILT, SearchParameters
from core.index.spec import FLAT, Recipe
from core.index.tuning.types import Latency, Measured
from core.index.tuning.wording import bytes_text, parameters_text, recipe_title, sentence
from core.stats.interval import Interval

HNSW = Recipe("hnsw", "HNSW32", 80)


def proven(kind, recall, low, high, ef, queries):
    return Measured(
        HNSW,
        SearchParameters(ef_search=ef),
        kind,
        recall,
        Interval(low, high, 0.95),
        queries,
        Latency(1, 2, 9),
    )


def test_the_sentence_names_index_recall_and_cost():
    image = proven("image", 0.993, 0.99049, 0.9958, 64, 1000)
    text = proven("text", 0.981, 0.9658, 0.99, 64, 200)
    assert sentence(
        HNSW, {"image": image, "text": text}, {"image": 41.3, "text": 41.4}, 10, 9, 1_900_000_000
    ) == (
        "HNSW M=32, efSearch=64: recall@10 0.993 (95 % CI 0.990–0.996) on 1,000 of your images and "
        "recall@10 0.981 (95 % CI 0.965–0.990) on 200 text queries, 41 times faster than exact, 1.9 GB"
    )


def test_settings_that_differ_are_told_apart():
    image = proven("image", 0.993, 0.9905, 0.9958, 32, 1000)
    text = proven("text", 0.96, 0.951, 0.97, 512, 400)
    said = sentence(HNSW, {"image": image, "text": text}, {"image": 214.0, "text": 9.44}, 10, 9, 38_000_000)
    assert said.startswith(
        "HNSW M=32, efSearch=32 for image queries, efSearch=512 for text queries: recall@10"
    )
    assert said.endswith("214 and 9.4 times faster than exact, 38 MB")


def test_pieces():
    assert recipe_title(FLAT) == "Exact search"
    assert recipe_title(Recipe("ivf", "PCA256,IVF1024,PQ32")) == "PCA256,IVF1024,PQ32"
    assert recipe_title(Recipe("hnsw", "HNSW32_SQ8")) == "HNSW M=32 SQ8"
    scanned = "PCAR384,IVF1024,PQ192x4fsr"
    assert recipe_title(Recipe("ivf", f"{scanned},RFlat")) == "IVF1024 + PQ192, refined"
    assert recipe_title(Recipe("ivf", f"{scanned},Refine(SQ8)")) == "IVF1024 + PQ192, refined in SQ8"
    assert parameters_text(SearchParameters(nprobe=8, refine=200)) == "nprobe=8, refine=200"
    assert parameters_text(AS_BUILT) == ""


@pytest.mark.parametrize(
    ("count", "text"),
    [(10, "0.1 MB"), (1_500_000, "1.5 MB"), (38_400_000, "38 MB"), (2_340_000_000, "2.3 GB")],
)
def test_bytes(count, text):
    assert bytes_text(count) == text
