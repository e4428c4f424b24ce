"""Word papers of many hands, made by a small notation: each paragraph is a string, `{v:mot}` wears a look, `#1 ` begins an automatic list."""

from __future__ import annotations

import io
import re
from typing import Any

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import RGBColor

_LEVELS = {
    "1": (("decimal", "%1."), ("lowerLetter", "%2)"), ("bullet", "•")),
    "Q": (("decimal", "Question %1 :"), ("upperLetter", "%2."), ("bullet", "•")),
    "-": (("bullet", "•"), ("bullet", "o"), ("bullet", "•")),
    "a": (("lowerLetter", "%1."), ("lowerLetter", "%2."), ("bullet", "•")),
}
_LISTED = re.compile(r"#([1Qa-])(\d)? ")
_WORN = re.compile(r"\{(\w+):(.*?)\}")


def docx_of(*paragraphs: str | list[tuple[str, ...]]) -> bytes:
    """A document: strings are paragraphs, lists are tables. `# ` is a heading of level 1, `## ` of level 2, `! ` a title."""
    document = docx.Document()
    _number(document)
    for each in paragraphs:
        if isinstance(each, list):
            table = document.add_table(rows=len(each), cols=len(each[0]))
            for row, cells in zip(table.rows, each, strict=True):
                for cell, words in zip(row.cells, cells, strict=True):
                    _write(cell.paragraphs[0], words)
        else:
            _paragraph(document, each)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _number(document: Any) -> None:
    numbering = document.part.numbering_part.element
    for place, levels in enumerate(_LEVELS.values()):
        inner = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>' for n, (kind, text) in enumerate(levels)
        )
        numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{90 + place}">{inner}</w:abstractNum>'))
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{90 + place}"><w:abstractNumId w:val="{90 + place}"/></w:num>'))


def _paragraph(document: Any, words: str) -> None:
    for sign, level in (("! ", 0), ("# ", 1), ("## ", 2)):
        if words.startswith(sign):
            document.add_heading(words.removeprefix(sign), level)
            return
    listed = _LISTED.match(words)
    paragraph = document.add_paragraph()
    if listed:
        number = 90 + list(_LEVELS).index(listed[1])
        inner = f'<w:ilvl w:val="{listed[2] or 0}"/><w:numId w:val="{number}"/>'
        paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{inner}</w:numPr>"))
        words = words[listed.end() :]
    _write(paragraph, words)


def _write(paragraph: Any, words: str) -> None:
    position = 0
    for found in _WORN.finditer(words):
        paragraph.add_run(words[position : found.start()])
        _look(paragraph.add_run(found[2]), found[1])
        position = found.end()
    paragraph.add_run(words[position:])


def _look(run: Any, look: str) -> None:
    colours = {"v": (0, 160, 60), "r": (220, 0, 0), "bleu": (0, 60, 200), "blanc": (255, 255, 255)}
    if look in colours:
        run.font.color.rgb = RGBColor(*colours[look])
    elif look == "f":
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    elif look == "box":
        border = OxmlElement("w:bdr")
        border.set(qn("w:val"), "single")
        run._r.get_or_add_rPr().append(border)
    else:
        setattr(run.font, {"g": "bold", "i": "italic", "s": "underline", "x": "strike", "cache": "hidden"}[look], True)


PAPERS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "automatique, vert, plusieurs": (
        docx_of(
            "! Les cités éducatives",
            "#1 Qui compose la troïka ?",
            "#11 {v:L’État}",
            "#11 La Caf",
            "#11 {v:La collectivité}",
            "#1 Le CPO est…",
            "#11 un élu",
            "#11 {v:un coordinateur}",
        ),
        ("multiple : L’État / La collectivité", "single : un coordinateur"),
    ),
    "gras": (docx_of("1) Qui signe ?", "a) {g:Le préfet}", "b) Le maire", "2) Qui paie ?", "a) La Caf", "b) {g:L’État}"), ("single ?", "single ?")),
    "légende": (
        docx_of(
            "QCM", "Les bonnes réponses sont soulignées.", "1) Qui signe ?", "a) {s:Le préfet}", "b) Le maire", "2) Qui paie ?", "a) La Caf", "b) {s:L’État}"
        ),
        ("single : Le préfet", "single : L’État"),
    ),
    "barré": (docx_of("1) Qui signe ?", "a) Le préfet", "b) {x:Le maire}", "c) {x:La Caf}"), ("single ?",)),
    "Question automatique": (
        docx_of("#Q Qui signe ?", "#Q1 Le préfet", "#Q1 Le maire", "#Q Qui paie ?", "#Q1 La Caf", "#Q1 L’État", "Corrigé : 1-A 2-B"),
        ("single : Le préfet", "single : L’État"),
    ),
    "trous soulignés": (docx_of("1. La loi {s:         } date de 2014.", "Réponse : Lamy"), ("gap : Lamy",)),
    "mots en rouge à trouver": (docx_of("Complétez le texte :", "1. La cité éducative est pilotée par une {r:troïka}."), ("gap ?",)),
    "lettre surlignée": (
        docx_of("1. Qui signe ?", "{f:a.} Le préfet", "b. Le maire", "2. Qui paie ?", "a. La Caf", "{f:b.} L’État"),
        ("single : Le préfet", "single : L’État"),
    ),
    "tableau vrai faux": (
        docx_of([("Affirmation", "V", "F", "NSP"), ("Le label est national", "X", "", ""), ("La Caf préside", "", "X", "")]),
        ("true_false : Vrai", "true_false : Faux"),
    ),
    "tableau de questions": (
        docx_of(
            [
                ("N°", "Question", "Réponse attendue", "Points"),
                ("1", "Que veut dire REP ?", "réseau d’éducation prioritaire", "1"),
                ("2", "En quelle année ?", "2014", "1"),
            ]
        ),
        ("short ~", "numeric : 2014"),
    ),
    "relier en tableau": (
        docx_of("1. Reliez chaque sigle à sa date.", [("ZEP", "2014"), ("QPV", "1981"), ("REP", "2015")]),
        ("match ?",),
    ),
    "relier en tableau, avec clé": (
        docx_of("1. Reliez chaque sigle à sa date.", [("1. ZEP", "a. 2014"), ("2. QPV", "b. 1981"), ("3. REP", "c. 2015")], "Réponses : 1b, 2a, 3c"),
        ("match : ZEP : 1981 / QPV : 2014 / REP : 2015",),
    ),
    "vrai faux souligné": (
        docx_of("Vrai ou faux ?", "1. Le label est national.   {s:Vrai} / Faux", "2. La Caf préside.   Vrai / {s:Faux}"),
        ("true_false ?", "true_false ?"),
    ),
    "cases rondes": (
        docx_of("1. Qui signe ?", "● Le préfet", "○ Le maire", "2. Qui paie ?", "○ La Caf", "● L’État"),
        ("single : Le préfet", "single : L’État"),
    ),
    "case barrée": (docx_of("1. Qui signe ?", "☒ Le préfet", "☐ Le maire"), ("single : Le préfet",)),
    "leçon et questions": (
        docx_of(
            "! La politique de la ville",
            "# Une politique d’exception",
            "La politique de la ville est une politique de cohésion urbaine et de solidarité, nationale et locale, envers les quartiers défavorisés. " * 4,
            "# Une géographie",
            "Les quartiers prioritaires sont définis par le revenu de leurs habitants. " * 4,
            "# Testez-vous",
            "Question 1 : Qui signe le contrat ?",
            "a) Le préfet",
            "b) Le maire",
            "Bonne réponse : a",
        ),
        ("lesson", "single : Le préfet"),
    ),
    "leçon seule, avec une liste": (
        docx_of(
            "! La troïka",
            "# Qui fait quoi ?",
            "Trois acteurs pilotent la cité éducative.",
            "#- L’État",
            "#- La collectivité",
            "#- L’Éducation nationale",
            "Ils se réunissent chaque mois. " * 6,
        ),
        ("lesson ~",),
    ),
    "réponses cachées": (docx_of("1. Qui signe ?", "a. Le préfet", "b. Le maire", "{blanc:Réponse : a}"), ("single : Le préfet",)),
    "réponse d’une ligne": (
        docx_of("1. Que veut dire CPO ?", "{i:Chef de projet opérationnel}", "2. Que veut dire QPV ?", "{i:Quartier prioritaire}"),
        ("short ~", "short ~"),
    ),
    "copie corrigée": (
        docx_of(
            "Nom : Belkacem   Prénom : Inès",
            "1/ Que signifie ATSEM ?",
            "Assistant technique",
            "X  Agent territorial{r:  ✓ bien}",
            "2/ Qui l’emploie ?",
            "X  L’Éducation nationale{r:  ✗ non : la commune}",
            "La commune",
        ),
        ("single ?", "single ?"),
    ),
    "titre qui demande": (
        docx_of(
            "! Qui fait quoi au collège ?",
            "Une seule réponse. Durée : 20 min.",
            "{g:Première partie}",
            "#1 Qui signe ?",
            "a. Le préfet",
            "b. Le maire",
            "Réponse : a",
        ),
        ("single : Le préfet",),
    ),
    "trous en couleur": (docx_of("Complétez les phrases.", "1. La loi {r:Lamy} date de {r:2014}.", "2. Le label vient de {r:l’État}."), ("single ?",)),
    "une fiche par question": (
        docx_of(
            [
                ("Question 1", "Qui préside le conseil d’école ?"),
                ("A", "Le maire"),
                ("B", "Le directeur"),
                ("Réponse", "B"),
                ("Explication", "Le maire en est."),
            ],
            "",
            [("{g:Question 2 :}", "Il a l’autorité sur ses collègues."), ("A", "Vrai"), ("B", "Faux"), ("Réponse :", "B")],
        ),
        ("single : Le directeur", "true_false : Faux"),
    ),
    "colonnes de blancs": (
        docx_of(
            "Les bonnes réponses sont soulignées.", "1/ Le numéro est le :", "\t3020\t\t{s:3018}\t\t119", "2/ Le programme :", "\t{s:pHARe}\t\tSIVIS\t\tCASNAV"
        ),
        ("single : 3018", "single : pHARe"),
    ),
    "vrai et faux l’un sous l’autre": (
        docx_of(
            "Les bonnes réponses sont soulignées.",
            "1. Le recteur est chancelier.",
            "{s:Vrai}",
            "Faux",
            "2. Qui arrête la carte ?",
            "a) le maire",
            "{s:b) le DASEN}",
        ),
        ("true_false : Vrai", "single : le DASEN"),
    ),
    "vrai étoilé dans l’énoncé": (
        docx_of("1. Qui paie ?", "- la Caf *", "- le maire", "2. Le parcours se fait avec les parents : vrai *, faux"),
        ("single : la Caf", "true_false : Vrai"),
    ),
    "corrigé en chiffres romains": (
        docx_of("I. Qui signe ?", "A - le maire", "B - le préfet", "II. Qui paie ?", "A - la Caf", "B - la ville", "Réponses", "I : B", "II : A et B"),
        ("single : le préfet", "multiple ?"),
    ),
    "corrigé de nombres": (
        docx_of(
            "1. La Déclaration date de ………… .",
            "2. Elle s’appelle ............",
            "3. Elle date de ____, puis de ____.",
            "Réponses : 1. 1789 ; 2. Marianne ; 3. 1958, 1962",
        ),
        ("gap : 1789", "gap : Marianne", "gap : 1958 / 1962"),
    ),
    "sigles à relier": (
        docx_of(
            "Question 1 : Reliez chaque sigle à sa définition.", "REP → réseau", "PRE → programme", "Question 2 : Qui paie ?", "A) la Caf ✅", "B) l’Europe"
        ),
        ("match : REP : réseau / PRE : programme", "single : la Caf"),
    ),
    "flèches pour puces": (
        docx_of("Qui vient ?", "-> les familles", "-> tous (bonne réponse)", "C’est quoi le FPH ?", "-> le fonds (bonne réponse)", "-> la fédération"),
        ("single : tous", "single : le fonds"),
    ),
    "association dans un titre": (
        docx_of("{g:Quiz – Association Lire}", [("Question", "Propositions", "Bonne réponse"), ("Qui vient ?", "a. Tous b. Les élus", "a")]),
        ("single : Tous",),
    ),
    "chapitres numérotés, puis un quiz": (
        docx_of(
            "1. Pourquoi la coéducation ?",
            "La loi de 2013 reconnaît les parents comme membres de la communauté éducative, et chacun y garde sa place. " * 4,
            "2. Les espaces parents",
            "Un lieu de l’école ouvert aux familles.",
            "Quiz de fin de module",
            "1. La circulaire date de :",
            "( ) 2005",
            "(X) 2013",
        ),
        ("lesson ~", "single : 2013"),
    ),
    "vrai ou faux dit dessous": (
        docx_of(
            "1. Le label est national.",
            "Faux",
            "2. Le CPO coordonne.",
            "Vrai, car c’est sa mission.",
            "3. Qui signe ?",
            "a) le maire",
            "b) le préfet",
            "Réponse : b",
        ),
        ("true_false ?", "true_false ?", "single : le préfet"),
    ),
}
