"""The course's lists: glossary, timeline, confusable words, paths, network."""

from __future__ import annotations

import pytest

from app.content.documents.reader import parse
from app.content.values.course import Confusables, Glossary, LearningPath, Paths, Sources, Timeline
from app.content.values.library import Cite, Commune, Network, PastMeeting
from app.content.values.text import CROSSING


def test_glossary() -> None:
    text = """Une introduction.

QPV
: quartier prioritaire de la politique de la ville. Quartier pauvre.[^s1]

Troïka
: Le préfet, le recteur
  et le maire.

CEJ (Caf) {#cej-caf}
: contrat enfance et jeunesse. Contrat.

REP+
: réseau d'éducation prioritaire renforcé.

[^s1]: Titre
"""
    glossary, problems = parse("modules/glossaire.md", text)
    assert problems == ()
    assert isinstance(glossary, Glossary)
    assert [(entry.term, entry.expansion, entry.definition.text, entry.anchor, entry.line) for entry in glossary.entries] == [
        ("QPV", "quartier prioritaire de la politique de la ville", "Quartier pauvre.[^s1]", "qpv", 3),
        ("Troïka", "", "Le préfet, le recteur\net le maire.", "troika", 6),
        ("CEJ (Caf)", "contrat enfance et jeunesse", "Contrat.", "cej-caf", 10),
        ("REP+", "réseau d'éducation prioritaire renforcé", "", "rep-plus", 13),
    ]
    assert glossary.expansions["CEJ"] == "contrat enfance et jeunesse"
    assert [source.label for source in glossary.sources] == ["s1"]


def test_timeline() -> None:
    text = """- 1981-07-01 · éducation prioritaire · La [circulaire](ep-origines)[^s1]
- 1982 · politique de la ville + éducation prioritaire · Deux histoires · une date {#rencontre}
- 1982 · croisement · Une autre la même année

[^s1]: Titre
"""
    timeline, problems = parse("modules/frise.md", text)
    assert problems == ()
    assert isinstance(timeline, Timeline)
    assert [(event.when, event.histories, event.text.text, event.anchor, event.line) for event in timeline.events] == [
        ("1981-07-01", ("education-prioritaire",), "La [circulaire](ep-origines)[^s1]", "1981-07-01", 1),
        ("1982", ("politique-de-la-ville", "education-prioritaire"), "Deux histoires · une date", "rencontre", 2),
        ("1982", (CROSSING,), "Une autre la même année", "1982-n2", 3),
    ]


def test_confusables() -> None:
    confusables, problems = parse("modules/confusions.md", "Des paires.\n\n- REP | REP+\n- région | département | commune\n")
    assert problems == ()
    assert confusables == Confusables((("REP", "REP+"), ("région", "département"), ("région", "commune"), ("département", "commune")))


def test_paths() -> None:
    text = "## Acculturation {#acculturation}\n\nmodules : un, deux\nrequis : un\nattestation : oui\ndéfaut : oui\n\n## Reprise {#reprise}\n\nmodules :\n- deux-bis\n"
    paths, problems = parse("modules/parcours.md", text.replace("un", "module-un").replace(", deux", ", module-deux"))
    assert problems == ()
    assert isinstance(paths, Paths)
    assert paths.paths == (
        LearningPath("acculturation", "Acculturation", ("module-un", "module-deux"), ("module-un",), True, True, 1),
        LearningPath("reprise", "Reprise", ("deux-bis",), ("deux-bis",), False, False, 8),
    )
    assert paths.default is paths.paths[0]


@pytest.mark.parametrize(
    ("written", "months", "codes"),
    [("24 mois", 24, ""), ("2 ans", 24, ""), ("1 an", 12, ""), ("0 mois", 0, "E09"), ("121 mois", 0, "E09"), ("toujours", 0, "E09"), ("24", 0, "E09")],
)
def test_the_validity_of_a_path(written: str, months: int, codes: str) -> None:
    text = f"## Un {{#acculturation}}\n\nmodules : module-un\nattestation : oui\nvalidité : {written}\ndéfaut : oui\n"
    paths, problems = parse("modules/parcours.md", text)
    assert [(each.code, each.line) for each in problems] == ([(codes, 5)] if codes else [])
    assert paths is None or paths.paths[0].validity == months  # type: ignore[union-attr]
    _, problems = parse("modules/parcours.md", text.replace("attestation : oui\n", ""))
    assert ("A33" in [each.code for each in problems]) is bool(months)


def test_a_path_says_by_when() -> None:
    text = "## Voie {#voie}\n\nmodules : mod-un, mod-deux\ndéfaut : oui\ndélai : 120 jours\nétapes : mod-un 30, mod-deux 60 j\n"
    paths, problems = parse("modules/parcours.md", text)
    assert (paths.paths[0].days, paths.paths[0].steps, problems) == (120, (("mod-un", 30), ("mod-deux", 60)), ())  # type: ignore[union-attr]
    wrong = text.replace("120 jours", "bientôt").replace("mod-un 30, mod-deux 60 j", "mod-trois 30, mod-deux, mod-un 0, mod-un 9999")
    paths, problems = parse("modules/parcours.md", wrong)
    assert (paths.paths[0].days, paths.paths[0].steps) == (None, ())  # type: ignore[union-attr]
    assert [(each.code, each.line) for each in problems] == [("E09", 5)] + [("E09", 6)] * 4


def test_network() -> None:
    text = """Trente-deux cités.[^s2]

## Les cités {#cites}

| Cité éducative | Communes | Département | Vague | Label |
|---|---|---|---|---|
| Douai / Waziers | Douai (59178), Waziers (59654) | Nord | 2e vague | 2021-01-29[^s2] |
| Ajaccio | Ajaccio (2A004) | Corse-du-Sud | 1 | 2019 |

## La sixième rencontre {#sixieme}

Une journée.

[^s2]: Titre
"""
    network, problems = parse("modules/reseau.md", text)
    assert problems == ()
    assert isinstance(network, Network)
    assert network.introduction is not None
    assert network.introduction.text == "Trente-deux cités.[^s2]"
    assert network.cites == (
        Cite("Douai / Waziers", (Commune("Douai", "59178"), Commune("Waziers", "59654")), "Nord", 2, "2021-01-29", 7),
        Cite("Ajaccio", (Commune("Ajaccio", "2A004"),), "Corse-du-Sud", 1, "2019", 8),
    )
    assert [(meeting.title, meeting.anchor, meeting.body.text, meeting.line) for meeting in network.meetings] == [
        ("La sixième rencontre", "sixieme", "Une journée.", 10)
    ]
    assert isinstance(network.meetings[0], PastMeeting)


def test_a_network_names_quartiers_where_it_can() -> None:
    text = "| Cité | Communes | Département | Vague | Label | Quartiers |\n|---|---|---|---|---|---|\n| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 | Un , Deux[^s2] |\n| Avion | Avion (62065) | Pas-de-Calais | 2 | 2021 | |\n"
    network, problems = parse("modules/reseau.md", text)
    assert problems == ()
    assert isinstance(network, Network)
    assert [cite.quartiers for cite in network.cites] == [("Un", "Deux"), ()]


WIDE = "| Cité | Communes | Département | Vague | Label | Troïka | Position |\n|---|---|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("50,44 ; 2,82", (50.44, 2.82)),
        ("50.44, 2.82", (50.44, 2.82)),
        ("50,44 2,82", (50.44, 2.82)),
        ("-20,9 / 55", (-20.9, 55.0)),
        ("", None),
    ],
)
def test_a_network_says_who_pilots_and_where(written: str, read: tuple[float, float] | None) -> None:
    text = f"{WIDE}| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 | sous-préfet ; principal, maire | {written} |\n"
    network, problems = parse("modules/reseau.md", text)
    assert (problems, network.cites[0].troika, network.cites[0].position) == ((), ("sous-préfet", "principal, maire"), read)  # type: ignore[union-attr]


@pytest.mark.parametrize("written", ["Lens", "50,44", "95 ; 2", "50 ; 200"])
def test_a_position_that_is_nowhere_is_told_by_its_line(written: str) -> None:
    network, problems = parse("modules/reseau.md", f"{WIDE}| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 | | {written} |\n")
    assert [(each.code, each.line) for each in problems] == [("E09", 3)]
    assert network.cites[0].name == "Lens"  # type: ignore[union-attr]


def test_two_cites_of_one_name_are_told() -> None:
    row = "| Lens | Lens (62498) | Pas-de-Calais | 1 | 2019 | | |\n"
    _network, problems = parse("modules/reseau.md", WIDE + row + row)
    assert [(each.code, each.line) for each in problems] == [("E07", 4)]


def test_empty_files_are_empty_values() -> None:
    for path, empty in (
        ("modules/frise.md", Timeline()),
        ("modules/glossaire.md", Glossary()),
        ("modules/reseau.md", Network()),
        ("modules/sources.md", Sources()),
        ("modules/parcours.md", Paths()),
    ):
        assert parse(path, "") == (empty, ())
