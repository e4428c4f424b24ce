"""Edits by the browser and by git in any order, with passages between: what each side holds is what a careful person would have merged by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.platform.db import db
from tests.content.publishing import publish
from tests.exchange.git.site import Forge, GitSite, git, site_of
from tests.identity.builders import INES

PASSAGES = 5
TOKENS, LESSONS = count(1), count(1)
KARIM = "karim@example.org"
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("browser"), st.integers(0, PASSAGES - 1), st.booleans()),
        st.tuples(st.just("git"), st.integers(0, PASSAGES - 1), st.booleans()),
        st.tuples(st.just("follow"), st.just(0), st.just(False)),
        st.tuples(st.just("settle"), st.just(0), st.booleans()),
    ),
    min_size=1,
    max_size=14,
)


def text_of(identifier: str, words: list[str]) -> str:
    body = "\n\n".join(f"Passage {place} : {word}.\n\nEntre deux passages, {place}." for place, word in enumerate(words))
    return f"---\nid : {identifier}\ntitre : Une leçon à deux mains\ndurée : 5\nachèvement : lu\n---\n\n{body}\n"


@dataclass
class TwoHands:
    """A lesson that both sides write: what each holds, and what they had in common last."""

    site: GitSite
    forge: Forge
    identifier: str = field(default_factory=lambda: f"a-deux-{next(LESSONS)}")
    base: list[str] = field(default_factory=lambda: [f"debut{place}" for place in range(PASSAGES)])
    wrote: dict[str, int | None] = field(default_factory=dict)
    """Each text that a side wrote, and its author here."""

    def __post_init__(self) -> None:
        self.path = f"modules/exemple/50-{self.identifier}.md"
        self.ours, self.theirs = list(self.base), list(self.base)
        self._push(KARIM, first=True)
        self.site.follow()
        self.start = git(self.forge.bare, "rev-parse", "main").strip()

    def _push(self, address: str, *, first: bool = False) -> None:
        if not first:
            self.forge.pull()
        text = text_of(self.identifier, self.theirs)
        self.forge.write(self.path, text)
        self.forge.push(address=address)

    def browser(self, place: int, other: bool) -> None:
        self.ours[place] = f"mot{next(TOKENS)}"
        author, text = (self.site.basile if other else self.site.ines), text_of(self.identifier, self.ours)
        publish(db.session, self.path, text, author_id=author, now=self.site.now)
        db.session.commit()
        self.wrote[text] = author

    def git(self, place: int, known: bool) -> None:
        self.theirs[place] = f"mot{next(TOKENS)}"
        self._push(INES if known else KARIM)
        self.pushed_by = self.site.ines if known else None

    def disputed(self) -> list[int]:
        three = zip(self.base, self.ours, self.theirs, strict=True)
        return [place for place, (base, ours, theirs) in enumerate(three) if base not in (ours, theirs) and ours != theirs]

    def settle(self, _place: int, for_git: bool) -> None:
        """Somebody writes the other side's words where both wrote."""
        for place in self.disputed():
            (self.ours if for_git else self.theirs)[place] = (self.theirs if for_git else self.ours)[place]
        text = text_of(self.identifier, self.ours)
        if for_git and text != self.site.text(self.identifier):
            publish(db.session, self.path, text, author_id=self.site.basile, now=self.site.now)
            db.session.commit()
            self.wrote[text] = self.site.basile
        if not for_git:
            self._push(KARIM)

    def follow(self, _place: int = 0, _other: bool = False) -> None:
        report = self.site.follow()
        assert report.refused == []
        if text_of(self.identifier, self.theirs) in self.wrote:
            self.base = list(self.theirs)  # a text published here that the repository holds is had in common, whatever was published after it
        if self.disputed():
            assert report.waiting == [self.path], "both wrote the same words: somebody decides"
        else:
            assert report.waiting == []
            three = zip(self.base, self.ours, self.theirs, strict=True)
            self.base = [ours if ours != base else theirs for base, ours, theirs in three]
            self.ours, self.theirs = list(self.base), list(self.base)
        assert self.site.text(self.identifier) == text_of(self.identifier, self.ours)
        assert self.forge.read(self.path) == text_of(self.identifier, self.theirs)

    def end(self) -> None:
        """No text is lost, each has its author, and no other file was touched."""
        self.settle(0, True)
        self.follow()
        assert self.disputed() == []
        kept = {each.text: each.author_id for each in self.site.revisions(self.identifier)}
        assert {text: kept.get(text, "lost") for text in self.wrote} == self.wrote
        changed = git(self.forge.bare, "diff", "--name-only", self.start, "main").split()
        assert set(changed) <= {self.path}
        own = {f"personne-{number}@cours.example.org" for number in (self.site.ines, self.site.basile)}
        signed = git(self.forge.bare, "log", "--format=%ae", f"{self.start}..main").split()
        assert set(signed) <= {KARIM, INES, *own}
        self.forge.pull()
        (self.forge.clone / self.path).unlink()  # pushed with the next lesson


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitSite]:
    folder = tmp_path_factory.mktemp("entrelacs")
    with site_of(folder / "instance", Forge(folder / "forge")) as site:
        site.follow()
        yield site


def interleave(site: GitSite, actions: list[tuple[str, int, bool]]) -> None:
    lesson = TwoHands(site, site.forge)
    for name, place, choice in actions:
        getattr(lesson, name)(place, choice)
    lesson.end()


@pytest.mark.proof
@settings(max_examples=12, phases=[Phase.generate])
@given(ACTIONS)
def test_a_dozen_interleavings_lose_nothing(site: GitSite, actions: list[tuple[str, int, bool]]) -> None:
    interleave(site, actions)


@pytest.mark.night
@pytest.mark.proof
@settings(max_examples=1000, phases=[Phase.generate])
@given(ACTIONS)
def test_a_thousand_interleavings_lose_nothing(site: GitSite, actions: list[tuple[str, int, bool]]) -> None:
    interleave(site, actions)
