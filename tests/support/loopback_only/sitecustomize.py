"""Loaded by a Python process whose PYTHONPATH names this folder: sockets reach loopback only.

Every other attempt, and every look-up of a name, is refused and noted in the file LOOKALIKE_TEST_OUTSIDE.
"""

import ipaddress
import os
import sys

_ALLOWED_NAMES = {"localhost", "", None}


def _is_loopback(host):
    if host in _ALLOWED_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


def _audit(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.sendto" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_loopback(host):
        with open(os.environ["LOOKALIKE_TEST_OUTSIDE"], "a") as notes:  # noqa: PTH123 - nothing else is imported yet
            notes.write(f"{event} {arguments[1:] if event != 'socket.getaddrinfo' else arguments}\n")
        raise OSError("this process reaches nothing but this machine")


if "LOOKALIKE_TEST_OUTSIDE" in os.environ:
    sys.addaudithook(_audit)
