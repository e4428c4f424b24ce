"""The trainers' editorial guide is true of the course: the files that it names exist, and its examples are in them."""

from __future__ import annotations

import re
import textwrap

from tests.course.the_course import ROOT

GUIDE = (ROOT / "docs/formateurs/guide-editorial.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:modules|quizzes|tests)/[^`\s]+)`")
EXAMPLE = re.compile(r"Dans `(?P<path>[^`]+)` :\n\n(?P<block>(?P<margin> *)```markdown\n.*?\n(?P=margin)```)", re.DOTALL)


def test_the_files_named_exist() -> None:
    named = set(NAMED.findall(GUIDE))
    assert len(named) >= 8
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_the_examples_are_in_the_course() -> None:
    examples = list(EXAMPLE.finditer(GUIDE))
    assert len(examples) == GUIDE.count("Dans `modules/") + GUIDE.count("Dans `quizzes/") >= 4
    for example in examples:
        written = (ROOT / example["path"]).read_text(encoding="utf-8")
        for line in textwrap.dedent(example["block"]).split("\n")[1:-1]:
            assert line in written, f"{example['path']} : {line}"


def test_links_lead_somewhere() -> None:
    missing = [target for target in re.findall(r"\]\(([a-z-]+\.md)\)", GUIDE) if not (ROOT / "docs/formateurs" / target).exists()]
    assert missing == []
