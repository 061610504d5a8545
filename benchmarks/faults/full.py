"""`make bench-full`: fill the disk below uploads, below everything, below temporary files.

On a small tmpfs of its own, so root only; elsewhere it is skipped with a reason. What must hold:
503 with the text given back, `/healthz` says so, pages go on, and once there is room the same form
is taken without a restart. The control is the site without the middleware that sees to this.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from benchmarks.faults.site import (
    BROKE,
    HELD,
    Answer,
    get,
    held,
    post,
    prepare,
    served,
    settings_for,
)

if TYPE_CHECKING:
    from benchmarks.faults.hand_ins import Work  # imports models, so not before the settings

SIZE_MB = 64
NOBODY = "nobody@example.edu"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A tmpfs of SIZE_MB at `folder`; raises CalledProcessError where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """No byte left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for step in (1024 * 1024, 4096, 1):
            try:
                while file.write(b"\0" * step) == step:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


def send(port: int, work: Work) -> Answer:
    """Hand in once."""
    return post(port, work.path, *work.sent_with(work.key))


def sign_in(port: int) -> Answer:
    """With a wrong password, which is counted in the database."""
    from benchmarks.seed import CSRF, FORM

    form = urlencode({"login": NOBODY, "password": "wrong"})
    return post(port, "/accounts/login/", form, {"Cookie": f"csrftoken={CSRF}", **FORM})


def health(port: int) -> tuple[int, dict[str, object]]:
    status, body = get(port, "/healthz")
    return status, json.loads(body)


def state(said: dict[str, object], part: str) -> str:
    found = said[part]
    return str(found.get("state") if isinstance(found, dict) else found)


def attack(disk: Path, *, below: str) -> list[str]:
    """Fill `disk`, hand in, make room, hand in again; what did not hold."""
    import time

    import django

    django.setup()
    from benchmarks.faults.hand_ins import works

    faults: list[str] = []

    def must(holds: bool, what: str) -> None:
        print(f"    {'ok  ' if holds else 'NOT '} {what}", flush=True)
        if not holds:
            faults.append(f"{below}: {what}")

    to_do = works(8, 4)
    questions = [one for one in to_do if not one.is_file]
    files = [one for one in to_do if one.is_file]
    with served() as serve:
        must(send(serve.port, questions[0]).status == 303, "a question is taken before")
        must(send(serve.port, files[0]).status == 303, "a file is taken before")
        must(health(serve.port)[0] == 200, "/healthz answers 200 before")
        processes = {pid for pid, words in serve.pids().items() if "courseapp.server" in words}
        home = questions[0].path.partition("/readings")[0] + "/home/"
        with filled(disk):
            time.sleep(2.5)  # what /healthz found before has been forgotten
            status, said = health(serve.port)
            if below == "temporary":
                must(status == 200, f"/healthz answers 200 ({status}, {said['status']})")
                must(state(said, "temporary") == "full", "and names the folder")
            else:
                must(status == 503, f"/healthz answers 503 ({status})")
                must(state(said, "storage") == "full", "and says that storage is full")
            asked = send(serve.port, questions[1])
            if below == "everything":
                must(asked.status == 503, f"a question is answered with 503 ({asked.status})")
                must(questions[1].key in asked.body, "and its text is given back")
                signed = sign_in(serve.port)
                holds = signed.status == 503 and NOBODY in signed.body
                must(holds, f"who signs in is told the same, with the form ({signed.status})")
            else:
                must(asked.status == 303, f"a question is taken ({asked.status})")
            sent = send(serve.port, files[1])
            if below == "temporary":
                must(sent.status == 303, f"a file is taken ({sent.status})")
            else:
                must(sent.status == 503, f"a file is answered with 503 ({sent.status})")
            status, _ = get(serve.port, home, cookie=questions[0].cookie)
            must(status == 200 or below == "everything", f"a home is shown ({status})")
            must(status in (200, 503), f"a home is shown, or 503 ({status})")
        again = [send(serve.port, one).status for one in (questions[1], files[1], questions[2])]
        must(again == [303] * 3, f"with room, all are taken without a restart ({again})")
        must(sign_in(serve.port).status == 200, "who signs in wrongly is told so again")
        time.sleep(2.5)
        status, said = health(serve.port)
        must(status == 200, f"/healthz answers 200 again ({status}, {said['status']})")
        now = {pid for pid, words in serve.pids().items() if "courseapp.server" in words}
        must(now == processes, "the web processes are the same")
    return faults


def one_round(below: str) -> None:
    """Attack one disk; exits with HELD or BROKE."""
    with tempfile.TemporaryDirectory(prefix="rostrum-full-") as name:
        folder = Path(name)
        data = folder / "data"
        temporary = folder / "tmp"
        for one in (data, temporary):
            one.mkdir()
        more = {"TMPDIR": str(temporary), "UPLOAD_MAX_MB": "5"}
        where = {"uploads": data / "media", "temporary": temporary}.get(below, data)
        with small_disk(where) as disk:
            settings_for(data, **more)
            if below == "control":
                os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.faults.bare_settings"
                below = "everything"
            prepare()
            faults = attack(disk, below=below)
    sys.exit(BROKE if faults else HELD)


def main() -> None:
    """The three disks, then the control."""
    if len(sys.argv) > 1:
        one_round(sys.argv[1])
    try:
        with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder) / "disk"):
            pass
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        why = getattr(error, "stderr", b"") or str(error).encode()
        print(f"Skipped: a small disk cannot be mounted here ({why.decode().strip()}).")
        sys.exit(0)
    faults = []
    for below in ("uploads", "everything", "temporary", "control"):
        print(f"{below}:", flush=True)
        is_held = held("benchmarks.faults.full", below, timeout=300)
        if below == "control" and is_held:
            faults.append("the control shows no fault: nothing was measured")
        elif below != "control" and not is_held:
            faults.append(f"a full disk below {below} did harm")
    print("\n".join(faults) or "Everything held, and the control shows its faults.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
