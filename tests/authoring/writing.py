"""The text of the editor, in a browser: read, rewritten, its caret put somewhere. CodeMirror shows it, the form sends it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

TEXT, QUIZ_TEXT = "texte", "texte-quiz"
READ = "area => new FormData(area.form).get(area.name)"
WRITE = "(area, text) => { area.value = text; area.dispatchEvent(new Event('input', { bubbles: true })); }"
PUT = """(content, words) => {
  const texts = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode.data.indexOf(words);
    if (at === -1) continue;
    content.focus();
    getSelection().collapse(texts.currentNode, at);
    return true;
  }
  return false;
}"""


def text_of(tab: Page, area: str = TEXT) -> str:
    """As the form would send it now."""
    found = tab.locator(f"#{area}").evaluate(READ)
    assert isinstance(found, str)
    return found


def rewrite(tab: Page, text: str, area: str = TEXT) -> None:
    """Another text in the place of what is written."""
    expect(tab.locator(f".editor-box:has(#{area}) .cm-content")).to_have_count(1)
    tab.locator(f"#{area}").evaluate(WRITE, text)


def put_caret(tab: Page, words: str, area: str = TEXT) -> None:
    """Before these words, which are in sight."""
    assert tab.locator(f".editor-box:has(#{area}) .cm-content").evaluate(PUT, words), words


def type_at_end(tab: Page, words: str, area: str = TEXT) -> None:
    tab.locator(f".editor-box:has(#{area}) .cm-content").focus()
    tab.keyboard.press("Control+End")
    tab.keyboard.type(words)
