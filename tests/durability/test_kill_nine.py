"""kill -9 at any moment of saving: what was acknowledged is there once and whole, nothing is half.

STUDENTADMIN_TEST_ROUNDS runs fewer rounds while one works on this; CI runs them all.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from threading import Condition

import pytest

from studentadmin.services import register_file
from tests.durability.clerk import CLERKS, Clerk, email
from tests.durability.ledger import Ledger
from tests.durability.warm import Killed, WarmServer
from tests.e2e import school

ROUNDS = int(os.environ.get("STUDENTADMIN_TEST_ROUNDS", "100"))
WRITES_A_ROUND = (1, 24)
LONGEST_PAUSE = 0.02
"""Seconds from the acknowledgement that ends a round to the kill: it may hit anything."""
PATIENCE = 60


class Count:
    """Counts acknowledgements and lets one thread wait for a number of them."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._seen = 0

    def one_more(self) -> None:
        with self._changed:
            self._seen += 1
            self._changed.notify_all()

    def wait_for(self, more: int) -> None:
        with self._changed:
            wanted = self._seen + more
            assert self._changed.wait_for(lambda: self._seen >= wanted, PATIENCE)


@pytest.mark.slow
def test_every_acknowledged_write_survives_a_hundred_kills(
    register: Path, warm: WarmServer
) -> None:
    ledger, count = Ledger(register / "register.db"), Count()
    ledger.begin()
    random = Random(20261121)
    clerks = [Clerk(f"c{n}", ledger, count.one_more, seed=n) for n in range(CLERKS)]
    served = warm.serve(register)
    for number, clerk in enumerate(clerks):
        clerk.come_in(served.port, email(number), school.PASSWORD)
    for _round in range(ROUNDS):
        kill_while_writing(warm, served, clerks, count, random)
        served = warm.serve(register)
        ledger.check()
        assert not ledger.faults, f"after round {_round + 1}"
    warm.kill(served)
    with closing(register_file.connect(register / "register.db")) as connection:
        assert not register_file.faults(connection)
    cut_off = len(ledger.sent) - len(ledger.acknowledged)
    print(
        f"{ROUNDS} kills, {len(ledger.sent)} writes, {len(ledger.acknowledged)} acknowledged,"
        f" {cut_off} cut off at the end; 0 lost, 0 half, 0 doubled"
    )
    assert len(ledger.acknowledged) > ROUNDS


def kill_while_writing(
    warm: WarmServer, served: Killed, clerks: list[Clerk], count: Count, random: Random
) -> None:
    """Let the clerks work until so many writes were acknowledged, then kill the server."""
    with ThreadPoolExecutor(len(clerks)) as threads:
        working = [threads.submit(clerk.work_until_cut_off) for clerk in clerks]
        try:
            count.wait_for(random.randint(*WRITES_A_ROUND))
        finally:
            warm.kill(served, after=random.uniform(0, LONGEST_PAUSE))
    for one in working:
        one.result()
