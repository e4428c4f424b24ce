"""Files as trainers of Moodle make them: what becomes of each question, what is lost of it, why it is refused; and what is hostile."""

from __future__ import annotations

import codecs
import gzip
import time
from base64 import b64encode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.exchange.banks.reading.formats import INCOMING, IncomingFormat
from app.exchange.banks.reading.gift import GLUED, LOOSE
from app.exchange.intake.forms import ACCEPTED, GiveForm
from app.platform.zips import FileRefused
from tests.authoring.incoming.pictures import picture
from tests.exchange.banks.banking import CASES, answer, bank, one, quiz, xml

RIGHT, WRONG = answer("100", "Le préfet"), answer("0", "Le maire")


def test_a_bank_of_moodle_is_read_question_by_question() -> None:
    """`cases/banque.xml`: categories as a tree, an image, every type, and what has no place here."""
    found = bank((CASES / "banque.xml").read_bytes())
    kept = {item.name: item for item in found.items if item.kept}
    assert list(kept) == ["Q01 - Préfet", "Troïka", "Date", "QPV", "Nombre", "Associer", "Ordre", "Trous", "Menus", "Glisser", "Ouverte"]
    assert {item.line: item.name for item in found.items if not item.kept} == {
        51: "Joker",
        103: "Sans modèle",
        104: "Cas",
        105: "Calcul",
        106: "Carte",
        107: "Formel",
    }
    assert tuple(dict.fromkeys(item.category for item in kept.values())) == (
        "Défaut pour CPO 2026 / Les acteurs",
        "Défaut pour CPO 2026 / Les acteurs / Sigles",
    )
    assert found.introductions == {"Défaut pour CPO 2026 / Les acteurs": "Qui fait quoi, au nom de **qui**."}
    (name,) = found.pictures
    assert kept["Q01 - Préfet"].text.split("\n") == [
        *("## Qui signe le contrat de ville au nom de l'État ?", "", f"![Carte des quartiers](images/{name})", ""),
        *("- [x] Le préfet", "- [ ] Le maire", "  > Le maire engage la commune, pas l'État.", "- [ ] Le recteur", ""),
        *("> Le préfet représente le gouvernement (loi de 2014).", ""),
        *("Indice : Il siège en préfecture. Son nom commence par « p ».", "Points : 2", "Étiquettes : acteurs, État territoire"),
    ]
    assert kept["Q01 - Préfet"].id == "signataire-etat"
    assert [said.partition(" ")[0] for said in kept["Q01 - Préfet"].lost] == ["Commentaire", "Pondération", "Ses"]
    assert "Le [[préfet]] et le [[(maire) | recteur} | ministre]] signent en [[2014 ± 1]]." in kept["Trous"].text
    assert "La [[(ville) | région]] porte le projet avec l'[[(État) | Europe]]." in kept["Menus"].text
    assert found.summary()["approximated"] == 4


def test_a_gift_of_a_mail_is_read_question_by_question() -> None:
    found = bank((CASES / "formateur.gift").read_bytes())
    kept = [item for item in found.items if item.kept]
    assert [quiz(item.text).questions[0].kind.value for item in kept] == [
        *("single", "true_false", "multiple", "multiple", "text", "number", "number", "number", "matching", "ordering", "gaps", "single"),
    ]
    assert [(item.line, item.refused.partition(" ")[0]) for item in found.items if not item.kept] == [(49, "Une"), (51, "C’est"), (55, "L’accolade")]
    assert kept[0].id == "signataire-etat"
    assert kept[-1].lost == (GLUED,)
    assert found.remarks == (LOOSE,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_saved_the_file(encoding: str, end: str) -> None:
    for text in (xml("multichoice", RIGHT + WRONG, "L’État&nbsp;: « qui » ?"), "L’État \\: « qui » ? {=Le préfet\n~Le maire}"):
        found = bank(text.replace("\n", end).encode(encoding))
        assert found.items[0].text.startswith("## L’État : « qui » ?\n\n- [x] Le préfet")
        assert bool(found.remarks) is (encoding == "cp1252")
    declared = f'<?xml version="1.0" encoding="ISO-8859-1"?>{xml("multichoice", RIGHT + WRONG, "Où ça, à l’évêché ?")}'.replace("’", "'")
    assert bank(declared.encode("latin-1")).items[0].text.startswith("## Où ça, à l'évêché ?")


SAID = {
    "an answer of one that is worth half": (xml("multichoice", "<single>true</single>" + RIGHT + answer("50", "Le recteur")), "Pondération ignorée : seule"),
    "several of different worth": (xml("multichoice", "<single>false</single>" + answer("80", "a") + answer("20", "b") + WRONG), "chaque bonne réponse"),
    "wrong ones that cost nothing": (xml("multichoice", "<single>false</single>" + answer("50", "a") + answer("50", "b") + WRONG), "retire ici"),
    "a typed answer worth a part": (xml("shortanswer", RIGHT + answer("50", "préfet")), "comptée fausse"),
    "a comment of the other answers": (xml("shortanswer", RIGHT + answer("0", "*", "Relisez.")), "non repris : « Relisez. »"),
    "a number worth a part": (xml("numerical", answer("100", "12") + answer("50", "13")), "compté faux"),
    "an ordering of some steps": (
        xml("ordering", "<selecttype>RANDOM</selecttype>" + "".join(answer("1", text) for text in ("a", "b", "c"))),
        "tirées au sort",
    ),
    "two units": (
        xml("numerical", answer("100", "12") + "".join(f"<units><unit><unit_name>{unit}</unit_name></unit></units>" for unit in ("km", "m"))),
        "Une seule unité",
    ),
    "no points": (xml("multichoice", "<defaultgrade>0</defaultgrade>" + RIGHT + WRONG), "ne sont pas possibles"),
    "an image that is not in the file": (xml("multichoice", RIGHT + WRONG, '<p>Qui ?</p><p><img src="@@PLUGINFILE@@/x.png" alt="x"></p>'), "image"),
    "an image without a word": (
        xml("multichoice", RIGHT + WRONG, '<p>Qui ?</p><p><img src="data:image/png;base64,AAAA" alt=""></p>'),
        "n’est pas reprise",
    ),
    "points that are rounded": (xml("multichoice", "<defaultgrade>0.3333333</defaultgrade>" + RIGHT + WRONG), "arrondis à 0,33"),
    "a file that is joined": (xml("multichoice", RIGHT + WRONG, '<p>Qui ? <a href="@@PLUGINFILE@@/note%20A.pdf">La note</a></p>'), "« note A.pdf »"),
    "a sound": (xml("multichoice", RIGHT + WRONG, '<p>Qui ?</p><audio src="x.mp3"></audio>'), "Un son"),
    "an answer to complete": (
        xml("essay", "<graderinfo><text>Oui.</text></graderinfo><responsetemplate><text>Je pense que</text></responsetemplate>"),
        "à compléter",
    ),
    "a sign of nothing": ("Quel langage ? {=C# ~Java}", "écrivez « \\# »"),
    "a comment of a joker": (xml("shortanswer", RIGHT + answer("0", "*maire*", "Non.")), "des réponses « *maire* », non repris : « Non. »"),
    "a comma": ("Combien ? {#12,5}", "virgule"),
    "a formula": (xml("multichoice", RIGHT + WRONG, r"\(\inconnue{x}\)"), "formule"),
}
REFUSED = {
    "a joker": (xml("shortanswer", answer("100", "pr*")), "écrivez les réponses"),
    "no right answer": (xml("multichoice", WRONG + answer("0", "Le recteur")), "aucune bonne réponse"),
    "one proposal": (xml("multichoice", RIGHT), "il n’y a rien à choisir"),
    "an empty proposal": (xml("multichoice", RIGHT + answer("0", " ")), "est vide"),
    "twice the same": (xml("multichoice", RIGHT + answer("0", "Le préfet")), "déjà proposé"),
    "no statement": (xml("multichoice", RIGHT + WRONG, ""), "pas d’énoncé"),
    "true and false alike": (xml("truefalse", answer("100", "true") + answer("100", "false")), "laquelle"),
    "a number that is none": (xml("numerical", answer("100", "douze")), "pas un nombre"),
    "two steps": (xml("ordering", answer("1", "a") + answer("2", "b")), "au moins trois étapes"),
    "a gap to tick": (xml("cloze", "", "Les {1:MULTIRESPONSE:=a~=b~c}."), "il faut en cocher plusieurs"),
    "a gap cut short": (xml("cloze", "", "Les {1:SA:=a et {1:SA:=b}."), "accolade"),
    "a place without a word": (xml("gapselect", "<selectoption><text>a</text></selectoption>", "Le [[2]]."), "n’a pas de mot"),
    "a comment that never ends": (xml("multichoice", RIGHT + WRONG, "Qui signe <!-- là ?"), "n’est jamais fermé"),
    "no type": (xml("", RIGHT), "n’existe pas"),
    "choices of which none is worth all": (xml("multichoice", "<single>true</single>" + answer("50", "Le préfet") + answer("50", "Le maire")), "aucune bonne"),
    "a gap of which none is worth all": (xml("cloze", "", "C’est {1:SA:%50%ici~%50%là}."), "tous les points"),
    "answers of no sign": ("Qui ? {préfet}", "ni par « = »"),
    "an open question": ("Votre avis ? {}", "réponse modèle"),
}


@pytest.mark.parametrize(("data", "said"), SAID.values(), ids=SAID)
def test_what_is_lost_is_said(data: str, said: str) -> None:
    item = one(data)
    assert item.kept, item.refused
    assert any(said in each for each in item.lost), item.lost


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_asked_is_refused_at_its_line(data: str, said: str) -> None:
    item = one(data)
    assert item.line == 1
    assert not item.text
    assert said in item.refused, item.refused


def test_two_images_of_one_name_stay_beside_their_answers() -> None:
    shown = '<img src="@@PLUGINFILE@@/image.png" alt="Un plan">'
    one_of = [
        answer(fraction, f"<p>{words}</p>{shown}").replace("<feedback", f'<file name="image.png">{b64encode(picture(colour=words)).decode()}</file><feedback')
        for fraction, words in (("100", "red"), ("0", "blue"))
    ]
    found = bank(xml("multichoice", "".join(one_of)))
    assert len(found.pictures) == 2
    assert all(found.items[0].text.count(name) == 1 for name in found.pictures)


UNDERSTOOD = {
    "headings": (
        xml("multichoice", RIGHT + WRONG, "<h3><b>Le cas</b></h3><p>Qui signe ?</p>"),
        "## \n\n**Le cas**\n\nQui signe ?\n\n- [x] Le préfet\n- [ ] Le maire",
    ),
    "a comment with points": ("//Q1.2 facile\nVrai ? {V}", "## Vrai ?\n\nRéponse : Vrai"),
    "an ampersand that is typed": ("[html]Le sigle ? {=R&D}", "## Le sigle ?\n\nRéponse :\n\n- [x] R&D"),
    "a title that is a number": ("3. Qui ? {=a b c ~d}", "## 3\\. Qui ?\n\n- [x] a b c\n- [ ] d"),
    "a word of ours": ("Points \\: combien ? {=a ~b}", "## Points \\: combien ?\n\n- [x] a\n- [ ] b"),
    "Markdown's own signs": ("[plain]Le * de [x] et # ? {=\\#a ~- b}", "## Le \\* de \\[x\\] et # ?\n\n- [x] \\#a\n- [ ] \\- b"),
    "Markdown": ("[markdown]Le **mot** ? {=a ~b}", "## Le **mot** ?\n\n- [x] a\n- [ ] b"),
    "several lines": ("::Un::\nQui ?\n{\n  =a\n  ~b\n    #Non.\n}", "## Qui ?\n\n- [x] a\n- [ ] b\n  > Non."),
    "signs that are protected": ("Quel signe ? {=a \\= b ~a \\~ b ~\\{c\\}}", "## Quel signe ?\n\n- [x] a = b\n- [ ] a ~ b\n- [ ] \\{c\\}"),
    "a weight of a hundred": ("Qui ? {=%100%a ~%0%b}", "## Qui ?\n\n- [x] a\n- [ ] b"),
    "what is said of a truth": ("Le maire signe seul. {F#Pas seul.#Exact.}", "## Le maire signe seul.\n\n- [ ] Vrai\n  > Pas seul.\n- [x] Faux\n  > Exact."),
    "a missing word of a menu": ("La {=Seine ~Loire ~Marne} traverse Paris.", "## Complétez le texte.\n\nLa [[(Seine) | Loire | Marne]] traverse Paris."),
    "a comment and an open form": ("// Une remarque\n::Vrai::[html]Le maire signe. {T}", "## Le maire signe.\n\nRéponse : Vrai"),
    "a French truth": ("Vrai ? {V}", "## Vrai ?\n\nRéponse : Vrai"),
    "a blank line within braces": ("Qui ? {=a\n\n~b}", "## Qui ?\n\n- [x] a\n- [ ] b"),
    "a missing word": ("Le {=préfet =sous-préfet} signe.", "## Complétez le texte.\n\nLe [[préfet | sous-préfet]] signe."),
    "a range": ("Quand ? {#2014..2016}", "## Quand ?\n\nRéponse : 2015 ± 1"),
    "several numbers": ("Quand ? {#=2014:0 =2016:1}", "## Quand ?\n\nRéponse : 2014 | 2016 ± 1"),
    "Aiken": ("Qui signe ?\nA. Le préfet\nB) Le maire\nANSWER: A", "## Qui signe ?\n\n- [x] Le préfet\n- [ ] Le maire"),
    "a break that ends a block": (
        xml("multichoice", answer("100", "Le préfet<br>") + answer("0", "Le <b>maire<br></b>"), "<p>Qui <i>signe ?<br></i></p><ul><li>un<br></li></ul><br>"),
        "## Qui *signe ?*\n\n- un\n\n- [x] Le préfet\n- [ ] Le **maire**",
    ),
    "a break within a line": (
        xml("matching", "".join(f"<subquestion><text>&lt;p&gt;{a}&lt;br&gt;b&lt;/p&gt;</text><answer><text>{a}</text></answer></subquestion>" for a in "xyz")),
        "## Qui signe ?\n\n- x b => x\n- y b => y\n- z b => z",
    ),
    "braces that a file protects": (
        xml("multichoice", answer("100", r"\{a\}") + answer("0", r"\(\{b\}\)"), r"Quel ensemble, \{a\} ?"),
        "## Quel ensemble, \\{a\\} ?\n\n- [x] \\{a\\}\n- [ ] $\\{b\\}$",
    ),
    "a comment of a page": (xml("multichoice", RIGHT + WRONG, "Qui <!-- ici <b> -->signe ?"), "## Qui signe ?\n\n- [x] Le préfet\n- [ ] Le maire"),
    "comments of pairs": (
        "Reliez. {=Préfet -> État # Oui. =C# -> Langage =Maire -> \\#1}",
        "## Reliez.\n\n- Préfet => État\n  > Oui.\n- C# => Langage\n- Maire => #1",
    ),
    "a menu that begins with its sign": (xml("cloze", "", "Le {1:MC:~maire~=préfet} signe."), "## Complétez le texte.\n\nLe [[maire | (préfet)]] signe."),
    "several that each suffice": ("Qui ? {~%100%a ~%100%b ~c}", "## Qui ?\n\n- [x] a\n- [x] b\n- [ ] c\n\nChoix : une suffit"),
    "several that share, each by its sign": ("Qui ? {=%50%a =%50%b ~%-100%c}", "## Qui ?\n\n- [x] a\n- [x] b\n- [ ] c"),
    "a strict text": (xml("shortanswer", "<usecase>1</usecase>" + answer("100", "REP+")), "## Qui signe ?\n\nRéponse exacte :\n\n- [x] REP+"),
    "a formula": (xml("multichoice", RIGHT + WRONG, r"Que vaut \(x^2\) ?"), "## Que vaut $x^2$ ?\n\n- [x] Le préfet\n- [ ] Le maire"),
    "all or nothing": (xml("multichoiceset", RIGHT + WRONG), "## Qui signe ?\n\n- [x] Le préfet\n- [ ] Le maire\n\nCrédit : exact\nChoix : multiple"),
}


@pytest.mark.parametrize(("data", "text"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_what_is_understood(data: str, text: str) -> None:
    item = one(data)
    assert item.kept, item.refused
    assert item.text == text


BOMB = '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "&a{n - 1 if n else ""};&a{n - 1 if n else ""};">' for n in range(9)) + "]>"
HOSTILE = {
    "an entity": ('<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question type="essay">&x;</question></quiz>', "DOCTYPE"),
    "a bomb": (f"{BOMB}<quiz>&a8;</quiz>", "DOCTYPE"),
    "depth": ("<quiz>" + "<a>" * 3_000_000, "trop"),
    "elements": ("<quiz>" + "<a/>" * 2_000_000, "trop"),
    "no end": ("<quiz><question>" + "a" * 1_000, "ligne 1 "),
    "another XML": ("<html><body></body></html>", "« html »"),
    "too heavy": ("a" * 10_000_001, "10 Mo"),
    "nothing": ("\n \n", "vide"),
    "no question": ("<quiz></quiz>", "aucune question"),
    "too many": ("Qui ? {=a ~b}\n\n" * 501, "501 questions"),
}


@pytest.mark.parametrize(("data", "said"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_refused_with_a_sentence(data: str, said: str) -> None:
    began = time.process_time()
    with pytest.raises(FileRefused) as refused:
        bank(data)
    assert said in refused.value.sentence
    assert time.process_time() - began < 15


def test_a_saved_course_is_told_what_to_export() -> None:
    for data in (gzip.compress(b"moodle_backup"), b"PK\x03\x04moodle"):
        with pytest.raises(FileRefused, match="mbz"):
            bank(data)


def test_names_are_read_as_moodle_shows_them() -> None:
    """Whatever wrote their entities."""
    path = "$course$/top/L&#039;école/R&amp;D \\: tout"
    (item,) = bank(f"$CATEGORY: {path}\n\n::L&rsquo;État::Qui ? {{=a ~b}}").items
    assert (item.category, item.name) == ("L'école / R&D : tout", "L’État")
    data = xml("multichoice", RIGHT + WRONG).replace("<questiontext", "<name><text>L&amp;#039;État</text></name><questiontext")
    category = "<question type='category'><category><text>$course$/top/L&amp;#039;école</text></category></question>"
    (item,) = bank(data.replace("<quiz>", f"<quiz>{category}")).items
    assert (item.category, item.name) == ("L'école", "L'État")


TAGS = "<quiz> </quiz> <question_type='cloze'> </question> <text> </text> <questiontext> </questiontext> <answer_fraction='x'> </answer> &nbsp; é"
SIGNS = "{ } = ~ -> #### :: // $CATEGORY:a {# {> %50% \\ {1:SA:=a} [[1]] ANSWER:_A A._b"
PIECES = st.sampled_from([*(piece.replace("_", " ") for piece in f"{TAGS} {SIGNS}".split()), "\n", "\n\n"])


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200) | st.lists(PIECES, max_size=25).map(lambda pieces: "".join(pieces).encode()))
@example(data=codecs.BOM_UTF16_LE + b"\x00")
def test_no_bytes_make_it_fall(data: bytes) -> None:
    try:
        found = bank(data)
    except FileRefused:
        return
    for item in found.items:
        assert item.kept is bool(item.text)
        assert item.line


@pytest.mark.parametrize("format", INCOMING, ids=lambda each: each.label)
def test_a_format_of_the_registry_is_recognised_by_its_own_reader_alone(format: IncomingFormat) -> None:
    """What the page says and accepts follows from the same line."""
    text = {
        "XML Moodle": xml("truefalse", answer("100", "true") + answer("0", "false")),
        "GIFT": "Qui signe ? {=Le préfet ~Le maire}",
        "Aiken": "Qui signe ?\nA. Le préfet\nB. Le maire\nANSWER: A",
    }[format.label]
    assert [each.label for each in INCOMING if each.reader().recognises(text)] == [format.label]
    assert len(format.reader().read(text, []).questions) == 1
    assert format.label.removesuffix(" Moodle") in GiveForm.files.kwargs["description"]
    assert set(format.extensions) <= set(ACCEPTED.split(","))


def test_what_no_format_recognises_is_told_as_what_is_missing() -> None:
    with pytest.raises(FileRefused, match="« XML Moodle », « GIFT » ou « Aiken »"):
        bank("// rien\n")
