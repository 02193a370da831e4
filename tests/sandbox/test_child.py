"""The process that reads strangers' files with the labels: what it can't do, what ends it, and what it answers."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from competition.sandbox.answer import BadAnswer, PartScore, Refused, answer_of, read_answer
from competition.sandbox.keeper import ChildDied, Nursery, OverLimit
from competition.sandbox.limits import Limits
from competition.sandbox.measure import measure
from competition.sandbox.task import Task, task_from
from tests.factory import GLOBAL, IMAGES, LOCAL, annotations_csv, detections_csv, image_labels_csv, probabilities_csv
from tests.running import wait_until

ROOMY = Limits(memory_bytes=1 << 30, cpu_seconds=120, seconds=180)
BOXES = Task(
    kind="detection",
    metric="voc2010@0.4",
    labels=list(LOCAL),
    scored=list(LOCAL),
    file_labels=list(LOCAL),
    public=list(IMAGES[::2]),
    groups=None,
    seed=1,
    resamples=200,
    truth=annotations_csv().encode(),
    manifest=("image_id,width,height\n" + "".join(f"{image},2048,2048\n" for image in IMAGES)).encode(),
    file=detections_csv(shift=20),
)
MARKS = replace(
    BOXES,
    kind="classification",
    metric="auroc",
    labels=list(GLOBAL),
    scored=list(GLOBAL),
    file_labels=list(GLOBAL),
    public=None,
    truth=image_labels_csv().encode(),
    file=probabilities_csv(noise=0.3),
)
LARGE_IMAGES = [f"{index:032x}" for index in range(3000)]
TRIES = """
import ctypes, errno, os, signal, socket, subprocess, sys, threading
from competition.sandbox.silence import be_silent
be_silent()
tries = {
    "a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "a socket on this host": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "reading a file": lambda: os.open(sys.argv[1], os.O_RDONLY),
    "writing a file": lambda: os.open(sys.argv[1], os.O_WRONLY),
    "removing a file": lambda: os.unlink(sys.argv[1]),
    "a process": os.fork,
    "a program": lambda: os.execv(sys.executable, [sys.executable]),
    "a signal": lambda: os.kill(os.getppid(), 0),
    "another's memory": lambda: os.pidfd_open(os.getppid()),
    "the list of files": lambda: os.listdir("."),
}
for name, act in tries.items():
    try:
        act()
        os.write(1, f"{name}: done\\n".encode())
    except PermissionError:
        os.write(1, f"{name}: refused\\n".encode())
call = ctypes.CDLL(None, use_errno=True).syscall
for name, words in {
    "fork": (57,),
    "vfork": (58,),
    "clone": (56, signal.SIGCHLD, 0),
    "clone3": (435, 0, 0),
    "execveat": (322, 0, 0, 0, 0, 0),
}.items():
    refused = call(*words) == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)
    os.write(1, f"{name} past the C library: {'refused' if refused else 'done'}\\n".encode())
thread = threading.Thread(target=lambda: os.write(1, b"a thread: done\\n"))
thread.start()
thread.join()
os._exit(0)
"""


@pytest.fixture(scope="module")
def nursery():
    one = Nursery()
    one.keep()
    yield one
    one.close()


def large_task() -> Task:
    """As much as a file may hold: 300 boxes of one class on each of 3,000 images."""
    rows = (f"{image},Cardiomegaly,0.5,1,1,{90 + box},80\n" for image in LARGE_IMAGES for box in range(300))
    boxes = "".join(f"{image},Cardiomegaly,1,1,100,80\n" for image in LARGE_IMAGES)
    return replace(
        BOXES,
        public=None,
        truth=f"image_id,class_name,x_min,y_min,x_max,y_max\n{boxes}".encode(),
        manifest="\n".join(["image_id,width,height", *(f"{image},2048,2048" for image in LARGE_IMAGES)]).encode(),
        file=("image_id,class_name,score,x_min,y_min,x_max,y_max\n" + "".join(rows)).encode(),
        scored=["Cardiomegaly"],
    )


def test_a_silent_process_opens_starts_and_signals_nothing_and_still_has_threads():
    answer = subprocess.run(
        [sys.executable, "-c", TRIES, __file__], capture_output=True, text=True, check=True, timeout=60
    )

    told = dict(line.split(": ") for line in answer.stdout.splitlines())
    assert told.pop("a thread") == "done"
    assert len(told) == 15
    assert set(told.values()) == {"refused"}
    assert Path(__file__).exists()


@pytest.mark.parametrize("metric", ["voc2010@0.4", "voc2007@0.4", "coco", "froc", "auroc"])
def test_a_child_answers_what_this_process_would_to_the_bit(nursery, metric):
    task = MARKS if metric == "auroc" else replace(BOXES, metric=metric)
    content, used = nursery.ask(task.as_bytes(), ROOMY)

    assert content == answer_of(measure(task))
    assert [score.part for score in read_answer(content, resamples=200)] == ["public", "private"][: 1 + (task != MARKS)]
    assert used.memory_kib < 200 * 1024


def one_column() -> bytes:
    return "\n".join(line.rsplit(",", 1)[0] for line in MARKS.file.decode().splitlines()).encode()


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (replace(BOXES, file=b"nonsense\n"), "faulty_file"),
        (replace(MARKS, file_labels=[GLOBAL[0]], file=one_column()), "missing_label"),
    ],
)
def test_a_file_that_can_not_be_scored_is_told_with_its_reason(nursery, task, code):
    content, _ = nursery.ask(task.as_bytes(), ROOMY)

    answer = read_answer(content, resamples=200)
    assert isinstance(answer, Refused)
    assert answer.code == code


def test_the_nursery_has_neither_key_nor_addresses(nursery):
    process = psutil.Process(nursery.pid)
    key = Path(os.environ["LABELS_PRIVATE_KEY_FILE"]).read_text().strip()
    secrets = {name: os.environ[name] for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")}
    nursery.ask(BOXES.as_bytes(), ROOMY)
    memory = memory_of(process.pid)

    assert set(process.environ()) & {*secrets, "LABELS_PRIVATE_KEY_FILE"} == set()
    assert b"competition.sandbox" in memory
    for secret in (key.encode(), bytes.fromhex(key), *(value.encode() for value in secrets.values())):
        assert secret not in memory


def memory_of(pid: int) -> bytes:
    """All that a process has written to its own memory."""
    found = []
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for place, rights, *_ in (line.split(maxsplit=2) for line in maps if "[v" not in line):
            start, end = (int(number, 16) for number in place.split("-"))
            if rights.startswith("rw"):
                memory.seek(start)
                found.append(memory.read(end - start) or b"")
    return b"".join(found)


@pytest.fixture(scope="module")
def large():
    return large_task().as_bytes()


def test_what_touches_too_much_memory_is_ended_and_the_next_one_is_scored(nursery, large):
    with pytest.raises(OverLimit, match="memory"):
        nursery.ask(large, replace(ROOMY, memory_bytes=100 << 20))

    assert read_answer(nursery.ask(BOXES.as_bytes(), ROOMY)[0], resamples=200)


def test_what_takes_too_long_is_ended(nursery, large):
    began = time.monotonic()
    with pytest.raises(OverLimit, match="more time"):
        nursery.ask(large, replace(ROOMY, seconds=0.05))

    assert time.monotonic() - began < 10


def test_what_takes_too_much_of_the_processor_is_ended(nursery, large):
    slow = replace(task_from(large), resamples=60_000, metric="coco").as_bytes()
    with pytest.raises(OverLimit, match="processor"):
        nursery.ask(slow, replace(ROOMY, memory_bytes=8 << 30, cpu_seconds=1))


def test_what_starts_too_many_threads_is_ended(nursery, large):
    with pytest.raises(OverLimit, match="threads"):
        nursery.ask(large, replace(ROOMY, threads=0))


def test_a_child_that_is_killed_is_no_files_fault(nursery, large):
    with subprocess.Popen([sys.executable, "-c", KILLER, str(nursery.pid)]) as killer:
        with pytest.raises(ChildDied):
            nursery.ask(large, ROOMY)
        assert killer.wait(timeout=60) == 0


KILLER = """
import psutil, sys, time
nursery = psutil.Process(int(sys.argv[1]))
while not (children := nursery.children()):
    time.sleep(0.001)
children[0].kill()
"""


def test_a_child_ends_with_who_asked(nursery, large):
    slow = replace(task_from(large), resamples=60_000, metric="coco").as_bytes()
    children = psutil.Process(nursery.pid).children
    asking = os.fork()
    if asking == 0:
        try:
            nursery.ask(slow, replace(ROOMY, memory_bytes=8 << 30))
        finally:
            os._exit(1)
    wait_until(children, what="the child")
    os.kill(asking, signal.SIGKILL)
    os.waitpid(asking, 0)

    assert wait_until(lambda: not children(), seconds=60, what="its end") < 20
    assert read_answer(nursery.ask(BOXES.as_bytes(), ROOMY)[0], resamples=200)


def test_a_nursery_that_is_killed_is_started_again():
    one = Nursery()
    one.keep()
    before = one.pid
    one.ask(BOXES.as_bytes(), ROOMY)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: psutil.Process(before).status() == psutil.STATUS_ZOMBIE, what="the end of the nursery")

    content, _ = one.ask(BOXES.as_bytes(), ROOMY)
    after = one.pid
    one.close()

    assert read_answer(content, resamples=200)
    assert after != before
    assert not psutil.pid_exists(after)


SCORE = PartScore("public", 0.5, (0.4, 0.6), {"classes": [{}, {}]}, np.zeros(3, "<f4").tobytes(), bytes(12))
REPORT = {"classes": []}


def framed(head: str, replicates: bytes = b"\0" * 12) -> bytes:
    return struct.pack("<I", len(head)) + head.encode() + replicates


def parts(*rows: object) -> str:
    return json.dumps({"parts": rows})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xff\xff\xff{}",
        framed("{}"),
        framed("[]"),
        framed("[" * 100_000),
        framed(parts()),
        framed(parts(["public", 1.01, None, REPORT])),
        framed(parts(["public", "0.5", None, REPORT])),
        framed(parts(["private", 0.5, None, REPORT])),
        framed(parts(["public", 0.5, [0.1], REPORT])),
        framed(parts(["public", 0.5, None, []])),
        framed('{"parts": [["public", NaN, null, {}]]}'),
        framed('{"parts": [["public", 0.5, null, {"a": 1e999}]]}'),
        framed('{"parts": [["public", 0.5, null, {"a": Infinity}]]}'),
        framed(parts(["public", 0.5, None, REPORT]), b"\0" * 8),
        framed(parts(["public", 0.5, None, REPORT]), np.array([0, np.inf, 0], "<f4").tobytes()),
        framed(parts(["public", 0.5, None, {}])),
        framed(parts(["public", 0.5, None, {"classes": 2}])),
        framed(parts(["public", 0.5, None, {"classes": [{}, {}]}]), bytes(22)),
        framed(parts(["public", 0.5, None, {"classes": [{}]}]), bytes(24)),
        framed('{"refused": ["faulty_file", 7]}', b""),
        framed('{"refused": ["faulty_file", "x"]}'),
    ],
)
def test_what_is_no_answer_is_refused(content):
    with pytest.raises(BadAnswer):
        read_answer(content, resamples=3)


def test_an_answer_comes_back_as_it_was_given():
    assert read_answer(answer_of([SCORE]), resamples=3) == [SCORE]
    assert read_answer(answer_of(Refused("faulty_file", "Line 2")), resamples=3) == Refused("faulty_file", "Line 2")
