"""The tables of the rules that the script of a package follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from app.assessment.answers import agreement, asked, normalise, sigles
from app.assessment.answers.compare import TYPO_LETTERS
from app.assessment.answers.lexicon import Lexicon
from app.assessment.answers.normalise import bare_spellings
from app.assessment.kinds.kind import PackageKey


def tables(keys: Iterable[PackageKey], lexicon: Lexicon) -> PackageKey:
    """What the rules know of French and of the course: of its confusions, those that these keys may cross."""
    written = [text for key in keys for each in (key, *key.get("gaps", ())) if each.get("kind") != "number" for text in _writings(each)]
    targets = {word for text in written for target in (*bare_spellings(text), *lexicon.long_forms(text)) for word in target.split()}
    pairs = lexicon.pairs if written else ()
    return {
        **_french(),
        "expansions": {sigle: sorted(forms) for sigle, forms in sorted(lexicon.expansions.items())} if written else {},
        "pairs": [{"long": pair.long, "short": pair.short, "level": pair.level} for pair in pairs],
        "near": {word: others for word in sorted(targets) if len(word) >= TYPO_LETTERS and (others := lexicon.others(word))},
    }


def _writings(key: PackageKey) -> tuple[str, ...]:
    return (*key.get("accepted", ()), *key.get("mistakes", ()))


def _french() -> PackageKey:
    return {
        "typoLetters": TYPO_LETTERS,
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
