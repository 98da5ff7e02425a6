"""How long a backup stays: the rule as a table."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from studentadmin.rules.backup import Kept, Reason, staying

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


def made(reason: Reason, *, days: float = 0, hours: float = 0) -> Kept:
    at = NOW - timedelta(days=days, hours=hours)
    return Kept(f"{at:%Y-%m-%dT%H%M}-{reason}", reason, at)


NEWEST = [made(reason) for reason in Reason]
"""One of each reason made just now, so that "the newest stays" says nothing about the others."""


@pytest.mark.parametrize(
    ("backup", "others", "stays"),
    [
        pytest.param(made(Reason.BY_HAND, days=4000), NEWEST, True, id="by hand for ever"),
        pytest.param(made(Reason.BEFORE_IMPORT, hours=23), NEWEST, True, id="of the last day"),
        pytest.param(made(Reason.DAILY, days=13), NEWEST, True, id="daily, last day that stays"),
        pytest.param(
            made(Reason.DAILY, days=14),
            [*NEWEST, made(Reason.DAILY, days=20)],
            False,
            id="daily, first that leaves",
        ),
        pytest.param(made(Reason.BEFORE_UPGRADE, days=10), NEWEST, True, id="last of its day"),
        pytest.param(
            made(Reason.BEFORE_IMPORT, days=3, hours=2),
            [*NEWEST, made(Reason.BEFORE_IMPORT, days=3)],
            False,
            id="an earlier one of the same day and reason",
        ),
        pytest.param(
            made(Reason.BEFORE_IMPORT, days=3, hours=2),
            [*NEWEST, made(Reason.BEFORE_RESTORE, days=3)],
            True,
            id="another reason of the same day does not push it out",
        ),
        pytest.param(made(Reason.DAILY, days=334), NEWEST, True, id="the only one of its month"),
        pytest.param(
            made(Reason.DAILY, days=330),
            [*NEWEST, made(Reason.DAILY, days=334)],
            False,
            id="a later one of that month",
        ),
        pytest.param(made(Reason.DAILY, days=366), NEWEST, False, id="a month too long ago"),
        pytest.param(
            made(Reason.BEFORE_IMPORT, days=50), NEWEST, False, id="months are for daily ones"
        ),
        pytest.param(made(Reason.BEFORE_ROLL_OVER, days=4000), [], True, id="newest of its reason"),
    ],
)
def test_a_backup_stays_or_leaves(backup: Kept, others: list[Kept], *, stays: bool) -> None:
    kept = staying([backup, *others], now=NOW, daily=14, monthly=12)
    assert (backup.name in kept) is stays


def test_days_are_those_of_the_office() -> None:
    """02:00 and 22:00 of one day in Peking are two days in UTC, and one there."""
    peking = timezone(timedelta(hours=8))
    early = Kept("early", Reason.DAILY, datetime(2026, 11, 17, 2, tzinfo=peking))
    late = Kept("late", Reason.DAILY, datetime(2026, 11, 17, 22, tzinfo=peking))
    newest = Kept("newest", Reason.DAILY, NOW)
    kept = staying([early, late, newest], now=NOW.astimezone(peking), daily=14, monthly=0)
    assert kept == {"late", "newest"}
    assert staying([early, late, newest], now=NOW, daily=14, monthly=0) == {
        "early",
        "late",
        "newest",
    }


def test_no_month_is_kept_when_none_is_asked_for() -> None:
    old = made(Reason.DAILY, days=40)
    assert old.name not in staying([old, *NEWEST], now=NOW, daily=14, monthly=0)


def test_nothing_in_nothing_out() -> None:
    assert staying([], now=NOW, daily=1, monthly=0) == set()
