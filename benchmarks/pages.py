"""How long a page takes, at 1,000 and at a million students, beside what it could take.

Builds seeded registers, starts the program as it is served (log-in, CSRF, history and audit on), a
stock Flask-Admin app and a bare page on the same file, and asks each in turn, in many short rounds,
so that a noisy machine disturbs all alike. Prints the fastest, p50 and p95 in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

from benchmarks import register, weight
from benchmarks.client import Client, Reading
from benchmarks.sites import EDITED, Form, Site, all_sites

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
ROUNDS, EACH = 8, 8
BUDGET = 0.8
"""Seconds that one kind of page of one site may take in a round, a first answer apart."""
CLIENTS = 8
MANY = ("list", "page at 90 %", "search number", "save")

Times = dict[str, list[float]]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default="1k,100k,1m", help="of " + ", ".join(SIZES))
    asked.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "student-bench")
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--only", default="", help="sites, by the first letters: s,f,b")
    asked.add_argument("--skip", default="", help="pages, by the first letters: search,export")
    given = asked.parse_args()
    print(f"{os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}, SQLite {sqlite3.sqlite_version}")
    for size in given.sizes.lower().split(","):
        measure(given.cache, SIZES[size], given)


def measure(cache: Path, students: int, given: argparse.Namespace) -> None:
    folder = register.ready(cache, students)
    sites = all_sites(folder, key_at(folder / "register.db", 0.9), students)
    skipped = tuple(word for word in given.skip.split(",") if word)
    for site in sites:
        site.pages = {n: p for n, p in site.pages.items() if not n.startswith(skipped)}
    if given.only:
        sites = [site for site in sites if site.name.startswith(tuple(given.only.split(",")))]
    print(f"\n## {students:,} students\n")
    try:
        for site in sites:
            site.start()
            print(f"{site.name}: first answer {site.took * 1000:.0f} ms after the start")
        ours = sites[0]
        print(f"{ours.name}: {ours.memory() / 1e6:.0f} MB in memory")
        with ours.client() as client:
            print(weight.of(client, ours.pages["list"]))
        alone = [one_client(site, students) for site in sites]
        show("one client", sites, interleaved(alone, given.rounds))
        crowd = [many_clients(site, students) for site in sites]
        show(f"{CLIENTS} clients", sites, interleaved(crowd, max(2, given.rounds // 3)))
        if "export" not in skipped:
            for site in sites:
                export(site, students)
    finally:
        for site in sites:
            site.stop()


def key_at(file: Path, share: float) -> int:
    """The key of the student who stands at this share of the list by name."""
    with closing(sqlite3.connect(file)) as connection:
        live = "FROM student WHERE deleted_at IS NULL"
        count = connection.execute(f"SELECT count(*) {live}").fetchone()[0]
        place = int(count * share)
        found = connection.execute(
            f"SELECT id {live} ORDER BY sort_name, id LIMIT 1 OFFSET ?", (place,)
        )
        key: int = found.fetchone()[0]
        return key


def one_client(site: Site, students: int) -> Callable[[int], Times]:
    """A round of every page by one client, on a line that is kept."""
    client, random = site.client(), Random(site.name)

    def work(turn: int) -> Times:
        found: Times = defaultdict(list)
        for name, path in site.pages.items():
            found[name] = repeated(lambda path=path: page(client, path))
        places = [random.randrange(students) for _each in range(EACH)]
        places = [place for place in places if form_opens(client, site, place)]
        steps = iter(places)
        found["edit form"] = repeated(lambda: page(client, site.form_of(next(steps))), len(places))
        found["save"] = [save(client, site, place, f"one {turn}.{place}") for place in places]
        return found

    work(0)  # warm
    return work


def many_clients(site: Site, students: int) -> Callable[[int], Times]:
    """A round by several clients at once, each at rows of its own."""
    clients = [site.client() for _each in range(CLIENTS)]

    def work(turn: int) -> Times:
        found: Times = defaultdict(list)
        with ThreadPoolExecutor(CLIENTS) as pool:
            for name in (name for name in MANY if name in site.pages):
                jobs = [
                    pool.submit(repeated, lambda c=c, n=name: page(c, site.pages[n]))
                    for c in clients
                ]
                found[name] = [took for job in jobs for took in job.result()]
            own = students // CLIENTS
            jobs = [
                pool.submit(saves, client, site, range(n * own, (n + 1) * own), turn)
                for n, client in enumerate(clients)
            ]
            found["save"] = [took for job in jobs for took in job.result()]
        return found

    return work


def page(client: Client, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    took = time.perf_counter() - began
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return took


def repeated(ask: Callable[[], float], times: int = EACH) -> list[float]:
    found: list[float] = []
    while len(found) < times and sum(found) < BUDGET:
        found.append(ask())
    return found


def form_opens(client: Client, site: Site, place: int) -> bool:
    """Whether this student is not in the trash."""
    return client.get(site.form_of(place)).status == 200


def saves(client: Client, site: Site, places: range, turn: int) -> list[float]:
    random = Random(places.start + turn)
    chosen = [random.choice(places) for _each in range(EACH)]
    chosen = [place for place in chosen if form_opens(client, site, place)]
    return [save(client, site, place, f"many {turn}.{place}") for place in chosen]


def save(client: Client, site: Site, place: int, text: str) -> float:
    """The seconds of a POST; negative where it was refused."""
    path = site.form_of(place)
    values = {**Form(client.get(path).body).values, EDITED: f"{text} {time.time_ns()}"}
    client.sent["Origin"] = f"http://127.0.0.1:{client.port}"
    began = time.perf_counter()
    answer = client.post(path, values)
    took = time.perf_counter() - began
    del client.sent["Origin"]
    return took if answer.status in {302, 303} else -took


def interleaved(works: list[Callable[[int], Times]], rounds: int) -> list[Times]:
    found: list[Times] = [defaultdict(list) for _work in works]
    for turn in range(1, rounds + 1):
        for times, work in zip(found, works, strict=True):
            for name, took in work(turn).items():
                times[name] += took
    return found


def show(title: str, sites: list[Site], found: list[Times]) -> None:
    print(f"\n{title}, ms: fastest / p50 / p95, and p50 of each as a multiple of the last\n")
    print("| | " + " | ".join(site.name for site in sites) + " | ratio |")
    print("|---|" + "---:|" * (len(sites) + 1))
    for name in found[0]:
        cells, middles = [], []
        for times in found:
            good = sorted(took * 1000 for took in times[name] if took > 0)
            failed = sum(took < 0 for took in times[name])
            if not good:
                cells.append(f"{failed} failed")
                middles.append(float("nan"))
                continue
            middles.append(statistics.median(good))
            text = f"{good[0]:.1f} / {middles[-1]:.1f} / {good[int(len(good) * 0.95) - 1]:.1f}"
            cells.append(text + (f" ({failed} of {failed + len(good)} failed)" if failed else ""))
        ratio = " : ".join(f"{middle / middles[-1]:.1f}" for middle in middles)
        print(f"| {name} | " + " | ".join(cells) + f" | {ratio} |")


def export(site: Site, students: int) -> None:
    before = site.memory()
    with site.client() as client:
        began = time.perf_counter()
        client.send("GET", site.export)
        client.first_byte()
        first = time.perf_counter() - began
        reading = Reading()
        client.receive(reading)
        took = time.perf_counter() - began
    more = site.memory("VmHWM") - before
    print(
        f"\nexport, {site.name}: first byte {first * 1000:.0f} ms, {students / took:,.0f} rows/s,"
        f" {more / 1e6:.0f} MB more memory, {reading.received / 1e6:.0f} MB sent"
    )


if __name__ == "__main__":
    main()
