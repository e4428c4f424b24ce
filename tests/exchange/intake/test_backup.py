"""The questions of a course that Moodle saved: the old backup and the new one, a zip or a tar, with the pictures of its file pool."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from app.authoring.incoming import image_process
from app.exchange.intake.files import sources_of
from app.exchange.intake.reading import read_source
from app.platform.zips import FileRefused
from tests.authoring.incoming.pictures import picture
from tests.exchange.intake.reading import summary_of

PICTURE = picture()
DIGEST = hashlib.sha1(PICTURE, usedforsecurity=False).hexdigest()
CHOICE = """<question id="{id}"><parent>0</parent><name>Pilotage</name><questiontext>&lt;p&gt;{asks} &lt;img src="@@PLUGINFILE@@/carte.png" alt="La carte"&gt;&lt;/p&gt;</questiontext>
<generalfeedback>&lt;p&gt;À trois.&lt;/p&gt;</generalfeedback><defaultmark>2.0000000</defaultmark><qtype>multichoice</qtype>
<plugin_qtype_multichoice_question><answers>
<answer id="1"><answertext>la troïka</answertext><answerformat>1</answerformat><fraction>1.0000000</fraction><feedback>Oui.</feedback></answer>
<answer id="2"><answertext>le maire seul</answertext><answerformat>1</answerformat><fraction>0.0000000</fraction><feedback></feedback></answer>
</answers><multichoice id="1"><single>1</single><shuffleanswers>1</shuffleanswers></multichoice></plugin_qtype_multichoice_question></question>"""
TRUTH = """<question id="21"><parent>0</parent><name>Label</name><questiontext>Le label est national.</questiontext><qtype>truefalse</qtype>
<plugin_qtype_truefalse_question><answers><answer id="5"><answertext>Vrai</answertext><fraction>1.0000000</fraction><feedback>$@NULL@$</feedback></answer>
<answer id="6"><answertext>Faux</answertext><fraction>0.0000000</fraction><feedback>$@NULL@$</feedback></answer></answers>
<truefalse id="1"><trueanswer>5</trueanswer><falseanswer>6</falseanswer></truefalse></plugin_qtype_truefalse_question></question>"""
NUMBER = """<question id="22"><parent>0</parent><name>Année</name><questiontext>Combien de cités ?</questiontext><qtype>numerical</qtype>
<plugin_qtype_numerical_question><answers><answer id="7"><answertext>208</answertext><fraction>1.0000000</fraction><feedback></feedback></answer></answers>
<numerical_records><numerical_record id="1"><answer>7</answer><tolerance>2</tolerance></numerical_record></numerical_records></plugin_qtype_numerical_question></question>"""
MATCH = """<question id="23"><parent>0</parent><name>Sigles</name><questiontext>Reliez.</questiontext><qtype>match</qtype>
<plugin_qtype_match_question><matches><match id="1"><questiontext>REP</questiontext><answertext>réseau</answertext></match>
<match id="2"><questiontext>QPV</questiontext><answertext>quartier</answertext></match></matches></plugin_qtype_match_question></question>"""
CLOZE = """<question id="24"><parent>0</parent><name>Trou</name><questiontext>La loi {#1} date de {#2}.</questiontext><qtype>multianswer</qtype>
<plugin_qtype_multianswer_question><answers></answers><multianswer id="1"><question>24</question><sequence>25,26</sequence></multianswer></plugin_qtype_multianswer_question></question>
<question id="25"><parent>24</parent><name>Trou</name><questiontext>{1:SHORTANSWER:=Lamy}</questiontext><qtype>shortanswer</qtype></question>
<question id="26"><parent>24</parent><name>Trou</name><questiontext>{1:NUMERICAL:=2014}</questiontext><qtype>numerical</qtype></question>"""
FILES = f"""<files><file id="1"><contenthash>{DIGEST}</contenthash><component>question</component><filearea>questiontext</filearea><itemid>20</itemid><filename>carte.png</filename></file>
<file id="2"><contenthash>{DIGEST}</contenthash><component>user</component><filearea>icon</filearea><itemid>3</itemid><filename>paul.png</filename></file></files>"""


def old() -> str:
    """As Moodle 3 saves them."""
    asked = "".join((CHOICE.format(id=20, asks="Qui pilote ?"), TRUTH, NUMBER, MATCH, CLOZE))
    return f'<question_categories><question_category id="1"><name>Acteurs</name><questions>{asked}</questions></question_category></question_categories>'


def new() -> str:
    """As Moodle 4 does: each question in all its versions."""

    def entry(*versions: str) -> str:
        held = "".join(
            f'<question_versions id="{place}"><version>{place}</version><status>ready</status><questions>{each}</questions></question_versions>'
            for place, each in enumerate(versions, 1)
        )
        return f'<question_bank_entry id="1"><question_version>{held}</question_version></question_bank_entry>'

    first, last = CHOICE.format(id=19, asks="Qui décide ?"), CHOICE.format(id=20, asks="Qui pilote ?")
    asked = entry(first, last) + "".join(map(entry, (TRUTH, NUMBER, MATCH, CLOZE)))
    return f'<question_categories><question_category id="1"><name>Acteurs</name><question_bank_entries>{asked}</question_bank_entries></question_category></question_categories>'


def _parts(questions: str) -> dict[str, bytes]:
    return {"moodle_backup.xml": b"<x/>", "questions.xml": questions.encode(), "files.xml": FILES.encode(), f"files/{DIGEST[:2]}/{DIGEST}": PICTURE}


def as_zip(questions: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in _parts(questions).items():
            archive.writestr(name, data)
    return out.getvalue()


def as_tar(questions: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in _parts(questions).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize("pack", [as_zip, as_tar])
@pytest.mark.parametrize("questions", [old(), new()], ids=["Moodle 3", "Moodle 4"])
def test_the_questions_of_a_saved_course_are_read_with_their_keys(pack: Callable[[str], bytes], questions: str) -> None:
    found = sources_of("cours.mbz", pack(questions), image_process.answers)
    reading = read_source(found.sources[0], {})
    assert summary_of(reading) == [
        ("single", "read", "la troïka"),
        ("true_false", "read", "Vrai"),
        ("numeric", "read", "208 ± 2"),
        ("match", "read", "REP : réseau / QPV : quartier"),
        ("gap", "read", "Lamy / 2014"),
    ]
    assert reading.units[0].statement.startswith("Qui pilote")
    assert len(found.pictures) == 1, "the picture of the question, and nobody's portrait"
    assert {unit.category for unit in reading.units} == {"Acteurs"}


@pytest.mark.parametrize("data", [as_tar(old())[:400], as_zip("<question_categories"), as_zip("<question_categories/>")])
def test_a_saved_course_that_is_damaged_or_asks_nothing_gets_a_sentence(data: bytes) -> None:
    with pytest.raises(FileRefused, match="auvegarde"):
        sources_of("cours.mbz", data, image_process.answers)
