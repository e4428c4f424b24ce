"""Those who read and answer, as fast as they are told, and how long they wait."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.proofs.hosts.browsing import Answer, Browser
from tests.proofs.hosts.learners import Learner, Run

PAUSE = 1.0
"""Seconds between two acts of a learner, as a mean: who really reads takes thirty times as long."""
QUIZ = "ep-origines-quiz"
PAGES = ("/", "/lecons/ep-origines", "/modules/education-prioritaire", f"/quiz/{QUIZ}", "/progression", "/glossaire", "/frise", "/reseau", "/aide")


@dataclass
class Crowd(Run):
    """Each goes on until the time is over: a question answered, a page read, and again."""

    until: float = 0.0
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds by kind."""

    def script(self, learner: Learner, browser: Browser) -> None:
        hand = Hand(self, browser, random.Random(learner.number))
        token = hand.get(f"/quiz/{QUIZ}").token
        while time.monotonic() < self.until:
            begun = hand.post(f"/quiz/{QUIZ}/tentatives", csrf_token=token)
            attempt = int(begun.location.split("/")[2])
            for position, form in self.answers(learner, attempt):
                hand.post(f"/tentatives/{attempt}/questions/{position}", **form, csrf_token=token, key=f"k{position}", then="next")
                hand.get(hand.chance.choice(PAGES))
                if time.monotonic() > self.until:
                    return
            hand.post(f"/tentatives/{attempt}/envoi", csrf_token=token)
            hand.get(f"/tentatives/{attempt}")

    def share(self, kind: str, part: float) -> float:
        """Milliseconds."""
        times = sorted(self.times[kind])
        return 1000 * times[min(len(times) - 1, int(len(times) * part))] if times else 0.0


@dataclass
class Hand:
    """A learner's, which rests before each act, and notes how long it waits for what it did."""

    crowd: Crowd
    browser: Browser
    chance: random.Random

    def get(self, path: str) -> Answer:
        return self._wait("page", 200, lambda: self.browser.get(path))

    def post(self, path: str, **fields: object) -> Answer:
        return self._wait("answer", 303, lambda: self.browser.post(path, **fields))

    def _wait(self, kind: str, status: int, act: Callable[[], Answer]) -> Answer:
        time.sleep(self.chance.uniform(0, 2 * PAUSE))
        began = time.monotonic()
        answer = self.crowd.expect(act(), status)
        self.crowd.times[kind].append(time.monotonic() - began)
        return answer
