"""A search as it is typed, in groups of words: a sigle is found by what it stands for, and back, through the glossary. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from app.content.search.analysis import ASKING_WORDS, STOP_WORDS, Token, analyse, stem
from app.content.values.course import Glossary


class Alternative(Struct, frozen=True):
    """Stems, all of which are asked; several stand side by side."""

    stems: tuple[str, ...]
    share: float = 1.0
    """Of the weight, for what is not what was typed."""
    together: bool = False


MOST_WORDS = 12
"""That are looked for; a sentence that holds more is cut."""
_WRITTEN = dict(
    enumerate(["zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"])
)
_WRITTEN |= {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 100: "cent"}
_FIGURES = {word: str(value) for value, word in _WRITTEN.items() if value != 1} | {str(value): word for value, word in _WRITTEN.items() if value != 1}
"""A number in letters → in figures, and back; « un » is an article."""
NUMBERS = tuple(word for value, word in _WRITTEN.items() if value > 1)
"""In letters."""
_UNITS = frozenset(["pourcent", "pourcents", "cent", "euro", "euros", "numero"])
"""Words of the signs %, € and n°, which the index leaves out: beside a number, so are they."""
_EVERYDAY = (
    "argent budget cout couter financement financer payer",
    "mairie maire commune ville municipalite",
    "professeur prof enseignant instituteur",
    "parent famille",
    "reunion rencontre seance",
    "appeler telephoner contacter joindre prevenir",
    "poste metier emploi travail fonction",
    "modele outil trame fiche grille tableau gabarit",
    "juridique droit loi legal regle",
    "debuter demarrer commencer debut",
    "desaccord conflit litige blocage",
    "calendrier agenda planning date echeance",
    "evaluation evaluer bilan mesurer",
    "histoire origine naissance creation",
    "salle locaux local batiment",
    "recruter embaucher recrutement employeur",
    "alerter signaler signalement danger maltraitance",
    "zonage carte perimetre",
    "rectorat recteur academie",
    "prime indemnite",
    "impact effet",
    "creche garderie",
    "sigle acronyme abreviation",
    "mobiliser associer impliquer",
)
"""Words of every day and of the trade that are looked for alike, a line each; what was typed counts twice as much."""
_FAMILIES = ("label labellisation labellisee", "coordonnateur coordinateur")
"""Words of one family that have not one stem; nearly as much as what was typed."""
_ALIKE = {
    stem(word): tuple(Alternative((stem(other),), share) for other in words if other != word)
    for lines, share in ((_EVERYDAY, 0.5), (_FAMILIES, 0.9))
    for words in map(str.split, lines)
    for word in words
}
_TO_USE = frozenset(["comment", "modele", "outil", "trame", "gabarit"])
_ACT = 0.4
"""Of the weight of a word."""
_INFINITIVE = re.compile(r"...(?:er|ir|re)$")
_CUT, _RUN_TOGETHER = 5, 6
"""Letters of two words that may be one, of one that may be several."""
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]+)[\"“”«»]")


class WordGroup(Struct, frozen=True):
    """A word, or several that a sigle stands for."""

    folds: tuple[str, ...]
    """As they were typed."""
    alternatives: tuple[Alternative, ...]
    share: float = 1.0
    """Of the weight, for what one asks how to do, beside that to which it is done."""


class SearchRequest(Struct, frozen=True):
    groups: tuple[WordGroup, ...]
    phrases: tuple[tuple[str, ...], ...]
    """Words between quotation marks: side by side, as they are written."""
    folds: tuple[str, ...]
    """All that was typed, small words included."""
    how_to: bool = False
    """One asks how something is done, or for a model of it: a tool answers."""
    how_many: bool = False
    """A number answers."""

    @property
    def stems(self) -> frozenset[str]:
        """All that a row may be found by."""
        return frozenset(stem for group in self.groups for each in group.alternatives for stem in each.stems)

    @property
    def typed_stems(self) -> frozenset[str]:
        return frozenset(stem for group in self.groups for stem in group.alternatives[0].stems)


class Expansions(Struct, frozen=True):
    """What the acronyms of the glossary stand for."""

    of: Mapping[str, tuple[tuple[str, ...], ...]]
    """Sigle → the stems of each of its expansions, small words left out."""
    sigles: Mapping[tuple[str, ...], str]
    written: Mapping[str, tuple[Token, ...]]
    """Words of the glossary run together → as it writes them."""
    terms: frozenset[str]
    """Stems of all its words."""


def expansions(glossary: Glossary) -> Expansions:
    of: dict[str, list[tuple[str, ...]]] = {}
    sigles: dict[tuple[str, ...], str] = {}
    written: dict[str, tuple[Token, ...]] = {}
    for entry in glossary.entries:
        sigle = analyse(entry.term.split(" (")[0])
        for words in (sigle, *map(analyse, entry.all_expansions)):
            written.setdefault("".join(token.fold for token in words), tuple(words))
        for expansion in entry.all_expansions if len(sigle) == 1 else ():
            stems = tuple(token.stem for token in _content(analyse(expansion)))
            if stems and stems != (sigle[0].stem,):
                of.setdefault(sigle[0].fold, []).append(stems)
                sigles.setdefault(stems, sigle[0].stem)
    terms = frozenset(token.stem for words in written.values() for token in words)
    return Expansions({sigle: tuple(found) for sigle, found in of.items()}, sigles, written, terms)


def ask(text: str, known: Expansions) -> SearchRequest:
    """No group where nothing is asked."""
    tokens = list(_read_signs(analyse(text), known))
    folds = tuple(token.fold for token in tokens)
    content = _unique(_content(_without_how_long(tokens)))[:MOST_WORDS]
    act = _act(tokens, known)
    phrases = tuple(tuple(token.fold for token in analyse(found)) for found in _QUOTED.findall(text))
    groups = tuple(_groups(content, known))
    if act and len(groups) > 1:
        groups = tuple(replace(group, share=_ACT) if group.folds == (act,) else group for group in groups)
    return SearchRequest(
        groups, tuple(phrase for phrase in phrases if len(phrase) > 1), folds, how_to=bool(act) or not _TO_USE.isdisjoint(folds), how_many="combien" in folds
    )


def complete_last_word(asked: SearchRequest, completions: Iterable[str]) -> SearchRequest:
    """The last word is being typed: `completions` are stems of words that begin so."""
    if not asked.groups:
        return asked
    last = asked.groups[-1]
    known = {stem for each in last.alternatives for stem in each.stems}
    more = tuple(Alternative((stem,), 0.9) for stem in dict.fromkeys(completions) if stem not in known)
    return replace(asked, groups=(*asked.groups[:-1], replace(last, alternatives=last.alternatives + more)))


def _read_signs(tokens: Sequence[Token], known: Expansions) -> Iterator[Token]:
    """A sign that is said in words: « REP plus » is `rep+`; « 40 pour cent », « 500 euros » are found by their number, as the index has no such sign.

    Words of the glossary are read as it writes them: « planmercredi », « psy en ».
    """
    place, folds = 0, [token.fold for token in tokens]
    while place < len(tokens):
        here, follows = tokens[place], folds[place + 1] if place + 1 < len(tokens) else ""
        joined = f"{here.fold}+"
        if follows == "plus" and joined in known.of:
            yield Token(joined, stem(joined))
            place += 2
            continue
        cut = here.fold + follows if follows and here.fold not in STOP_WORDS else ""
        if len(cut) >= _CUT and len(one := known.written.get(cut, ())) == 1:
            yield from one
            place += 2
            continue
        if len(here.fold) >= _RUN_TOGETHER and (several := known.written.get(here.fold)):
            yield from several
        elif here.fold not in _UNITS or not (any(fold.isdigit() for fold in folds[max(0, place - 2) : place]) or follows.isdigit()):
            yield here
        place += 1


def _content(tokens: Sequence[Token]) -> list[Token]:
    """Without the small words, unless there is nothing else; then without those of a question."""
    said = [token for token in tokens if token.fold not in STOP_WORDS] or list(tokens)
    return [token for token in said if token.fold not in ASKING_WORDS] or said


def _without_how_long(tokens: Sequence[Token]) -> list[Token]:
    """« Combien de temps » asks for a number, not for what speaks of time."""
    folds = [token.fold for token in tokens]
    return [token for place, token in enumerate(tokens) if folds[max(0, place - 2) : place + 1] != ["combien", "de", "temps"]]


def _act(tokens: Sequence[Token], known: Expansions) -> str:
    """What one asks how to do, « comment préparer une troïka », « faire participer les parents »; no word of the glossary. Empty where nothing is."""
    first = next((token for token in tokens if token.fold not in ASKING_WORDS), None)
    return first.fold if first and _INFINITIVE.search(first.fold) and first.stem not in known.terms else ""


def _unique(tokens: Iterable[Token]) -> list[Token]:
    return list({token.fold: token for token in tokens}.values())


def _groups(tokens: Sequence[Token], known: Expansions) -> Iterator[WordGroup]:
    place = 0
    while place < len(tokens):
        length, sigle = _sigle_at(tokens, place, known)
        here = tokens[place : place + length]
        folds, stems = tuple(token.fold for token in here), tuple(token.stem for token in here)
        if sigle:
            yield WordGroup(folds, (Alternative(stems), Alternative((sigle,), 0.9)))
        else:
            stood_for = [Alternative(each, 0.6, together=True) for each in known.of.get(folds[0], ())]
            yield WordGroup(folds, (Alternative(stems), *stood_for, *_alike(here[0])))
        place += length


def _alike(token: Token) -> Iterator[Alternative]:
    """The same number in letters or in figures; words of every day for those of the trade."""
    if number := _FIGURES.get(token.fold):
        yield Alternative((stem(number),), 0.9)
    yield from _ALIKE.get(token.stem, ())


def _sigle_at(tokens: Sequence[Token], place: int, known: Expansions) -> tuple[int, str]:
    """How many words, from here, a sigle stands for, and the sigle; one word and none."""
    for length in range(len(tokens) - place, 1, -1):
        sigle = known.sigles.get(tuple(token.stem for token in tokens[place : place + length]))
        if sigle:
            return length, sigle
    return 1, ""
