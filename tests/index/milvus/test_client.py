"""What is said when nobody is there, or somebody who never answers; no server is needed for that."""

import logging
import socket
import time

import pytest

from core.errors import RemoteIndexError
from core.index.milvus.client import Link
from tests.support.milvus_server import free_ports


@pytest.fixture
def silent():
    """An address where somebody accepts connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_nobody_there(caplog, capfd):
    uri = f"http://127.0.0.1:{free_ports(1)[0]}"
    with pytest.raises(RemoteIndexError, match=f"No Milvus server answers at {uri}. Start it"):
        Link(uri, "", 30)
    assert "Traceback" not in capfd.readouterr().err
    assert logging.getLogger("pymilvus").level == logging.CRITICAL


def test_a_server_that_never_answers_holds_nobody_up(silent):
    started = time.monotonic()
    with pytest.raises(RemoteIndexError, match=r"did not answer within 0.5 s while connecting"):
        Link(silent, "", 0.5)
    # Far from the limit, yet far below the 10 s and more that the client would wait by itself.
    assert time.monotonic() - started < 5


def test_a_password_is_never_shown():
    with pytest.raises(RemoteIndexError) as raised:
        Link(f"http://shop:hunter2@127.0.0.1:{free_ports(1)[0]}", "shop:hunter3", 5)
    assert "127.0.0.1" in str(raised.value)
    assert "hunter" not in str(raised.value)


@pytest.mark.parametrize("uri", ["", "milvus", "ftp://127.0.0.1:19530", "http://", "http://127.0.0.1:high"])
def test_what_is_no_address(uri):
    with pytest.raises(RemoteIndexError, match=r"is not an address of Milvus. Write http://HOST:19530"):
        Link(uri, "", 5)


def test_milvus_lite_in_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RemoteIndexError, match="There is no folder"):
        Link(str(tmp_path / "absent" / "vectors.db"), "", 5)


def test_milvus_lite_over_a_file_that_is_something_else(tmp_path):
    (tmp_path / "vectors.db").write_text("a shopping list")
    with pytest.raises(RemoteIndexError, match=r"failed while connecting.*no other program has"):
        Link(str(tmp_path / "vectors.db"), "", 30)


def test_milvus_lite_stays_until_the_last_link_hangs_up(tmp_path):
    path = str(tmp_path / "vectors.db")
    first, second = Link(path, "", 30), Link(path, "", 30)
    first.close()
    assert second.call("listing", lambda client: client.list_collections()) == []
    second.close()
    third = Link(path, "", 30)
    assert third.call("listing", lambda client: client.list_collections()) == []
    third.close()
