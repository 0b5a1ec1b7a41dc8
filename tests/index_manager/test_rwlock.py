import threading

from core.index_manager.rwlock import Gate


def test_readers_share_and_a_writer_is_alone():
    gate = Gate()
    inside, seen = [], []
    both = threading.Barrier(2, timeout=10)

    def read():
        with gate.read():
            both.wait()  # passes only if two readers are inside at once

    def write(name):
        with gate.write():
            inside.append(name)
            seen.append(len(inside))
            inside.remove(name)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join(10)
        assert not thread.is_alive()
    writers = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join(10)
    assert seen == [1] * 8


def test_a_waiting_writer_goes_before_new_readers():
    gate = Gate()
    order = []
    reading, release = threading.Event(), threading.Event()

    def first():
        with gate.read():
            reading.set()
            release.wait(10)

    def writer():
        with gate.write():
            order.append("write")

    def second():
        with gate.read():
            order.append("read")

    threads = [threading.Thread(target=first)]
    threads[0].start()
    reading.wait(10)
    threads.append(threading.Thread(target=writer))
    threads[1].start()
    while not gate._waiting:
        pass
    threads.append(threading.Thread(target=second))
    threads[2].start()
    release.set()
    for thread in threads:
        thread.join(10)
    assert order == ["write", "read"]
