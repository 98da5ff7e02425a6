"""A port for a server that a test starts."""

from __future__ import annotations

import random
import socket

NEVER_GIVEN_OUT = range(20_000, 32_000)
"""Below the ports that a system gives to outgoing lines.

A client that waits for its server on one of those can be given that very port, meet itself, and
keep the server out.
"""


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    for port in random.sample(NEVER_GIVEN_OUT, len(NEVER_GIVEN_OUT)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("every port is taken")
