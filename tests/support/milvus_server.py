"""The real Milvus server of the PyPI package `milvus`, on loopback, to be killed, frozen, started again."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

INSTALLED = importlib.util.find_spec("milvus") is not None

_PARTS = ("rootCoord", "proxy", "queryCoord", "queryNode", "indexNode", "dataCoord", "dataNode")
_START_S = 120


class MilvusServer:
    """One server process at a time over one folder of data."""

    def __init__(self, folder: Path):
        from milvus import MilvusServerConfig, _initialize_data_files

        self.folder = folder
        config = MilvusServerConfig(data_dir=str(folder))
        names = [name for name in config.configurable_items if name.endswith("_port")]
        *ports, self.port, self._health_port, client, peer = free_ports(len(names) + 3)
        names.sort(key=lambda name: name == "proxy_port")
        config.update(**dict(zip(names, [*ports, self.port], strict=True)))
        for part in _PARTS:  # else its parts talk to each other over the machine's outer address
            config.set(f"{part}.ip", "127.0.0.1")
        config.set("common.session.ttl", 5)  # so long a killed server's parts pass for alive
        config.set("proxy.timeTickInterval", 20)  # ms; what was written can be asked for that much later
        config.resolve()
        _initialize_data_files(str(folder))
        # The etcd inside would take ports of its own choosing, and only one server could run on a machine.
        (folder / "etcd.yaml").write_text(
            f"listen-client-urls: http://127.0.0.1:{client}\n"
            f"advertise-client-urls: http://127.0.0.1:{client}\n"
            f"listen-peer-urls: http://127.0.0.1:{peer}\n"
            f"initial-advertise-peer-urls: http://127.0.0.1:{peer}\n"
            f"initial-cluster: default=http://127.0.0.1:{peer}\n"
        )
        self._process = None

    @property
    def uri(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        binary = self.folder / "bin" / "milvus"
        environment = os.environ | {
            "DEPLOY_MODE": "STANDALONE",
            "ETCD_CONFIG_PATH": str(self.folder / "etcd.yaml"),
            "METRICS_PORT": str(self._health_port),
            "QUERYCOORD_UPDATENEXTTARGETINTERVAL": "1",  # s; so often finished indexes are taken into use
            "MILVUS_RUN_DIR": str(self.folder / "run"),
            "LD_LIBRARY_PATH": str(binary.parent),
        }
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [binary, "run", "standalone"], cwd=self.folder, env=environment, stdout=log, stderr=log
            )
        give_up = time.monotonic() + _START_S
        while not self._healthy():
            if time.monotonic() > give_up or self._process.poll() is not None:
                raise RuntimeError(f"the Milvus server did not start; see {self.folder / 'log'}")
            time.sleep(0.2)

    def kill(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self):
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder)  # nearly half a gigabyte, most of it the unpacked program

    def _healthy(self):
        url = f"http://127.0.0.1:{self._health_port}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return b"OK" in answer.read()
        except (urllib.error.URLError, OSError):
            return False


def free_ports(count):
    """Ports that nobody listens on just now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
