"""A ticket opens the register once, soon, and only if this process issued it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from studentadmin.views.tickets import LIFE, Tickets


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_ticket_is_good_once():
    tickets = Tickets()
    ticket = tickets.issue()
    assert tickets.redeem(ticket)
    assert not tickets.redeem(ticket)


def test_a_ticket_ends_after_its_life():
    clock = Clock()
    tickets = Tickets(clock)
    late, in_time = tickets.issue(), tickets.issue()
    clock.now += LIFE - 0.001
    assert tickets.redeem(in_time)
    clock.now += 0.001
    assert not tickets.redeem(late)


@pytest.mark.parametrize("guess", ["", "x", "单", "\udcff", "A" * 43])
def test_what_was_never_issued_opens_nothing(guess):
    tickets = Tickets()
    ticket = tickets.issue()
    assert not tickets.redeem(guess)
    assert tickets.redeem(ticket)


def test_of_many_at_once_exactly_one_gets_in():
    tickets = Tickets()
    ticket = tickets.issue()
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tickets.redeem, [ticket] * 64)) == 1
