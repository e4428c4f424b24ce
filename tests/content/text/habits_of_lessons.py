"""Passages of a lesson whose meaning is known: as the guide writes them, and by one habit of a word processor, of another dialect, or of the hand."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Pair = tuple[str, str]
"""(as the guide writes it, by a habit)."""

_WORDS = (
    "le",
    "préfet",
    "ville",
    "quartier",
    "contrat",
    "mairie",
    "école",
    "recteur",
    "familles",
    "bureau",
    "élu",
    "convention",
    "comité",
    "réunion",
    "charte",
    "projet",
)
_BULLETS = "•◦▪▫‣●○►➢\uf0b7\uf0a7"


def some(chance: Random, fewest: int = 2, most: int = 6) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(fewest, most)))


def sentence(chance: Random) -> str:
    return f"{some(chance, 4, 9).capitalize()}."


def address(chance: Random) -> str:
    return chance.choice(("https://www.example.org/page", "https://example.org/a-b/c.html?d=e", "http://example.org"))


def _lens(chance: Random) -> Pair:
    title = chance.choice(("Vu de l'État", "Vu de l'Éducation nationale"))
    text = sentence(chance)
    sign, level = chance.choice("’ʼ‘´'"), chance.choice(("###", "###", "##", "####"))
    return f"### {title}\n\n{text}", f"{level} {title.replace(chr(39), sign)}\n\n{text}"


def _nearly(chance: Random) -> Pair:
    said, meant = chance.choice(
        (("### Vu par l'État", "### Vu de l'État"), ("### Vu de la mairie", "### Vu de la collectivité"), ("### À retenir", "## À retenir"))
    )
    text = sentence(chance)
    return f"{meant}\n\n{text}", f"{said}\n\n{text}"


def _cells(chance: Random) -> Pair:
    a, b, c = some(chance), some(chance), some(chance)
    return f"| {a} | {b} | {c} |\n|---|---|---|\n| 1 | 2 | {a} |", f"| {a} | {b} |\n|---|---|\n| 1 | 2 | {a} |"


def _table(chance: Random) -> Pair:
    a, b, c, d = (some(chance) for _ in range(4))
    clean = f"| {a} | {b} |\n| --- | --- |\n| {c} | {d} |\n| {d} | {c} |"
    rows = [f"| {a} | {b} |", f"| {c} | {d} |", f"| {d} | {c} |"]
    form = chance.randrange(5)
    if form == 0:
        return clean, "\n".join(rows)
    if form == 1:
        return clean, "\n".join([rows[0], "|---|", *rows[1:]])
    if form == 2:
        return clean, f"{a}\t{b}\n{c}\t{d}\n{d}\t{c}"
    if form == 3:
        return clean, f"{a} | {b}\n{c} | {d}\n{d} | {c}"
    return clean, "\n\n".join(rows)


def _fence(chance: Random) -> Pair:
    text = sentence(chance)
    opening = chance.choice(("```", "~~~", "````"))
    return f"{opening}\ncode\n{opening}\n\n{text}", f"{opening}\ncode\n\n{text}"


def _figure(chance: Random) -> Pair:
    text = sentence(chance)
    lines = "```avant-après\ntitre : Ce qui change\nLe nom : ZUS => QPV\nLe critère : plusieurs => un seul"
    return f"{lines}\n```\n\n{text}", f"{lines}\n\n{text}"


def _title(chance: Random) -> Pair:
    title, text = some(chance).capitalize(), sentence(chance)
    return f"## {title}\n\n{text}", chance.choice(("##{}", "##\u00a0{}", "##\u202f{}", "#{}", "####### {}")).format(title) + f"\n\n{text}"


def _underlined(chance: Random) -> Pair:
    text = sentence(chance)
    return f"{text}\n\n---\n\n{text}", f"{text}\n---\n\n{text}"


def _list(chance: Random) -> Pair:
    items = [some(chance) for _ in range(chance.randint(2, 4))]
    clean = "\n".join(f"- {item}" for item in items)
    sign = chance.choice((*_BULLETS, "–", "o", "-\u00a0", "-\u202f", "- glued"))
    space = chance.choice((" ", "\u00a0", "\t"))
    made = [f"-{item}" if sign == "- glued" else f"{sign}{item}" if len(sign) > 1 else f"{sign}{space}{item}" for item in items]
    return clean, chance.choice(("\n", "\n\n")).join(made)


def _letters(chance: Random) -> Pair:
    items = [some(chance) for _ in range(3)]
    marks = chance.choice(
        (("a)", "b)", "c)"), ("(a)", "(b)", "(c)"), ("1°", "2°", "3°"), ("1/", "2/", "3/"), ("I.", "II.", "III."), ("1.", "2.", "3."), ("☐", "☐", "☐"))
    )
    glued = "" if marks[0] == "1." else " "
    return "\n".join(f"- {item}" for item in items), "\n".join(f"{mark}{glued}{item}" for mark, item in zip(marks, items, strict=True))


def _list_under_text(chance: Random) -> Pair:
    text, items = some(chance), [some(chance) for _ in range(3)]
    clean = f"{text} :\n\n" + "\n".join(f"- {item}" for item in items)
    return clean, f"{text} :\n" + "\n".join(f"    - {item}" for item in items)


def _numbers(chance: Random) -> Pair:
    a, b = some(chance), some(chance)
    return chance.choice(
        (
            (f"3\\. {a}\n\n5\\. {b}", f"3. {a}\n5. {b}"),
            (f"{a} :\n\n2. {a}\n3. {b}", f"{a} :\n2. {a}\n3. {b}"),
            (f"2014\\. {a}", f"2014. {a}"),
        )
    )


def _indented(chance: Random) -> Pair:
    text = sentence(chance)
    return text, f"{chance.choice(('    ', chr(9)))}{text}"


_MARKS = {
    "REMARQUE": "NOTE", "ATTENTION": "WARNING", "CONSEIL": "TIP", "ASTUCE": "TIP", "À RETENIR": "IMPORTANT", "INFO": "NOTE", "DANGER": "CAUTION",
    "EXEMPLE": "TERRAIN", "À SAVOIR": "SAVOIR"
}  # fmt: skip


def _callout(chance: Random) -> Pair:
    text, title = sentence(chance), some(chance).capitalize()
    word, mark = chance.choice(list(_MARKS.items()))
    kind = chance.choice(("note", "tip", "warning"))
    return chance.choice(
        (
            (f"> [!{mark}]\n> {text}", f"> [!{word}]\n> {text}"),
            (f"> [!NOTE]\n> **{title}**\n> {text}", f"> [!NOTE] {title}\n> {text}"),
            (f"> [!{mark}]\n> {text}", f"[!{mark}]\n{text}"),
            (f"> [!{kind.upper()}]\n> {text}", f"!!! {kind}\n    {text}"),
            (f"> [!{kind.upper()}]\n> {text}", f"!!! {kind}\n\n    {text}"),
            (f"> [!{kind.upper()}]\n> **{title}**\n>\n> {text}", f'!!! {kind} "{title}"\n    {text}'),
            (f"> [!{kind.upper()}]\n> {text}", f"??? {kind}\n    {text}"),
            (f"> [!{kind.upper()}]\n> {text}", f":::{kind}\n{text}\n:::"),
            (f"> [!{kind.upper()}]\n> {text}", f"::: {kind}\n{text}\n:::"),
            (f"> [!NOTE]\n> {text}", f"> [!BIDULE]\n> {text}"),
        )
    )


def _bare(chance: Random) -> Pair:
    before, url = some(chance).capitalize(), address(chance)
    clean, habit = chance.choice(
        (
            (f"<{url}>", url),
            (f"<{url}>", f"{url}."),
            ("<https://www.example.org>", "www.example.org"),
            ("<jean@example.org>", "jean@example.org"),
            (f"(<{url}>)", f"({url})"),
        )
    )
    holder = chance.choice(("{} : {}", "- {} : {}", "| {} |\n|---|\n| {} |"))
    return holder.format(before, clean), holder.format(before, habit)


def _link(chance: Random) -> Pair:
    text, url = some(chance), address(chance)
    return chance.choice(
        (
            (f"[{text}]({url})", f"[{text}] ({url})"),
            (f"[{text}]({url})", f"[{text}]\u00a0({url})"),
            (f"[{text}](<{url}/b c>)", f"[{text}]({url}/b c)"),
            (f"[{text}]({url})", f"({text})[{url}]"),
            (f"[{text}]({url})", f"[{text}][page]"),
            (f"[{text}](exemple-un)", f"[{text}] (exemple-un)"),
            (f"![{text}](<images/la carte.png>)", f"![{text}](images/la carte.png)"),
            (text, f"{text}\n\n[page]: {url}"),
        )
    )


def _mark(chance: Random) -> Pair:
    before, word, after = some(chance), some(chance, 1, 2), some(chance)
    clean = f"{before} **{word}** {after}"
    return chance.choice(
        (
            (clean, f"{before} **{word} {after}"),
            (clean, f"{before} {word}** {after}"),
            (clean, f"{before} ** {word} ** {after}"),
            (clean, f"{before} **{word} ** {after}"),
            (clean, f"{before} **\u00a0{word}** {after}"),
            (clean, f"{before} **{word} : **{after}"),
            (f"{before} *{word}* {after}", f"{before} *{word} * {after}"),
            (f"{before} *{word}* {after}", f"{before} *{word} {after}"),
            (f"{before} ~~{word}~~ {after}", f"{before} ~~{word} {after}"),
            (f"{before} __{word}__ {after}", f"{before} __{word} {after}"),
            (f"{before} _{word}_ {after}", f"{before} _{word} {after}"),
        )
    )


def _dialect(chance: Random) -> Pair:
    a, b = some(chance), some(chance)
    return chance.choice(
        (
            (f"{a} **{b}** {a}", f"{a} =={b}== {a}"),
            (f"{a} {b} {a}", f"{a} ++{b}++ {a}"),
            (f"Le 1er {a}", f"Le 1^er^ {a}"),
            (f"10³ {a}", f"10^3^ {a}"),
            (f"10³ {a}", f"10^3 {a}"),
            (f"H₂O {a}", f"H~2~O {a}"),
            (f"![{a}](images/carte.png)", f"![{a}](images/carte.png){{width=50%}}"),
            (f"![{a}](images/carte.png)", f"![{a}](images/carte.png =300x200)"),
            (f"![{a}](images/carte.png)", f"![{a}|300](images/carte.png)"),
            (f"![{a}](images/carte.png)", "![[carte.png]]"),
            (f"[{a}](https://example.org)", f'[{a}](https://example.org){{:target="_blank"}}'),
            (f"{a}", f"{a} {{: .lead }}"),
            (f"## {a.capitalize()} {{#un-titre}}", f"## {a.capitalize()} {{#Un Titre}}"),
            (a, f"{a}\n\n*[REP]: réseau"),
            (f"[{a}](exemple-un)", "[[exemple-un]]"),
            ("", "[TOC]"),
            ("", "```mermaid\ngraph TD\n```"),
            (f"### {a}\n\n{b}", f'=== "{a}"\n\n    {b}'),
            (a, f"{{{{1}}}} {a}"),
            (a, f'--8<-- "{a}"'),
            (a, f"{a} %%{b}%%"),
            (f"{a} 🙂", f"{a} :smile:"),
            (f"{a}[^s1]", f"{a}[1]"),
            (f"{a}[^s1]", f"{a}^[{b}]"),
            (f"{a}[^s1]\n\n[^s1]: {b}", f"{a}[^s1]\n\n[^s1] : {b}"),
            (f"{a} $E = mc^2$", f"{a} $ E = mc^2 $"),
            (f"{a} $E = mc^2$", f"{a} \\(E = mc^2\\)"),
            (f"{a} $E = mc^2$", f"{a} $E = mc^2"),
            (f"{a} $E = mc^2$", f"{a} $E = \\mcarre{{2}}$"),
            ("$$\nE = mc^2\n$$", "$$\nE = mc^2"),
            ("$$\nE = mc^2\n$$", "```math\nE = mc^2\n```"),
            (f"{a} $\\frac{{1}}{{2}}$", f"{a} \\frac{{1}}{{2}}"),
            (f"{a} $\\text{{{a}}} = 2$", f"{a} ${a} = 2$"),
            (f"{a} 5 $, {b} 10 $", f"{a} 5 \\$, {b} 10 \\$"),
            (f"![{a}](images/carte.png){{petite}}", f"![{a}](images/carte.png){{grande}}"),
            (f"![{a}](images/carte.png)", f'![{a}](images/carte.png){{: .petite width="30%"}}'),
            (f"{a} **{b}**", f"{a} \\textbf{{{b}}}"),
            (f"- [x] {a}", f"[[X]] {a}"),
            (f"- {a}\n- {b}", f"[(X)] {a}\n[( )] {b}"),
            (f"[{a}](https://example.org)", f"!?[{a}](https://example.org)"),
            (f"![{a}](images/carte.png)", "@@PLUGINFILE@@/carte.png"),
            (f"{a}, dit {b}", f"{a}, dit [@{_WORDS[3]}2020]"),
            (f"{a}<br>{b}".replace("<br>", "  \n"), f"{a}<br>{b}"),
            (f"{a} {b}", f"{a} <u>{b}</u>"),
        )
    )


HABITS: dict[str, Callable[[Random], Pair]] = {
    "regard": _lens, "titre réservé": _nearly, "cases": _cells, "tableau": _table, "bloc ouvert": _fence, "figure ouverte": _figure, "titre": _title,
    "souligné": _underlined, "liste": _list, "lettres": _letters, "liste en retrait": _list_under_text, "numéros": _numbers, "retrait": _indented,
    "encadré": _callout, "adresse": _bare, "lien": _link, "signe": _mark, "dialecte": _dialect,
}  # fmt: skip


_HOLDERS = ("{}", "{}", "{}", "- {}", "1. {}", "> {}", "> [!NOTE]\n> {}", "| A | B |\n|---|---|\n| x | {} |", "Ceci : {}")


def passage(kind: str, seed: int) -> Pair:
    """A passage of this habit; what holds on one line may stand in a list, a quotation or a table."""
    chance = Random(f"{kind} {seed}")
    clean, habit = HABITS[kind](chance)
    if kind not in ("adresse", "lien", "signe", "dialecte") or "\n" in clean + habit or not clean or clean.startswith("#"):
        return clean, habit
    holder = chance.choice(_HOLDERS)
    return holder.format(clean), holder.format(habit)


def around(chance: Random, passage: str) -> tuple[str, range]:
    """A lesson's body with the passage somewhere in it, and the lines where it stands."""
    before = f"{sentence(chance)}\n\n## {some(chance).capitalize()}\n\n{sentence(chance)}\n\n"
    after = f"\n\n{sentence(chance)}\n\n## Après\n\n{sentence(chance)}\n"
    first = before.count("\n") + 1
    return before + passage + after, range(first, first + passage.count("\n") + 1)
