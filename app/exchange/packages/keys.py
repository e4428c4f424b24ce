"""The tables of the rules that the script of a package follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.assessment.answers import agreement, asked, normalise, sigles
from app.assessment.answers.compare import TYPO_LETTERS, MatchRule
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import bare_spellings


def tables(writings: Iterable[str], lexicon: Lexicon) -> dict[str, Any]:
    """What the script must know of French and of the course, to compare what is typed with these writings."""
    written = tuple(writings)
    targets = {word for text in written for target in (*bare_spellings(text), *lexicon.long_forms(text)) for word in target.split()}
    return {
        **_french(),
        "expansions": {sigle: sorted(forms) for sigle, forms in sorted(lexicon.expansions.items())} if written else {},
        "pairs": [{"long": pair.long, "short": pair.short, "level": pair.level} for pair in (lexicon.pairs if written else ())],
        "near": {word: others for word in sorted(targets) if len(word) >= TYPO_LETTERS and (others := lexicon.others(word))},
    }


def _french() -> dict[str, Any]:
    return {
        "typoLetters": TYPO_LETTERS,
        "nameAndSigle": list(MatchRule).index(MatchRule.NAME_AND_SIGLE),
        "prefixes": normalise.PREFIXES,
        "articles": normalise.LEADING_ARTICLES,
        "inner": sorted(normalise.INNER_ARTICLES),
        "links": sorted(sigles.LINKS),
        "plurals": agreement.PLURALS,
        "feminines": agreement.FEMININES,
        "contracted": agreement.CONTRACTED,
        "sameWord": agreement.SAME_WORD,
        "inclusive": {"points": agreement.POINTS, "short": agreement.SHORT, "long": agreement.LONG},
        "scales": asked.SCALES,
        "sameUnit": asked.SAME_UNIT,
        "small": sorted(asked.SMALL),
        "about": sorted(asked.ABOUT),
        "limits": sorted(asked.LIMITS),
        "measures": sorted(asked.MEASURES),
    }
