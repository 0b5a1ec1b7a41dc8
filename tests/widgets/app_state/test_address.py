"""The address bar: what is browsed and what is searched, both ways."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.collection.types import Filter
from core.search.query import Region
from widgets.app_state.address import MOST_EXAMPLES, PAGE_SIZE, Browse, SearchRequest

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
filters = st.builds(
    Filter,
    labels=st.lists(st.none() | words.filter(bool), max_size=4, unique=True).map(tuple),
    name=words,
    taken_from=st.none() | st.dates(),
    taken_to=st.none() | st.dates(),
    favourites=st.booleans(),
)
ids = st.lists(st.integers(1, 10**9), max_size=5, unique=True).map(tuple)
fractions = st.integers(0, 99).map(lambda n: n / 100)


@st.composite
def requests(draw):
    like = draw(ids)
    left, top = draw(fractions), draw(fractions)
    region = draw(st.none() | st.just(Region(left, top, left + 0.01, top + 0.01)))
    return SearchRequest(
        text=draw(words).strip(),
        like=like,
        unlike=tuple(i for i in draw(ids) if i not in like),
        region=region
        and Region(*(round(v, 3) for v in (region.left, region.top, region.right, region.bottom))),
        where=draw(filters),
        size=draw(st.sampled_from((12, 24, 48, 96))),
        again=draw(st.sampled_from(("", "local", "encoder:facebook/dinov2-small"))),
    )


@given(requests())
def test_a_search_is_an_address(request):
    assert SearchRequest.read(request.write()) == request


@given(
    st.builds(
        Browse,
        where=filters,
        order=st.sampled_from(("added", "name", "label", "taken")),
        descending=st.booleans(),
        page=st.integers(1, 5000),
        bin=st.booleans(),
    )
)
def test_a_page_of_a_collection_is_an_address(view):
    assert Browse.read(view.write()) == view


def test_the_usual_is_left_out():
    assert SearchRequest().write() == {}
    assert Browse().write() == {}
    assert SearchRequest(text="a red dress", like=(3, 5)).write() == {"q": ["a red dress"], "like": ["3,5"]}


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "q",
                "like",
                "unlike",
                "region",
                "k",
                "label",
                "name",
                "from",
                "to",
                "page",
                "sort",
                "up",
                "view",
            ]
        ),
        st.lists(st.text(max_size=30), max_size=3),
    )
)
def test_no_address_is_an_error(params):
    SearchRequest.read(params)
    assert Browse.read(params).page >= 1


@pytest.mark.parametrize("text", ["1,0,0,1", "0,0,2,1", "nan,0,1,1", "0,0,1", "a,b,c,d", "0,0,0,0"])
def test_a_region_that_makes_no_sense_is_none(text):
    assert SearchRequest.read({"region": [text]}).region is None


def test_no_label_and_a_label_of_a_dash_differ():
    where = Filter(labels=(None, "-"))
    assert SearchRequest.read(SearchRequest(where=where).write()).where == where


def test_the_newest_word_on_a_picture_counts():
    request = SearchRequest(like=(1, 2), unlike=(3,)).with_example("unlike", 1)
    assert (request.like, request.unlike) == ((2,), (3, 1))
    assert request.with_example("like", 3).unlike == (1,)
    assert request.without_example("unlike", 3).unlike == (1,)


def test_an_address_stays_short():
    request = SearchRequest()
    for picture in range(100):
        request = request.with_example("like", picture)
    assert len(request.like) == MOST_EXAMPLES


def test_a_region_goes_only_with_one_picture():
    region = Region(0, 0, 0.5, 0.5)
    assert SearchRequest(like=(1,), region=region).query().region == region
    assert SearchRequest(like=(1, 2), region=region).query().region is None
    assert SearchRequest(text="x", region=region).query(b"image").region == region


def test_pages():
    view = Browse(page=9)
    assert view.pages(0) == 1
    assert view.pages(PAGE_SIZE) == 1
    assert view.pages(PAGE_SIZE + 1) == 2
    assert view.offset(PAGE_SIZE + 1) == PAGE_SIZE
    assert view.offset(0) == 0


def test_a_day_is_a_day():
    assert SearchRequest.read({"from": ["2024-02-30"], "to": ["2024-02-29"]}).where == Filter(
        taken_to=date(2024, 2, 29)
    )
