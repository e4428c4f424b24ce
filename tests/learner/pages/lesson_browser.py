"""What several tests share: a lesson in a real browser: what notes and sigles open, with and without script, its margin, its reading aloud."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

from tests.browsers import arrive

VOICES = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "LANG" }],
  addEventListener() {},
  speak(words) { this.now = words; said.push(words.text); },
  cancel() { this.now = null; },
}});
"""
END = "speechSynthesis.now?.onend()"


def listener(context: BrowserContext, address: str, lang: str) -> Page:
    context.add_init_script(VOICES.replace("LANG", lang))
    return arrive(context, address)
