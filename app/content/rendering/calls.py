"""Where a line calls notes: what comes before a call touches it, and those that follow one another are written together. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

Tokens = Sequence[Token]


def _is_gap(token: Token) -> bool:
    return token.type == "softbreak" or (token.type == "text" and not token.content.strip(" "))


def precedes_a_call(tokens: Tokens, idx: int) -> bool:
    return idx + 1 < len(tokens) and tokens[idx + 1].type == "footnote_ref"


def follows_a_call(tokens: Tokens, idx: int) -> bool:
    """Whether what stands at `idx` comes at once, or after a space, after the call of a note."""
    before = idx - 2 if idx > 1 and _is_gap(tokens[idx - 1]) else idx - 1
    return before >= 0 and tokens[before].type == "footnote_ref"


def calls_from(tokens: Tokens, idx: int) -> list[str]:
    """Labels of the call at `idx` and of those that follow it."""
    labels = [str(tokens[idx].meta["label"])]
    while idx + 1 < len(tokens):
        idx += 2 if _is_gap(tokens[idx + 1]) and idx + 2 < len(tokens) else 1
        if tokens[idx].type != "footnote_ref":
            break
        labels.append(str(tokens[idx].meta["label"]))
    return labels
