"""So many at once, and the others in the order in which they came."""

import threading

import pytest
from PIL import Image

from core import Query, SearchEngine
from core.search import slots as all_slots
from core.search.slots import Slots
from core.search.tiles import search_tiles
from tests.support.picture_bytes import encode


def wait_until(condition):
    for _ in range(3000):
        if condition():
            return
        threading.Event().wait(0.01)
    pytest.fail("it never came to that")


def test_only_so_many_hold_a_slot_and_the_first_to_come_is_next():
    slots, order = Slots(2), []
    done = [threading.Event() for _ in range(5)]
    threads = []

    def work(number):
        with slots.take():
            order.append(number)
            done[number].wait(30)

    for number in range(5):
        threads.append(threading.Thread(target=work, args=(number,), daemon=True))
        threads[-1].start()
        wait_until(lambda n=number: len(order) + slots.waiting == n + 1)
    assert sorted(order) == [0, 1]
    assert slots.waiting == 3
    for number, expected in enumerate([2, 3, 4], start=3):
        done[
            number - 3
        ].set()  # one slot comes free at a time: two threads let in at once may note it in either order
        wait_until(lambda n=number: len(order) == n)
        assert order[-1] == expected
    for event in done:
        event.set()
    for thread in threads:
        thread.join(30)
    assert slots.waiting == 0


def test_a_failure_gives_the_slot_back():
    slots = Slots(1)
    with pytest.raises(ValueError, match="broken"), slots.take():
        raise ValueError("broken")
    with slots.take():
        assert slots.waiting == 0


def test_a_slot_can_be_lent_while_its_holder_needs_none():
    slots, entered, seen = Slots(1), threading.Event(), []

    def other():
        with slots.take():
            seen.append("other")
            entered.set()

    with slots.take() as slot:
        thread = threading.Thread(target=other, daemon=True)
        thread.start()
        wait_until(lambda: slots.waiting == 1)
        assert seen == []
        with slot.lent():
            assert entered.wait(30)
        seen.append("first again")
    thread.join(30)
    assert seen == ["other", "first again"]
    with slots.take():
        assert slots.waiting == 0


def test_a_failure_while_a_slot_is_lent_frees_no_other():
    slots = Slots(1)
    with pytest.raises(ValueError, match="broken"), slots.take() as slot, slot.lent():
        raise ValueError("broken")
    with slots.take():
        late = threading.Thread(target=lambda: slots.take().__enter__(), daemon=True)
        late.start()
        wait_until(lambda: slots.waiting == 1)


def test_one_that_stops_waiting_leaves_no_gap(monkeypatch):
    slots = Slots(1)

    class Interrupted(threading.Event):
        def wait(self, timeout=None):
            raise KeyboardInterrupt

    with slots.take():
        monkeypatch.setattr("core.search.slots.threading.Event", Interrupted)
        with pytest.raises(KeyboardInterrupt), slots.take():
            pass
        assert slots.waiting == 0
    with slots.take():
        pass


@pytest.mark.parametrize(
    "search", [lambda e, p: e.search(Query(image=p)), search_tiles], ids=["one", "tiles"]
)
def test_every_search_waits_for_its_turn(search, shop, monkeypatch):
    picture = encode(Image.new("RGB", (40, 40), (230, 20, 20)), "PNG")
    shop.add_files([("red.png", picture)])
    engine, found = SearchEngine(shop), []
    monkeypatch.setattr(all_slots, "SEARCHES", Slots(1))
    with all_slots.SEARCHES.take():
        thread = threading.Thread(target=lambda: found.append(search(engine, picture)), daemon=True)
        thread.start()
        wait_until(lambda: all_slots.SEARCHES.waiting == 1)
        assert not found
    thread.join(30)
    assert len(found) == 1
