"""What a process of our own may do: nothing but answer, within its limits, and one at a time on a host."""

from __future__ import annotations

import logging
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.platform import sandbox
from app.platform.errors import TooBusy
from app.platform.sandbox import SandboxLimits, SandboxStopped

ROOT = Path(__file__).parent.parent
ECHO = "import sys; print(sys.stdin.read())"


def answered(folder: Path, code: str, *arguments: str, data: bytes = b"", wait: float = 0.0, seconds: int = 5, **others: Any) -> bytes:
    file = folder / "code.py"
    file.write_text(code, encoding="utf-8")
    return sandbox.output(folder, file, *arguments, data=data, limits=SandboxLimits(500, seconds, 20), wait=wait, **others)


def test_it_is_given_its_arguments_and_its_data_and_may_import_what_is_ours(tmp_path: Path) -> None:
    code = "import sys; from app.platform import sandbox_limits; print(sys.argv[1:], sys.stdin.read(), sandbox_limits.HERE.name)"
    assert answered(tmp_path, code, "docx", "2", data=b"words") == b"['docx', '2'] words sandbox_limits.py\n"


def test_it_writes_no_file(tmp_path: Path) -> None:
    with pytest.raises(SandboxStopped) as failed:
        answered(tmp_path, f"import pathlib; pathlib.Path({str(tmp_path / 'written')!r}).write_bytes(b'x')")
    assert isinstance(failed.value.__cause__, subprocess.CalledProcessError)
    assert b"File too large" in failed.value.__cause__.stderr
    assert (tmp_path / "written").read_bytes() == b""


def test_it_is_stopped_when_it_works_too_long_and_what_it_had_said_stays(tmp_path: Path) -> None:
    with pytest.raises(SandboxStopped) as stopped:
        answered(tmp_path, "print('begun', flush=True)\nwhile True: pass", seconds=1)
    assert stopped.value.too_long
    assert stopped.value.answered == b"begun\n"


def test_it_is_stopped_when_it_waits_too_long(tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text("import signal; signal.pause()", encoding="utf-8")
    with pytest.raises(SandboxStopped) as stopped:
        sandbox.output(tmp_path, file, data=b"", limits=SandboxLimits(500, 5, 0.2))
    assert stopped.value.too_long


def test_a_failure_is_not_a_matter_of_time(tmp_path: Path) -> None:
    with pytest.raises(SandboxStopped) as stopped:
        answered(tmp_path, "raise SystemExit(3)")
    assert (stopped.value.reason, stopped.value.too_long) == (3, False)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("import croisee_nowhere", "ModuleNotFoundError"), ("raise ValueError('Mme Untel a écrit')", "ValueError"), ("import sys; sys.exit('Mme Untel')", "")],
)
def test_why_it_failed_is_logged_and_nothing_of_what_it_read(tmp_path: Path, caplog: pytest.LogCaptureFixture, code: str, kind: str) -> None:
    with caplog.at_level(logging.INFO, "croisee.alone"), pytest.raises(SandboxStopped):
        answered(tmp_path, code)
    assert f"event=process_stopped code=code reason=1 error={kind}".rstrip() in caplog.text
    assert "Untel" not in caplog.text


def test_a_lower_limit_of_the_machine_stays(tmp_path: Path) -> None:
    """One process bounds itself twice: the second time, it asks for more than it may have."""
    code = "import resource; from app.platform import sandbox_limits; sandbox_limits.limit_process(900, 90); print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    assert answered(tmp_path, code) == f"{500 * 1024 * 1024} 5\n".encode()
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] != 5


def test_what_they_need_stays_out_of_the_workers(tmp_path: Path) -> None:
    code = "import sys, app; app.create_app(); print({'PIL', 'openpyxl', 'mammoth', 'bs4', 'typst', 'obstore'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"CROISEE_INSTANCE": str(tmp_path)}, capture_output=True, check=True)
    assert done.stdout == b"set()\n"


# --- One at a time ---

HOLDER = """
import sys
from pathlib import Path
from app.platform import sandbox
with sandbox._place(Path(sys.argv[1]) / sandbox.LOCK, 0):
    print("taken", flush=True)
    sys.stdin.read()
"""
WORKER = """
import sys
from pathlib import Path
from app.platform import sandbox
folder = Path(sys.argv[1])
sandbox.output(folder, folder / "slow.py", str(folder / "pipe"), data=b"", limits=sandbox.SandboxLimits(500, 5, 60))
"""


@contextmanager
def elsewhere(code: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another worker of the same host."""
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_two_workers_take_turns(tmp_path: Path) -> None:
    with elsewhere(HOLDER, tmp_path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"taken\n"
        with pytest.raises(TooBusy) as busy:
            answered(tmp_path, ECHO)
        assert busy.value.status == 503
        ending = Thread(target=holder.communicate)
        ending.start()
        assert answered(tmp_path, ECHO, data=b"mine", wait=20) == b"mine\n"
        ending.join()


def test_the_place_of_a_worker_that_is_killed_is_free(tmp_path: Path) -> None:
    with elsewhere(HOLDER, tmp_path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"taken\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert answered(tmp_path, ECHO, data=b"mine") == b"mine\n"


def test_the_place_is_taken_for_as_long_as_the_process_of_a_killed_worker_lives(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import sys; open(sys.argv[1]).read()", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe")
    with elsewhere(WORKER, tmp_path) as worker:
        with open(tmp_path / "pipe", "w", encoding="utf-8"):  # noqa: PTH123 — opened once its process reads it
            worker.kill()
            worker.wait()
            with pytest.raises(TooBusy):
                answered(tmp_path, ECHO)
        assert answered(tmp_path, ECHO, data=b"mine", wait=20) == b"mine\n"


def test_of_the_threads_of_a_worker_two_at_most_are_held(tmp_path: Path) -> None:
    """The third is refused at once, however long it would wait: somebody has to serve the pages."""
    waiting: list[bytes] = []
    with sandbox._place(tmp_path / sandbox.LOCK, 0):
        second = Thread(target=lambda: waiting.append(answered(tmp_path, ECHO, data=b"second", wait=60)))
        second.start()
        while sandbox._threads._value:
            second.join(0.01)
        with pytest.raises(TooBusy):
            answered(tmp_path, ECHO, wait=60)
    second.join()
    assert waiting == [b"second\n"]


def test_who_is_refused_leaves_no_place_taken(tmp_path: Path) -> None:
    with sandbox._place(tmp_path / sandbox.LOCK, 0):
        for _ in range(3):
            with pytest.raises(TooBusy):
                answered(tmp_path, ECHO)
    assert answered(tmp_path, ECHO, data=b"mine") == b"mine\n"
    with pytest.raises(FileNotFoundError):
        answered_in(tmp_path / "nowhere", tmp_path / "code.py")
    assert answered(tmp_path, ECHO, data=b"mine") == b"mine\n"


def answered_in(folder: Path, file: Path) -> bytes:
    return sandbox.output(folder, file, data=b"", limits=SandboxLimits(500, 5, 20))
