"""What a page shows besides words: pictures, formulas, where its links lead. What changed of them is marked in the page, and said. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, TypeAlias

from app.authoring.comparing.word_diff import DiffMark, matches
from app.platform.french import french

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MOST = 400
"""Pictures, formulas or links compared one by one; more are compared from both ends."""
_FLOWS = frozenset(["article", "aside", "blockquote", "div", "section"])
"""Where a paragraph may be put in."""
Block: TypeAlias = tuple["Tag", str]
"""What says a passage, and its words, folded."""
Pair: TypeAlias = tuple["Tag | None", "Tag | None"]


def mark_unworded(soup: BeautifulSoup, blocks: Sequence[Block], was: BeautifulSoup, old_blocks: Sequence[Block]) -> int:
    """Mark in `soup` what differs from `was`; how many changed. `blocks`: of both, in the order of the page."""
    said: dict[str, Tag] = {}
    for owner, words in blocks:
        said.setdefault(words, owner)
    old = {id(owner): words for owner, words in old_blocks}
    changed = 0
    for before, after in (*_pairs(was, soup, "img", _picture), *_pairs(was, soup, "math", str)):
        changed += 1
        if before is not None and after is not None and before.name == "img" and before.get("src") == after.get("src"):
            after.insert_after(_note(soup, f"la description de l’image a changé, avant : « {before.get('alt', '')} »"))
            continue
        if before is not None:
            _show_gone(soup, before, after, said, old)
        if after is not None:
            _around(soup, after, DiffMark.ADDED)
    for link, left in _moved_links(was, soup):
        link.insert_after(_note(soup, f"l’adresse de ce lien a changé, avant : {left}"))
        changed += 1
    return changed


def _picture(tag: Tag) -> str:
    return f"{tag.get('src')} {tag.get('alt')}"


def _pairs(was: BeautifulSoup, soup: BeautifulSoup, name: str, key: Callable[[Tag], str]) -> Iterator[Pair]:
    """What came, what went, and what stands in the place of another."""
    before, after = was.find_all(name), soup.find_all(name)
    for tag, a, b, c, d in matches([key(each) for each in before], [key(each) for each in after], MOST):
        if tag != "equal":
            yield from ((before[a + place] if a + place < b else None, after[c + place] if c + place < d else None) for place in range(max(b - a, d - c)))


def _moved_links(was: BeautifulSoup, soup: BeautifulSoup) -> list[tuple[Tag, str]]:
    """Links that say the same and lead elsewhere, each with where it led."""
    before, after = _links(was), _links(soup)
    found = []
    for tag, a, b, c, _ in matches([words for words, _ in before], [words for words, _ in after], MOST):
        pairs = zip(before[a:b], after[c:], strict=False) if tag == "equal" else ()
        found += [(link, str(left["href"])) for (_, left), (_, link) in pairs if left["href"] != link["href"]]
    return found


def _links(soup: BeautifulSoup) -> list[tuple[str, Tag]]:
    """Those of the text: notes and what the page itself puts in lead where their numbers say."""
    found = soup.find_all("a", href=True)
    inside = (each for each in found if not each.find_parent(class_="note-call") and not {"note-back", "remark-call"} & {*(each.get("class") or ())})
    return [(each.get_text(), each) for each in inside if not str(each["href"]).startswith("#note-")]


# --- In the page -----------------------------------------------------------------------------------------------------


def marked_words(soup: BeautifulSoup, mark: DiffMark, held: str | Tag) -> Tag:
    """What came or went, with what is said of it to whoever does not see it marked: of what is no word, to everybody."""
    tag, around = soup.new_tag(mark.element), {"class": "visually-hidden" if isinstance(held, str) else "mark-note"}
    tag.extend([soup.new_tag("span", attrs=around, string=mark.spoken), held, soup.new_tag("span", attrs=around, string="]")])
    return tag


def _around(soup: BeautifulSoup, thing: Tag, mark: DiffMark) -> None:
    place = soup.new_tag("span")
    thing.replace_with(place)
    place.replace_with(marked_words(soup, mark, thing))


def _note(soup: BeautifulSoup, words: str) -> Tag:
    return soup.new_tag("span", attrs={"class": "mark-note"}, string=french(f" [{words}]"))


def _show_gone(soup: BeautifulSoup, before: Tag, after: Tag | None, said: Mapping[str, Tag], old: Mapping[int, str]) -> None:
    """Just before what takes its place; else under the passage that it followed, or at the end of the page."""
    gone = marked_words(soup, DiffMark.REMOVED, copy(before))
    if after is not None:
        after.insert_before(gone)
        return
    paragraph = gone_paragraph(soup, gone)
    near = next((said[words] for each in before.find_all_previous(True) if (words := old.get(id(each), "")) in said), None)
    if near is None:
        soup.append(paragraph)
    else:
        where_paragraphs_stand(near).insert_after(paragraph)


def gone_paragraph(soup: BeautifulSoup, gone: Tag) -> Tag:
    """What went and has no place left, in a paragraph of its own."""
    paragraph = soup.new_tag("p", attrs={"class": "gone"})
    paragraph.append(gone)
    return paragraph


def where_paragraphs_stand(place: Tag) -> Tag:
    """A block, or the nearest one around it beside which a paragraph may stand."""
    while place.parent is not None and not _takes_paragraphs(place.parent):
        place = place.parent
    return place


def _takes_paragraphs(parent: Tag) -> bool:
    return parent.name == "[document]" or (parent.name in _FLOWS and (parent.parent is None or parent.parent.name != "dl"))
