"""Packages in a real browser: played to success, to failure, closed half-way and taken up again; what the system was told is right."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Frame, Page, expect

from app.assessment.answers.lexicon import Lexicon
from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import Form, QuestionLayout
from app.content.values.quiz import Question
from app.exchange.packages.contents import PackageFormat
from tests import builders
from tests.browsers import fill_in
from tests.exchange.packages import playing
from tests.exchange.packages.playing import ACTIVITY, REGISTRATION, System
from tests.platform.web.axe import axe
from tests.words import LESSON_READ, SEND_ANSWER

pytestmark = [pytest.mark.proof, pytest.mark.browser]

QUESTIONS = builders.one_of_each()
MARKED = [place for place, question in enumerate(QUESTIONS) if question.points]


def layout(question: Question) -> QuestionLayout:
    return QuestionLayout(0, f"mod-quiz/{question.id}", shuffle=False)


def sample(place: int, right: bool) -> Form:
    return kind_of(QUESTIONS[place]).sample(layout(QUESTIONS[place]), right)


def worth(rights: dict[int, bool]) -> float:
    """The percentage of an attempt, never rounded up."""
    earned = sum((_earned(place, right) for place, right in rights.items()), Fraction(0))
    return math.floor(earned / sum(Fraction(QUESTIONS[place].points) for place in MARKED) * 10_000) / 100


def _earned(place: int, right: bool) -> Fraction:
    kind = kind_of(QUESTIONS[place])
    given = kind.read_answer(layout(QUESTIONS[place]), sample(place, right))
    return Fraction(QUESTIONS[place].points) * kind.grade(given, Lexicon()).fraction


def played(where: Page | Frame) -> Page | Frame:
    where.locator("html.is-played").wait_for()
    return where


def go(where: Page | Frame, step: int) -> None:
    """As the list of steps does."""
    where.locator(f"[data-step='{step}']").evaluate("link => link.click()")


def read_all(where: Page | Frame) -> None:
    for step in (1, 2):
        go(where, step)
        where.locator("[data-page]:not([hidden])").get_by_role("button", name=LESSON_READ).click()


def answer(where: Any, rights: dict[int, bool]) -> None:
    go(where, 3)
    for place, right in rights.items():
        form = where.locator(f"form[data-question='{place}']")
        fill_in(Scope(form), {f"q{place}-{name}": values for name, values in sample(place, right).items()})  # type: ignore[arg-type]
        form.get_by_role("button", name=SEND_ANSWER).click()
        form.locator("[data-verdict]").wait_for()


class Scope:
    """A form looked at as `fill_in` looks at a page."""

    def __init__(self, form: Any) -> None:
        self.form = form

    def locator(self, selector: str) -> Any:
        return self.form.locator(selector.removeprefix("main "))


def end(where: Page | Frame) -> None:
    go(where, 4)
    where.get_by_role("button", name="Terminer").click()


# --- SCORM 1.2, by scorm-again ---


def opened(context: BrowserContext, system: System) -> tuple[Page, Frame]:
    tab = context.new_page()
    tab.goto(system.address)
    tab.frame_locator("iframe").locator("html.is-played").wait_for()
    return tab, tab.frames[1]


def cmi(tab: Page) -> dict[str, Any]:
    assert tab.evaluate("errors") == []
    found: dict[str, Any] = json.loads(tab.evaluate("localStorage.getItem('cmi')"))
    return found


def result(tab: Page) -> tuple[str, str]:
    core = cmi(tab)["core"]
    return core["lesson_status"], core["score"]["raw"]


def test_scorm_passed_after_a_tab_that_was_closed(app: Flask, context: BrowserContext) -> None:
    with app.app_context():
        made, most = playing.package(PackageFormat.SCORM), playing.suspended()
    with playing.playing(made) as system:
        tab, module = opened(context, system)
        assert result(tab) == ("incomplete", "")
        read_all(module)
        answer(module, dict.fromkeys(MARKED[:4], True))
        module.evaluate("window.dispatchEvent(new Event('pagehide'))")
        assert tab.evaluate("calls.slice(-2)") == ["LMSCommit", "LMSFinish"]
        tab.close()
        tab, module = opened(context, system)
        expect(module.locator("[data-page]:not([hidden]) h1")).to_have_text("Quiz du module")
        expect(module.locator("form[data-question] fieldset:disabled")).to_have_count(4)
        expect(module.locator("form[data-question='3'] input")).to_have_value("contrat de ville")
        assert result(tab) == ("incomplete", "")
        answer(module, dict.fromkeys(MARKED[4:], True))
        end(module)
        expect(module.locator("[data-said]").first).to_contain_text("Votre résultat est transmis.")
        assert result(tab) == ("passed", "100")
        assert len(cmi(tab)["suspend_data"]) <= most
        assert tab.evaluate("calls.at(-1)") == "LMSFinish"
        tab.close()
        tab, module = opened(context, system)
        expect(module.locator("[data-said]").first).to_contain_text("Relecture")
        end(module)
        assert result(tab) == ("passed", "100")


def test_scorm_failed_then_passed_at_another_sitting(app: Flask, context: BrowserContext) -> None:
    with app.app_context():
        made = playing.package(PackageFormat.SCORM)
    rights = {place: place == MARKED[0] for place in MARKED}
    with playing.playing(made) as system:
        tab, module = opened(context, system)
        read_all(module)
        end(module)
        expect(module.locator("[data-said]").first).to_contain_text("vous reprendrez où vous en étiez")
        assert result(tab) == ("incomplete", "")
        tab.close()
        tab, module = opened(context, system)
        answer(module, rights)
        expect(module.locator("form[data-question='3'] [data-verdict]")).to_contain_text("Faux0 sur 1")
        expect(module.locator("form[data-question='5'] .answers > .is-wrong")).to_have_count(3)
        expect(module.locator("form[data-question='5'] .answers > .is-wrong").first).to_contain_text("Faux : vous aviez choisi « ")
        expect(module.locator("form[data-question='7'] del:visible")).to_have_count(2)
        end(module)
        status, raw = result(tab)
        assert (status, float(raw)) == ("failed", worth(rights))
        tab.close()
        tab, module = opened(context, system)
        go(module, 4)
        module.get_by_role("button", name="Recommencer les quiz").click()
        answer(module, dict.fromkeys(MARKED, True))
        assert result(tab)[0] == "failed", "not before it is finished"
        end(module)
        assert result(tab) == ("passed", "100")


# --- cmi5, by the small system of these tests ---


def cmi5_opened(context: BrowserContext, system: System) -> Page:
    tab = context.new_page()
    tab.goto(system.launch())
    played(tab)
    return tab


def test_cmi5_passed_after_a_tab_that_was_closed(app: Flask, context: BrowserContext) -> None:
    with app.app_context():
        made = playing.package(PackageFormat.CMI5)
    with playing.playing(made) as system:
        tab = cmi5_opened(context, system)
        read_all(tab)
        answer(tab, dict.fromkeys(MARKED[:3], True))
        expect(tab.locator("[data-said]").first).to_contain_text("Réponses enregistrées")
        tab.close(run_before_unload=True)
        tab.wait_for_event("close") if not tab.is_closed() else None
        tab = cmi5_opened(context, system)
        expect(tab.locator("form[data-question] fieldset:disabled")).to_have_count(3)
        answer(tab, dict.fromkeys(MARKED[3:], True))
        go(tab, 4)
        with tab.expect_navigation(url="**/retour"):
            tab.get_by_role("button", name="Terminer").click()
        first, second = sessions(system)
        assert first[:4] == ["initialized", "answered", "answered", "answered"]
        assert first[4:] in ([], ["terminated"])
        assert second == ["initialized", *["answered"] * len(MARKED[3:]), "completed", "passed", "terminated"]
        assert system.fetched == system.sessions == 2
        check(system.statements)


def test_cmi5_failed_then_only_looked_at(app: Flask, context: BrowserContext) -> None:
    with app.app_context():
        made = playing.package(PackageFormat.CMI5)
    with playing.playing(made) as system:
        tab = cmi5_opened(context, system)
        read_all(tab)
        answer(tab, dict.fromkeys(MARKED, False))
        system.failing = "statements"
        end(tab)
        expect(tab.locator("[data-said]").first).to_contain_text("Votre plateforme ne répond pas")
        system.failing = ""
        with tab.expect_navigation(url="**/retour"):
            tab.get_by_role("button", name="Terminer").click()
        assert sessions(system)[0].count("completed") == 1
        assert sessions(system)[0][-3:] == ["completed", "failed", "terminated"]
        check(system.statements)
        for mode in ("Browse", "Review"):
            system.mode, before, kept = mode, len(system.statements), dict(system.states)
            tab = cmi5_opened(context, system)
            expect(tab.locator("[data-said]").first).to_contain_text("Relecture")
            expect(tab.locator("form[data-question] fieldset:disabled")).to_have_count(len(MARKED))
            go(tab, 4)
            with tab.expect_navigation(url="**/retour"):
                tab.get_by_role("button", name="Terminer").click()
            assert system.verbs[before:] == ["initialized", "terminated"]
            assert system.states == kept
        system.mode, system.failing = "Normal", "croisee"
        tab = cmi5_opened(context, system)
        expect(tab.locator("[data-said]").first).to_contain_text("Rien n’est enregistré")
        assert system.states == kept, "what could not be read is not written over"


def sessions(system: System) -> list[list[str]]:
    found: list[list[str]] = []
    for verb in system.verbs:
        if verb == "initialized":
            found.append([])
        found[-1].append(verb)
    return found


def check(statements: list[dict[str, Any]]) -> None:
    """The rules of the standard on each."""
    assert len({each["id"] for each in statements}) == len(statements)
    for each in statements:
        verb, said = each["verb"]["id"].rpartition("/")[2], each.get("result", {})
        categories = {one["id"].rpartition("/")[2] for one in each["context"].get("contextActivities", {}).get("category", [])}
        assert each["context"]["registration"] == REGISTRATION
        assert "https://w3id.org/xapi/cmi5/context/extensions/sessionid" in each["context"]["extensions"]
        if verb == "answered":
            assert each["object"]["id"].startswith(f"{ACTIVITY}#")
            assert not categories
            assert said["response"]
            continue
        assert each["object"]["id"] == ACTIVITY
        assert categories == ({"cmi5", "moveon"} if verb in ("completed", "passed", "failed") else {"cmi5"})
        assert ("score" in said) == (verb in ("passed", "failed"))
        assert ("duration" in said) == (verb != "initialized")
        assert said.get("completion") == (True if verb == "completed" else None)
        assert said.get("success") == {"passed": True, "failed": False}.get(verb)
        assert ("https://w3id.org/xapi/cmi5/context/extensions/masteryscore" in each["context"]["extensions"]) == (verb in ("passed", "failed"))


# --- As anyone may read it ---


def test_the_page_is_for_everybody(app: Flask, context: BrowserContext) -> None:
    with app.app_context():
        made = playing.package(PackageFormat.SCORM)
    with playing.playing(made) as system:
        context.add_init_script(Axe().axe_script)
        tab = context.new_page()
        tab.goto(f"{system.address}/paquet/index.html")
        played(tab)
        expect(tab.locator("[data-said]").first).to_contain_text("Rien n’est enregistré")
        answer(tab, {0: True, 3: False})
        for width, scheme in ((1280, "light"), (390, "dark")):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for step in range(5):
                go(tab, step)
                assert axe(tab) == [], (width, step)
                assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, step)
