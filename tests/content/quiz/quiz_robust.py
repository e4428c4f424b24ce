"""What several tests share: hypothesis: the quiz parser never raises, loses no line without a word, and takes a bounded time."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.content.quiz.quiz_writings import writings

VALID = [writing.text for writing in writings()]
PIECES = st.sampled_from(
    [
        "## ",
        "# Situation : ",
        "# Suite",
        "### ",
        "- [x] ",
        "- [ ] ",
        "-[",
        "> ",
        ">",
        "Réponse : ",
        "Réponse exacte :",
        "Réponse libre",
        "Modèle : ",
        "Bonne réponse : b",
        "Points : ",
        "Indice : ",
        "Explication : ",
        "Objectif : O1",
        "Niveau : 2",
        "[[",
        "]]",
        "|",
        "(",
        ")",
        "{",
        "}",
        "{=",
        "~",
        "=",
        "%50%",
        "#",
        "::t::",
        " => ",
        "→",
        "\\=>",
        "1. ",
        "2. ",
        "a) ",
        "b) ",
        "• ",
        "– ",
        "☑ ",
        "☐ ",
        "```",
        "~~~",
        "`",
        "<!--",
        "-->",
        "[^a]",
        "[^a]: ",
        "---",
        "===",
        "| a | b |",
        "|---|---|",
        "\n",
        "\n\n",
        "\t",
        "    ",
        " ",
        "\xa0",
        "\u202f",
        "\u200b",
        "±",
        "à",
        "près",
        "%",
        "2014",
        "1 362",
        "é",
        "Vrai",
        "Faux",
        "{#abc}",
        "![[",
        "![",
        "](",
        "// ",
        "$CATEGORY:",
        "texte",
        "&",
        "*",
        "_",
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid quiz, cut, doubled, shuffled or with pieces put in."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        change = draw(st.sampled_from(["cut", "double", "insert", "swap", "line"]))
        if change == "cut":
            text = text[:start] + text[end:]
        elif change == "double":
            text = text[:end] + text[start:]
        elif change == "insert":
            text = text[:start] + draw(PIECES) + text[start:]
        elif change == "swap":
            text = text[:start] + text[start:end][::-1] + text[end:]
        else:
            lines = text.split("\n")
            index = draw(st.integers(0, len(lines) - 1))
            text = "\n".join([*lines[:index], *lines[index + 1 :], lines[index]])
    return text
