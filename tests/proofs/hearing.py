"""What a screen reader says of a page: Orca, in French, on a headed Chromium that is driven by its keyboard, on a screen that nobody sees."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Page

from tests.browsers import FLAGS, chromium

NEEDED = {"orca": "orca", "Xvfb": "xvfb", "xdotool": "xdotool", "dbus-daemon": "dbus-daemon", "localedef": "locales"}
"""Program → the package of Debian that holds it."""
BUS = Path("/usr/libexec/at-spi-bus-launcher")
MAIN_ENDS = ("sortie du contenu principal.", "navigation Informations")
VOICE = '''
"""A voice of Orca that writes what it would say, a line each time: no sound is made, and nothing waits for its end."""
import os

from orca import speechserver

said = open(os.environ["HEARD"], "a", buffering=1)


class SpeechServer(speechserver.SpeechServer):
    @staticmethod
    def get_speech_server(info=None):
        return VOICE

    @staticmethod
    def getSpeechServers():
        return [VOICE]

    def speak(self, text=None, acss=None, interrupt=True):
        if text and text.strip():
            said.write(" ".join(text.split()) + "\\n")

    def speak_character(self, character, acss=None):
        self.speak(character)

    def say_all(self, utterances, progress):
        for context, _ in utterances:
            self.speak(context.utterance)


VOICE = SpeechServer()
'''
HEAD = """# Ce qu’un lecteur d’écran dit

Entendu le {day} : Orca 48, en français, avec Chromium, sous Debian 13, au clavier seul. Une ligne est ce qui est dit en une fois. Quelques noms de rôles restent
en anglais (« link », « button », « heading ») : Debian ne les traduit pas. Réécrit par `HEARD_IN=docs/accessibilite pytest tests/proofs/test_heard.py`.
"""
SETTINGS = """
from orca import settings

settings.speechServerFactory = "written_voice"
settings.speechFactoryModules = ["written_voice"]
"""


@dataclass
class Reader:
    """Whoever listens to a tab. What is heard is lines, as they were said."""

    tab: Page
    environ: dict[str, str]
    said: Path
    read: int = 0

    def listen(self, quiet: float = 0.45, wait: float = 2) -> list[str]:
        """What is said from now until nothing is for `quiet` seconds; nothing, if nothing begins within `wait` seconds."""
        seen, last, begun = self.read, time.monotonic(), False
        while time.monotonic() - last < (quiet if begun else wait):
            time.sleep(0.03)
            if (size := self.said.stat().st_size) != seen:
                seen, last, begun = size, time.monotonic(), True
        with self.said.open("rb") as file:
            file.seek(self.read)
            fresh = file.read(seen - self.read)
        self.read = seen
        return fresh.decode().splitlines()

    def press(self, *keys: str, wait: float = 2) -> list[str]:
        """By the keyboard of the screen, which Orca hears first."""
        subprocess.run(["xdotool", "key", *keys], env=self.environ, check=True)
        return self.listen(wait=wait)

    def write(self, words: str) -> list[str]:
        subprocess.run(["xdotool", "type", "--delay", "30", words], env=self.environ, check=True)
        return self.listen(wait=0.5)

    def open(self, address: str) -> list[str]:
        """A page by its address: what is said as it comes."""
        self.tab.goto(address)
        return self.listen(quiet=0.8, wait=8)

    def enter(self, *keys: str) -> list[str]:
        """Keys of which the last leads to another page: what is said as that comes."""
        with self.tab.expect_navigation():
            first = self.press(*keys)
        return first + self.listen(quiet=0.8, wait=4)

    def into_main(self) -> list[str]:
        """By the skip link, which is first."""
        self.press("ctrl+Home")
        return self.press("Return")

    def read_main(self, most: int = 120) -> list[str]:
        """Line after line, to the end of what the page is about."""
        heard = self.into_main()
        for _ in range(most):
            heard += self.press("Down", wait=1.5)
            if end := next((heard.index(words) for words in MAIN_ENDS if words in heard), None):
                return heard[:end]
        return heard

    def into(self, key: str) -> list[str]:
        """To the next field of a kind, as Orca's own keys go (`e`: to write in, `r`: of a group, `c`: a list), ready to be filled: its keys are the page's then."""
        self.press(key)
        self.press("shift+Tab")
        return self.press("Tab")


@contextmanager
def listening(browser_type: BrowserType) -> Iterator[Reader]:
    """The test is skipped, in one sentence, where something of Debian is absent."""
    absent = [package for program, package in NEEDED.items() if not shutil.which(program)] + ([] if BUS.exists() else ["at-spi2-core"])
    if absent:
        pytest.skip(f"no screen reader: apt-get install --no-install-recommends {' '.join(sorted(absent))}")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as ended:
        work = Path(folder)
        environ = _environ(work)

        def start(*command: str, **how: Any) -> subprocess.Popen[str]:
            process = subprocess.Popen(command, env=environ, text=True, stderr=subprocess.DEVNULL, **{"stdout": subprocess.DEVNULL, **how})
            ended.callback(_end, process)
            return process

        screen = start("Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", stdout=subprocess.PIPE)
        environ["DISPLAY"] = ":" + _line(screen)
        bus = start("dbus-daemon", "--session", "--nofork", "--print-address=1", stdout=subprocess.PIPE)
        environ["DBUS_SESSION_BUS_ADDRESS"] = _line(bus)
        start(str(BUS), "--launch-immediately")
        said = Path(environ["HEARD"])
        start("orca", "--replace")
        _until(lambda: said.stat().st_size > 0, "Orca said nothing")
        profile = work / "profile"
        window = ["--force-renderer-accessibility", "--lang=fr", "--window-size=1300,950", "--window-position=0,0", "--disable-features=Translate"]
        start(chromium(), *FLAGS, *window, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank")
        port = profile / "DevToolsActivePort"
        _until(lambda: port.exists() and bool(port.read_text()), "Chromium did not start")
        browser = browser_type.connect_over_cdp(f"http://127.0.0.1:{port.read_text().split()[0]}")
        ended.callback(browser.close)
        tab = browser.contexts[0].pages[0]
        tab.bring_to_front()
        reader = Reader(tab, environ, said)
        reader.listen(wait=3)
        yield reader


def _environ(work: Path) -> dict[str, str]:
    """A home, a voice and a French tongue of this listening alone."""
    home, voice = work / "orca" / "orca", work / "voice"
    for each in (home, voice, work / "run"):
        each.mkdir(parents=True, mode=0o700)
    (voice / "written_voice.py").write_text(VOICE)
    (home / "orca-customizations.py").write_text(SETTINGS)
    (work / "heard").touch()
    (work / "locales").mkdir()
    subprocess.run(["localedef", "-i", "fr_FR", "-f", "UTF-8", str(work / "locales" / "fr_FR.UTF-8")], check=False, capture_output=True)
    own = {
        "HOME": work,
        "XDG_RUNTIME_DIR": work / "run",
        "XDG_DATA_HOME": work / "orca",
        "HEARD": work / "heard",
        "PYTHONPATH": voice,
        "LOCPATH": work / "locales",
    }
    tongue = {"LANG": "fr_FR.UTF-8", "LC_ALL": "fr_FR.UTF-8", "LANGUAGE": "fr", "ACCESSIBILITY_ENABLED": "1"}
    return {**os.environ, **{name: str(path) for name, path in own.items()}, **tongue}


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _until(true: Any, else_said: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, else_said
        time.sleep(0.1)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


MOST = 45
"""Lines kept of a page: what is said after them is more of the same."""


def kept(path: Path, day: str, heard: Sequence[tuple[str, list[str]]]) -> None:
    """Write what was heard, page by page, for people to read."""
    shown = ((what, [*said[:MOST], *(["…"] if len(said) > MOST else [])]) for what, said in heard if said)
    parts = (f"## {what}\n\n" + "".join(f"    {line}\n" for line in said) for what, said in shown)
    path.write_text(HEAD.format(day=day) + "\n" + "\n".join(parts), encoding="utf-8")
