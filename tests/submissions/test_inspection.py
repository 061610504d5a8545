"""The process that looks into files: what it may take, and what is said when it takes more."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib

import pytest

from submissions import inspection, inspection_child
from submissions.errors import FileRefused
from submissions.inspection import Kind
from tests.submissions import damage, uploads

MB = 1024 * 1024
SLIDE = "ppt/slides/slide1.xml"
UNSAFE = "could not be opened safely"


# Files made to do harm.


def in_slide(attributes: bytes, content: bytes = b"") -> bytes:
    root = b'<p:sld xmlns:p="%s"%s>' % (uploads.TRANSITIONAL[1].encode(), attributes)
    return uploads.pptx_bytes(parts={SLIDE: root + content + b"</p:sld>"})


def nested_elements() -> bytes:
    """A good slide of 24 KB whose elements stand in one another, two million deep: each open one
    takes its reader a hundred bytes and more."""
    return in_slide(b"", b"<a>" * 2_000_000 + b"</a>" * 2_000_000)


def bomb_by_ratio() -> bytes:
    """A third of a megabyte that unpacks to 320."""
    return uploads.pptx_bytes(parts={f"ppt/media/{n}.bin": bytes(80 * MB) for n in range(4)})


def bomb_that_lies() -> bytes:
    """Parts that say they hold a megabyte, and hold 80."""
    content = bomb_by_ratio()
    return content.replace(struct.pack("<L", 80 * MB), struct.pack("<L", MB))


def bomb_of_gigabytes() -> bytes:
    return damage.in_directory(uploads.pptx_bytes(), 3, 24, struct.pack("<L", 0xFFFFFFF0))


def bomb_by_entries() -> bytes:
    return uploads.pptx_bytes(parts={f"ppt/slides/{n}.xml": b"" for n in range(6000)})


def lying_directory() -> bytes:
    """A directory that declares 60,000 entries of 4 GB each, overlapping one another."""
    entry = struct.pack(
        "<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 8, 0, 0, 0, 1000, 0xFFFFFFF0,
        5, 0, 0, 0, 0, 0, 0,
    ) + b"a.xml"  # fmt: skip
    directory = entry * 60_000
    return (
        b"PK\x03\x04" + bytes(40) + directory
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(directory), 44, 0)
    )  # fmt: skip


def many_relations() -> bytes:
    rows = ((f"rId{n}", "image", f"../media/{n}.png") for n in range(600_000))
    return uploads.pptx_bytes(parts={"ppt/slides/_rels/slide1.xml.rels": uploads.relations(*rows)})


def pdf_bomb() -> bytes:
    """A PDF whose objects lie in a stream that unpacks to 600 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(MB)) for _ in range(600)) + packer.flush()
    body = b"%PDF-1.5\n"
    start = len(body)
    body += (
        b"1 0 obj\n<< /Type /XRef /Size 3 /W [1 2 1] /Root 2 0 R /Filter /FlateDecode /Length "
        + str(len(packed)).encode() + b" >>\nstream\n" + packed + b"\nendstream\nendobj\n"
    )  # fmt: skip
    return body + b"startxref\n" + str(start).encode() + b"\n%%EOF\n"


def recursive_pdf() -> bytes:
    """A page tree that contains itself."""
    from tests.submissions.inspectors.test_pdf import written

    return written(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9999999 >>",
        ]
    )


HARMFUL = {
    "nested.pptx": nested_elements,
    "attribute.pptx": lambda: in_slide(b' a="%s"' % (b"a" * (60 * MB))),
    "laughs.pptx": lambda: uploads.pptx_bytes(parts={SLIDE: damage.LAUGHS}),
    "ratio.pptx": bomb_by_ratio,
    "lies.pptx": bomb_that_lies,
    "gigabytes.pptx": bomb_of_gigabytes,
    "entries.pptx": bomb_by_entries,
    "overlapping.pptx": lambda: damage.overlapping(uploads.pptx_bytes(), 1),
    "lying.pptx": lying_directory,
    "relations.pptx": many_relations,
    "bomb.pdf": pdf_bomb,
    "recursive.pdf": recursive_pdf,
}

# A process counts what its parent held before it began, so a small one stands in between.
MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stdout.buffer.write(
    done.stdout.strip() + b"\\n%d %f" % (used.ru_maxrss, used.ru_utime + used.ru_stime)
)
"""


@pytest.mark.parametrize("name", HARMFUL)
def test_harmful_file_is_refused_in_little_time_and_memory(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(HARMFUL[name]())
    inspector = [sys.executable, "-I", inspection_child.__file__, path.suffix[1:], str(path)]
    measured = subprocess.run(
        [sys.executable, "-I", "-c", MEASURE, *inspector], capture_output=True, check=True
    )
    answer, _, used = measured.stdout.rpartition(b"\n")
    kibibytes, seconds = used.split()
    assert float(seconds) < 5
    assert int(kibibytes) < 256 * 1024
    if answer:  # a process that ends by its limits says nothing, and that is a refusal too
        assert json.loads(answer)["ok"] is False
    with pytest.raises(FileRefused) as caught:
        inspection.inspect(path, name=name, kind=Kind[path.suffix[1:].upper()])
    assert name in str(caught.value)


# The limits.

SPARING = """
import resource, runpy, sys
real, spared = resource.setrlimit, getattr(resource, sys.argv[1])
resource.setrlimit = lambda which, bounds: None if which == spared else real(which, bounds)
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def answer(path, *, without: str = "") -> dict:
    """What the child says of a file; `without` names a limit that it does not set itself."""
    sparing = ["-c", SPARING, without] if without else []
    command = [sys.executable, "-I", *sparing, inspection_child.__file__, path.suffix[1:]]
    done = subprocess.run([*command, str(path)], capture_output=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture
def deck(tmp_path):
    """`deck(content)`: a file of slides."""

    def write(content: bytes):
        path = tmp_path / "talk.pptx"
        path.write_bytes(content)
        return path

    return write


def test_memory_of_the_child_is_limited(deck):
    """The file wants more than the child may take; without the limit it would be taken."""
    path = deck(nested_elements())
    assert answer(path, without="RLIMIT_AS") == {"ok": True, "pages": 0}
    assert answer(path) == {"ok": False, "reason": "exhausting"}
    with pytest.raises(FileRefused, match=UNSAFE):
        inspection.inspect(path, name="talk.pptx", kind=Kind.PPTX)


LIMITED = """
import resource, sys
sys.path.append(sys.argv[1])
from submissions import inspection_child
inspection_child.CPU_SECONDS = 1
inspection_child.limit("pptx")
while True:
    pass
"""


def test_processor_time_of_the_child_is_limited():
    root = str(inspection.Path(inspection.__file__).parents[1])
    ended = subprocess.run(
        [sys.executable, "-I", "-c", LIMITED, root], capture_output=True, check=False, timeout=60
    )
    assert ended.returncode < 0  # by a signal


@pytest.mark.parametrize(
    "script",
    [
        'import time; time.sleep(5); print(\'{"ok": true, "pages": 0}\')',
        "import os; os.kill(os.getpid(), 9)",
        "raise MemoryError",
        "print('{')",
        "",
    ],
)
def test_child_that_gives_no_answer_refuses_the_file(monkeypatch, tmp_path, deck, script):
    child = tmp_path / "child.py"
    child.write_text(script)
    monkeypatch.setattr(inspection, "_CHILD", child)
    monkeypatch.setattr(inspection, "SECONDS", 1)
    with pytest.raises(FileRefused, match=f"“talk.pptx” {UNSAFE}"):
        inspection.inspect(deck(uploads.pptx_bytes()), name="talk.pptx", kind=Kind.PPTX)


def test_child_that_fails_is_put_on_record_without_the_files_name(monkeypatch, tmp_path, deck):
    record = []
    monkeypatch.setattr(inspection._log, "warning", lambda text, *more: record.append(text % more))
    monkeypatch.setattr(inspection, "_CHILD", tmp_path / "missing.py")
    with pytest.raises(FileRefused):
        inspection.inspect(deck(uploads.pptx_bytes()), name="My talk.pptx", kind=Kind.PPTX)
    (line,) = record
    assert line.startswith("The inspection of a file ended with 2: ")
    assert "My talk" not in line


def test_child_writes_no_file(deck):
    """Its answer goes through a pipe, and nothing else can be written."""
    path = deck(uploads.pptx_bytes())
    with (path.parent / "answer").open("wb") as answer:
        subprocess.run(
            [sys.executable, "-I", inspection_child.__file__, "pptx", str(path)],
            stdout=answer, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    assert (path.parent / "answer").read_bytes() == b""


# Good files, within the limits.


@pytest.mark.parametrize("ways", ["", "RC4-40", "AES-128", "AES-256"])
def test_pages_of_a_pdf_are_counted(tmp_path, ways):
    """One locked for changes too: the library that unlocks it fits into the memory."""
    path = tmp_path / "three.pdf"
    path.write_bytes(uploads.pdf_bytes(pages=3, **({"owner": "hush", "how": ways} if ways else {})))
    assert inspection.inspect(path, name="three.pdf", kind=Kind.PDF) == 3


@pytest.mark.parametrize("cut", [0, 20])
def test_large_pdf_is_taken_with_its_table_and_without(tmp_path, cut):
    """As scanners make them: few pages, large pictures."""
    from tests.submissions.inspectors.test_pdf import tree, written

    picture = os.urandom(1024) * 1024 * 20
    image = b"<< /Subtype /Image /Length %d >>\nstream\n%s\nendstream" % (len(picture), picture)
    content = written([*tree(pages=3), image, image, image])
    assert len(content) > 60 * MB
    path = tmp_path / "scan.pdf"
    path.write_bytes(content[: len(content) - cut])
    assert inspection.inspect(path, name="scan.pdf", kind=Kind.PDF) == 3


def test_deck_with_a_white_picture_and_one_of_many_megabytes_are_taken(deck):
    picture = "ppt/media/picture1.png"
    for content in (
        uploads.pptx_bytes(parts={picture: b"\xff" * (22 * MB)}),
        uploads.zipped(uploads.deck_parts() | {picture: os.urandom(MB) * 55}, 0),
    ):
        assert inspection.inspect(deck(content), name="talk.pptx", kind=Kind.PPTX) == 0


def test_every_reason_has_a_sentence_that_names_the_file():
    """Read from the source: what an inspector may say, the sentences know."""
    import re

    folder = inspection.Path(inspection_child.__file__).with_name("inspectors")
    sources = [inspection.Path(inspection_child.__file__), *folder.glob("*.py")]
    text = "".join(path.read_text() for path in sources)
    said = {
        reason
        for line in re.findall(r'Unfit\((.*?)\)$|"reason": ("\w+")|_STREAMS = \{(.*)\}', text, re.M)
        for reason in re.findall(r'"([a-z_]+)"', " ".join(line))
    }
    assert said | {f"not_{kind.suffix}" for kind in Kind} == set(inspection._SENTENCES)
    assert [one for one in inspection._SENTENCES.values() if not one.startswith("“{name}” ")] == []
