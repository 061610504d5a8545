"""`make bench-kill`: kill web processes, the supervisor and the whole tree while a class hands in.

Everybody sends until they have a receipt; every fourth hand-in is sent twice at once. Afterwards
the database and the files are compared with what people were told, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.faults.site import (
    BROKE,
    HELD,
    REAL,
    Serve,
    held,
    is_alive,
    kill,
    prepare,
    settings_for,
)

SERVER = os.environ.get("FAULTS_POSTGRES", "postgres://postgres@127.0.0.1:5432")
CLIENTS = 12
EVERY = (1.5, 4.0)
"""Seconds between two kills."""
FAULTY = "benchmarks.faults.control:answers_first"


class Killer(threading.Thread):
    """Kills at random until told to stop; `kills` says how often which, `orphans` how many
    processes outlived their supervisor, `ended` how often this ended by itself."""

    def __init__(self, serve: Serve) -> None:
        super().__init__()
        self.serve = serve
        self.stop = threading.Event()
        self.kills = {"web": 0, "supervisor": 0, "tree": 0}
        self.orphans = self.ended = 0
        self.chance = random.Random()

    def run(self) -> None:
        while not self.stop.wait(self.chance.uniform(*EVERY)):
            if self.serve.process.poll() is not None:
                self.ended += 1
                self.serve.start()
                continue
            what = self.chance.choices(list(self.kills), weights=[4, 1, 1])[0]
            below = self.serve.pids()
            if what == "web":
                webs = [pid for pid, words in below.items() if "courseapp.server" in words]
                if webs:
                    kill(self.chance.choice(webs))
                    self.kills["web"] += 1
                continue
            self.kills[what] += 1
            for pid in [self.serve.process.pid, *(below if what == "tree" else [])]:
                kill(pid)
            self.serve.process.wait()
            until = time.monotonic() + 10
            while time.monotonic() < until and any(map(is_alive, below)):
                time.sleep(0.05)
            self.orphans += sum(map(is_alive, below))
            self.serve.start()


def attack(
    *, questions: int, files: int, application: str = REAL,
    key_each_time: bool = False,
) -> bool:  # fmt: skip
    """Hand in under kills, count, print; whether everything held."""
    import django

    django.setup()
    from benchmarks.faults.count import count
    from benchmarks.faults.hand_ins import Told, Work, hand_in, works
    from submissions.models import Receipt

    to_do = works(questions, files)
    random.shuffle(to_do)
    before = Receipt.objects.count()
    serve = Serve(application)
    killer = Killer(serve)
    began = time.monotonic()
    try:
        serve.wait()
        killer.start()

        def send(numbered: tuple[int, Work]) -> list[Told]:
            number, work = numbered
            time.sleep(0.05)
            if number % 4 or key_each_time:
                return [hand_in(serve.port, work, key_each_time=key_each_time)]
            with ThreadPoolExecutor(2) as twice:
                return list(twice.map(lambda _: hand_in(serve.port, work), range(2)))

        with ThreadPoolExecutor(CLIENTS) as pool:
            told = [one for some in pool.map(send, enumerate(to_do)) for one in some]
        killer.stop.set()
        time.sleep(3)  # what was not killed comes to its end
    finally:
        killer.stop.set()
        if killer.is_alive():
            killer.join()
        serve.stop()
    took = time.monotonic() - began
    receipts: dict[str, set[str]] = {}
    for one in told:
        if one.receipt:
            receipts.setdefault(one.work.key, set()).add(one.receipt)
    two = sum(len(addresses) > 1 for addresses in receipts.values())
    found = count(told, receipts_before=before)
    kills = ", ".join(f"{name} {times}" for name, times in killer.kills.items())
    print(
        f"  {len(to_do)} works in {took:.0f} s; killed: {kills}; orphans {killer.orphans},"
        f" ended by itself {killer.ended}"
    )
    print(f"  {found}, with two receipts {two}", flush=True)
    for one in [one for one in told if not one.receipt][:3]:
        print(f"  not handed in: {one.work.path} {one.before[-5:]}")
    return found.holds and not killer.orphans and not two


def postgres(statement: str) -> None:
    """One statement for the server, outside any database of ours."""
    import psycopg2

    connection = psycopg2.connect(f"{SERVER}/postgres", connect_timeout=5)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()


def one_round(options: argparse.Namespace) -> None:
    """Attack one database as `--only` says; exits with HELD or BROKE."""
    with tempfile.TemporaryDirectory(prefix="rostrum-kill-") as folder:
        name = f"rostrum_kill_{uuid.uuid4().hex[:12]}"
        if options.database == "postgresql":
            postgres(f"CREATE DATABASE {name}")
        try:
            address = f"{SERVER}/{name}" if options.database == "postgresql" else ""
            settings_for(Path(folder), database=address)
            prepare()
            is_held = attack(
                questions=options.questions,
                files=options.files,
                application=FAULTY if options.only == "answers-first" else REAL,
                key_each_time=options.only == "no-keys",
            )
        finally:
            if options.database == "postgresql":
                postgres(f"DROP DATABASE {name} WITH (FORCE)")
    sys.exit(HELD if is_held else BROKE)


def main() -> None:
    """The site on both databases, then the controls."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults.kill", description=__doc__)
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--only", choices=["site", "answers-first", "no-keys"])
    options = parser.parse_args()
    if options.only:
        one_round(options)

    def run(only: str, database: str, questions: int, files: int) -> bool:
        print(f"{only} on {database}", flush=True)
        words = [f"--questions={questions}", f"--files={files}"]
        words += [f"--only={only}", f"--database={database}"]
        return held("benchmarks.faults.kill", *words, timeout=1500)

    databases = [options.database] if options.database else ["sqlite", "postgresql"]
    try:
        if "postgresql" in databases:
            postgres("SELECT 1")
    except Exception as error:  # noqa: BLE001  # whatever it is, there is no server to use
        databases.remove("postgresql")
        print(f"Skipped: no PostgreSQL at {SERVER.rpartition('@')[2]} ({str(error).strip()})")
    faults = [
        f"the site on {database} lost, doubled or broke something"
        for database in databases
        if not run("site", database, options.questions, options.files)
    ]
    for control, questions, files in (("answers-first", 1000, 0), ("no-keys", 0, 300)):
        if run(control, "sqlite", questions, files):
            faults.append(f"the control “{control}” shows no fault: nothing was measured")
    print("\n".join(faults) or "Everything held, and the controls show their faults.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
