"""Questions whose meaning is known: as the guide writes them, and by one habit of Word, Moodle, LiaScript or the hand."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Pair = tuple[str, str]
"""(what stands under the heading as the guide writes it, the same by a habit)."""

_WORDS = (
    "préfet",
    "maire",
    "recteur",
    "quartier",
    "contrat",
    "élu",
    "conseil",
    "caisse",
    "réseau",
    "collège",
    "comité",
    "charte",
    "projet",
    "école",
    "commune",
)


def words(chance: Random, count: int) -> list[str]:
    """Different ones, each of one or two words."""
    first = chance.sample(_WORDS, count)
    return [f"le {word}" if chance.random() < 0.3 else word for word in first]


def _boxes(options: list[str], right: set[int]) -> str:
    return "\n".join(f"- [{'x' if place in right else ' '}] {text}" for place, text in enumerate(options))


def _choice(chance: Random) -> Pair:
    count = chance.randint(2, 4)
    options, right = words(chance, count), {chance.randrange(count)}
    if count > 2 and chance.random() < 0.3:
        right.add((next(iter(right)) + 1) % count)
    named = ", ".join(chr(97 + place) for place in sorted(right))
    forms: list[Callable[[], list[str]]] = [
        lambda: [f"{chance.choice('•–*+o▪')} [{'x' if place in right else ' '}] {text}" for place, text in enumerate(options)],
        lambda: [f"{'☒' if place in right else '☐'} {text}" for place, text in enumerate(options)],
        lambda: [f"{'✓' if place in right else chance.choice('✗✘☓')} {text}" for place, text in enumerate(options)],
        lambda: [f"- {'✅' if place in right else '❌'} {text}" for place, text in enumerate(options)],
        lambda: [f"{'☑' if place in right else '☒'} {text}" for place, text in enumerate(options)],
        lambda: [f"{'☐' if place in right else '✗'} {text}" for place, text in enumerate(options)],
        lambda: [f"- {text} {'✓' if place in right else '✗'}" for place, text in enumerate(options)],
        lambda: [f"({'•' if place in right else ' '}) {text}" for place, text in enumerate(options)],
        lambda: (
            [f"{chr(97 + place)}{chance.choice('-:°/')} {text}" for place, text in enumerate(options)]
            + ["", f"Bonnes réponses : {' et '.join(named.upper().split(', '))}"]
        ),
        lambda: [f"{chr(65 + place)}\t{text}" for place, text in enumerate(options)] + ["", f"Réponse : {named.upper()}"],
        lambda: [*options, "", f"Réponses : {named.upper()} et {chr(66 + count)}"],
        lambda: [f"{chr(97 + place)}) {text}" for place, text in enumerate(options)] + ["", f"Réponse : les réponses {named.upper()}"],
        lambda: [f"- {text}" for text in options] + ["", f"Réponse : {named[0].upper()}"],
        lambda: [f"Réponse : {named}", "", *(f"- [ ] {text}" for text in options)],
        lambda: [f"- ({'x' if place in right else ' '}) {text}" for place, text in enumerate(options)],
        lambda: [f"- [{'X' if place in right else ''}] {text}" for place, text in enumerate(options)],
        lambda: [f"[[{'X' if place in right else ' '}]] {text}" for place, text in enumerate(options)],
        lambda: [f"[({'X' if place in right else ' '})] {text}" for place, text in enumerate(options)],
        lambda: [f"{chr(97 + place)}) {text}" for place, text in enumerate(options)] + ["", f"Bonne réponse : {named}"],
        lambda: [f"{chr(65 + place)}. {text}" for place, text in enumerate(options)] + ["", f"Réponse : {named.upper()}"],
        lambda: [f"- {text}" for text in options] + ["", f"Bonne réponse : {' et '.join(options[place] for place in sorted(right))}"],
        lambda: [f"- {text}{' (correct)' if place in right else ''}" for place, text in enumerate(options)],
        lambda: [f"- [{'x' if place in right else ' '}] {text}{' (bonne réponse)' if place in right else ''}" for place, text in enumerate(options)],
        lambda: [f"- [{'x' if place in right else ' '}] {text}{'' if place in right else ' (faux)'}" for place, text in enumerate(options)],
        lambda: [f"- [{'x' if place in right else ' '}] {text}{'' if place in right else ' (intrus)'}" for place, text in enumerate(options)],
        lambda: [f"- [ ] {text}{' ✓' if place in right else ''}" for place, text in enumerate(options)],
        lambda: [f"- {'**' + text + '**' if place in right else text}" for place, text in enumerate(options)],
        lambda: ["{" + " ".join(f"{'=' if place in right else '~'}{text}" for place, text in enumerate(options)) + "}"],
        lambda: [f"%{'100' if place in right else '0'}% {text}" for place, text in enumerate(options)],
        lambda: [f"- [{'x' if place in right else ' '}] {text} ({100 // len(right) if place in right else 0} %)" for place, text in enumerate(options)],
        lambda: [f"{place + 1}. {text}" for place, text in enumerate(options)] + ["", f"Corrigé : {', '.join(str(place + 1) for place in sorted(right))}"],
    ]
    return _boxes(options, right), "\n".join(chance.choice(forms)())


def _truth(chance: Random) -> Pair:
    truth, reason = chance.choice((True, False)), " ".join(words(chance, 2))
    word = "Vrai" if truth else "Faux"
    habit = chance.choice(
        (
            f"{word}, car {reason}",
            f"{word} ({reason})",
            f"{word} : {reason}",
            f"{word}.",
            word.upper(),
            f"C’est {word.lower()}",
            f"c'est {word.lower()}",
            word[0],
            f"{word} – {reason}",
            f"« {word} »",
            f"**{word}**",
            str(truth),
        )
    )
    return f"Réponse : {word}", f"Réponse : {habit}"


def _commented(chance: Random) -> Pair:
    """What is said under an option, without a sign, or with another."""
    a, b, reason = words(chance, 3)
    said = chance.choice((f"Oui, {reason}.", f"{reason}", f"Non : {reason}", f"({reason})", f"*{reason}*"))
    sign = chance.choice(("  → ", "→ ", "  => ", "   -> ", "  ", "", "  - ", "    "))
    blank = "\n" if chance.random() < 0.2 and sign.strip() != "-" and sign[:2] == "  " else ""
    return f"- [x] {a}\n  > {said}\n- [ ] {b}", f"- [x] {a}\n{blank}{sign}{said[0].upper()}{said[1:]}\n- [ ] {b}"


def _judged(chance: Random) -> Pair:
    reason = " ".join(words(chance, 2))
    return f"- [x] Vrai\n  > {reason}\n- [ ] Faux", f"- [x] Vrai, car {reason}\n- [ ] Faux"


def _text(chance: Random) -> Pair:
    a, b = words(chance, 2)
    both = f"Réponse : {a} | {b}"
    whole = chance.choice((f"{a}, {b}", f"{a} et {b}"))
    return chance.choice(
        (
            (both, f"Réponse : {a}, {b}"), (both, f"Réponse : {a} et {b}"), (both, f"Réponse : {a} ou {b}"), (both, f"Réponse : {a} / {b}"), (both, f"Réponse : {a}/{b}"),
            (both, f"Réponse : {a} ; {b}"), (both, f"Réponse : {a} ({b})"), (both, f"Réponse : {a}\nRéponse : {b}"), (f"Réponse : {a}", f"Réponse : « {a} »"),
            (f"Réponse : {a}", f"Réponse : **{a}**"), (f"Réponse : {a}", f"Réponse : `{a}`"), (f"Réponse : {a}\\|{b}", f"Réponse : `{a}|{b}`"),
            (f"Réponse : {a}", f"Réponse : *{a} | {b}"), (f"Réponse : {a}", f"Réponse : {a} | **{b}**"), ("Réponse libre\n\nModèle : à vous", f"Réponse : {chance.choice(('à rédiger', 'à compléter en groupe', 'selon le territoire', '…', 'voir le corrigé'))}"),
            (f"Le [[{a}]] et le [[{b}]].", f"Le ____ et le ____.\n\nRéponse : {a} | {b}"), (f"Le [[{a}]] et le [[{b}]].", f"Le …… et le ......\n\nRéponse : {a}, {b}"), (f"Réponse : {a} | EPCI | {b}", f"Réponse : {a} (EPCI) | {b}"),
            (f"Réponse : {a}", f"Réponse : {a}[^s1]"), (f"Réponse :\n\n- [x] {whole}", f"Réponse : {whole}"), ("Réponse libre\n\nModèle : à vous", "Réponse : libre"),
            (both, f"{{={a} ={b}}}"), (f"Réponse : {a}", f"Réponse attendue : {a}"), (f"Réponse : {a}", f"Rép. : {a}"), (f"Réponse : {a}", f"=> {a}"), (f"Réponse : {a}", f"*Réponse* : {a}"),
        )
    )  # fmt: skip


def _number(chance: Random) -> Pair:
    low, more = chance.randint(2, 900), chance.randint(1, 9)
    return chance.choice(
        (
            (f"Réponse : {low} à {low + more}", f"Réponse : entre {low} et {low + more}"), (f"Réponse : {low} à {low + more}", f"Réponse : {low}-{low + more}"),
            (f"Réponse : {low} ± {more}", f"Réponse : environ {low}"), (f"Réponse : {low} 362", f"Réponse : {low}.362"), (f"Réponse : {low} | {low + 1}", f"Réponse : {low}, {low + 1}"),
            (f"Réponse : {low} | {low + 1}", f"Réponse : {low} ou {low + 1}"), (f"Réponse : {low} | {low + 1}", f"Réponse : {low} et {low + 1}"), (f"Réponse : {low} ± {more}", f"{{#{low}:{more}}}"),
            (f"Réponse : {low} ± {more}", f"Réponse : {low}\nTolérance : {more}"), (f"Réponse : {low} ± {more}", f"Réponse : {low} (+/- {more})"), (f"Réponse : {low} h", f"Réponse : {low}\nUnité : h"), (f"Réponse : {low} h", f"Réponse : {low}\nUnité : h | heures"),
            (f"Réponse : {low} ± {more}", f"Réponse : {low} ± {more}\nTolérance : {more}"), (f"Réponse : {low}", f"Réponse : ~{low}"),
        )
    )  # fmt: skip


def _gap(chance: Random) -> Pair:
    a, b, c = words(chance, 3)
    low, more = chance.randint(2, 900), chance.randint(1, 9)
    inside: tuple[Pair, ...] = (
        (f"[[{low} à {low + more}]]", f"[[entre {low} et {low + more}]]"), (f"[[{low} ± {more}]]", f"[[environ {low}]]"), (f"[[{low} 362]]", f"[[{low}.362]]"), (f"[[{low} à {low + more}]]", f"[[{low}-{low + more}]]"),
        (f"[[{low} | {low + 1}]]", f"[[{low}, {low + 1}]]"), (f"[[{low} | {low + 1}]]", f"[[{low} ou {low + 1}]]"), (f"[[{a} | {b}]]", f"[[{a}, {b}]]"), (f"[[{a} | {b}]]", f"[[{a} et {b}]]"), (f"[[{a} | {b}]]", f"[[{a} ou {b}]]"),
        (f"[[{a} | {b}]]", f"[[{a}/{b}]]"), (f"[[{a} | {b}]]", f"[[{a} ({b})]]"), (f"[[{a}]]", f"[[`{a}`]]"), (f"[[{a}]]", f"[[**{a}**]]"), (f"[[{a}]]", f"[[« {a} »]]"), (f"[[{a}]]", f"[[{a}[^s1]]]"),
        (f"[[{a}]]", f"`[[{a}]]`"), (f"[[({a}) | {b}]]", f"[[=> {a} | {b}]]"), (f"[[({a}) | {b}]]", f"[[({a})]]"), (f"[[{a}]]", f"{{{{c1::{a}}}}}"), (f"[[{a}]]", f"{{1:SHORTANSWER:={a}}}"),
        (f"[[{a}]]", f"[[{a}"), (f"[[{a}]]", f"[{a}]"), (f"[[{a}]]", "........"), (f"[[{a}]]", "______"), (f"[[({a}) | {b}]]", f"[[**{a}** | {b}]]"),
        (f"[[({a}) | {b}]]", f"[[*{a} | {b}]]"), (f"[[{b} | ({a})]]", f"[[{b} | {a}*]]"), (f"[[{a} | EPCI | {b}]]", f"[[{a} (EPCI) | {b}]]"),
    )  # fmt: skip
    good, habit = chance.choice(inside)
    form = chance.choice(("Le {} signe avec [[{}]].", "| Qui | Avec |\n|---|---|\n| {} | [[{}]] |", "- {}\n- [[{}]]"))
    if form[0] == "|" and chance.random() < 0.3:
        good, habit = f"[[{a} | {b}]]", f"[[{a} \\| {b}]]"
    if chance.random() < 0.05:
        return form.format(good, c), form.format("[[1]]", chance.choice("12"))
    return form.format(good, c), form.format(habit, c)


def _ordering(chance: Random) -> Pair:
    steps = words(chance, 3)
    mixed = steps[1], steps[0], steps[2]
    clean = "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1))
    habit = chance.choice(
        (
            "\n".join(f"{'abc'[place]}) {step}" for place, step in enumerate(mixed)) + "\n\nRéponse : b, a, c",
            "\n".join(f"{place}. {step}" for place, step in enumerate(mixed, 1)) + "\n\nRéponse : 2, 1, 3",
            "\n".join(f"- {step}" for step in mixed) + "\n\nBonne réponse : b, a, c",
            "\n".join(f"- {step}" for step in mixed) + "\n\nRéponse : 2 - 1 - 3",
            f"2. {steps[1]}\n1. {steps[0]}\n3. {steps[2]}",
            "\n".join(f"{place} - {step}" for place, step in enumerate(steps, 1)),
            "\n".join(f"- {step}" for step in steps) + "\n\nOrdre : 1, 2, 3",
            "\n".join(f"- {step}" for step in mixed) + "\n\nOrdre : b > a > c",
            "\n".join(f"{place}° {step}" for place, step in enumerate(steps, 1)),
        )
    )
    return clean, habit


def _matching(chance: Random) -> Pair:
    a, b, c, d, e = words(chance, 5)
    clean = f"- {a} => {b}\n- {c} => {d}\n- => {e}"
    pairs = f"- {a} => {b}\n- {c} => {d}\n"
    habit = chance.choice(
        (
            f"1. {a}\tA. {b}\n2. {c}\tB. {d}\n\nRéponse : 1A, 2B", f"{a}\t{b}\n{c}\t{d}", f"1. {a}\tA. {b}\n2. {c}\tB. {d}\n3. {e}\tC. {e}", f"1. {a}\n2. {c}\n\nA. {b}\nB. {d}\n\nRéponse : 1-A ; 2-B", f"{pairs}  Oui, {e}.",
            f"{pairs}- (intrus) => {e}", f"{pairs}- {e} (intrus)", f"{pairs}- ??? => {e}", f"{pairs}- leurre => {e}", f"- {a} -> {b}\n- {c} -> {d}\n- -> {e}", f"- {a} : {b}\n- {c} : {d}\n- {e}",
            f"{a} => {b}\n{c} => {d}\n=> {e}", f"| {a} | {b} |\n|---|---|\n| {c} | {d} |", f"{{={a} -> {b} ={c} -> {d} = -> {e}}}", f"- {a} = {b}\n- {c} = {d}\n- = {e}", f"{pairs}- {a} => {e} (intrus)",
        )
    )  # fmt: skip
    return clean, habit


HABITS: dict[str, Callable[[Random], Pair]] = {
    "cases": _choice, "vrai ou faux": _truth, "vrai, car": _judged, "commentaires": _commented, "texte": _text, "nombre": _number, "trous": _gap, "ordre": _ordering, "association": _matching,
}  # fmt: skip


def passage(kind: str, seed: int) -> Pair:
    return HABITS[kind](Random(f"{kind} {seed}"))


def around(answer: str) -> tuple[str, range]:
    """The body of a quiz whose second question is answered so, and the lines of that question."""
    before = "## Qui paie ? {#paie}\n\n- [x] La commune\n- [ ] Le quartier\n\n"
    after = "\n\n## Qui décide ? {#decide}\n\nRéponse : Vrai\n"
    first = before.count("\n") + 1
    body = f"{before}## Que sait-on ? {{#sait}}\n\n{answer}{after}"
    return body, range(first, first + answer.count("\n") + 4)
