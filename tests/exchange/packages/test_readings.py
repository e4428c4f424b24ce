"""A typed text and a number are read alike by Python and by the scripts of a package: the cases of `readings.json`, and made ones."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.exchange.packages import readings
from tests.exchange.packages.readings import Number, by_script, held, number_cases, numbers_by_python, words_by_python

WORDS = st.sampled_from(
    [
        *[
            "préfet",
            "sous-préfet",
            "l’école",
            "d'État",
            "chargé·e·s",
            "directeur/trice",
            "Mme",
            "m.",
            "Q.P.V.",
            "REP+",
            "REP",
            "(QPV)",
            "réseaux",
            "œuvre",
            "STRASSE",
            "ß",
            "des",
            "la",
            "12",
            "12,5",
            "%",
            "€",
            "–",
            "-",
            "…",
            "«",
            "»",
        ],
        *("quartier prioritaire de la politique de la ville", "1 362", "coordonnatrice", "élèves", "constructor"),
    ]
)
SIGNS = st.text(alphabet="aàâeéèêëiîïoôuûüçœæAÉŒß 'ʼ’-–—.,;:!?()/·+%€0123456789\u00a0\u202f\u200b\u0301²", max_size=12)
TEXTS = st.lists(st.one_of(WORDS, SIGNS), max_size=5).map(" ".join)
QUESTIONS = st.sampled_from(
    ["Combien de milliards d’euros ?", "Jusqu’à quel âge ?", "Depuis combien de mois ?", "Quel pourcentage des élèves ?", "En quelle année ?"]
)
TYPED = st.lists(
    st.one_of(
        st.integers(0, 10**10).map(lambda value: f"{value:,}".replace(",", " ")),
        st.decimals(0, 9_999, places=2).map(lambda value: str(value).replace(".", ",")),
        st.sampled_from(
            ["ans", "milliards", "M€", "euros", "%", "pour cent", "environ", "plus de", "jusqu’à", "n°", "-", "1.234", "en", "mois", "élèves", "(", "²"]
        ),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


def test_python_reads_what_the_table_says() -> None:
    table = held()
    assert readings.CASES.read_text(encoding="utf-8") == readings.written(table)
    assert len(table["words"]) >= 60
    assert len(table["numbers"]) >= 40


def test_the_scripts_read_what_the_table_says() -> None:
    table = held()
    said = [case["read"] for case in table["numbers"]]
    words, numbers = by_script([case["typed"] for case in table["words"]], number_cases(table), said)
    assert words == [{name: forms for name, forms in case.items() if name != "typed"} for case in table["words"]]
    assert numbers == said


@settings(max_examples=4, deadline=None, phases=(Phase.generate,))  # a run of Node each: nothing is shrunk
@given(
    st.lists(TEXTS, min_size=100, max_size=200, unique=True),
    st.lists(st.tuples(QUESTIONS, st.sampled_from(["", "ans", "%"]), st.booleans(), TYPED), min_size=100, max_size=200),
)
def test_whatever_is_typed_is_read_alike(texts: list[str], numbers: list[Number]) -> None:
    expected = numbers_by_python(numbers)
    words, told = by_script(texts, numbers, expected)
    assert [(text, one) for text, one, other in zip(texts, words, words_by_python(texts), strict=True) if one != other] == []
    assert [(case, one) for case, one, other in zip(numbers, told, expected, strict=True) if one != other] == []
