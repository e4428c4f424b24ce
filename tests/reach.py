"""Which functions of `app/` a view may call, by the names in its code: a table of pages is held to what their views do."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM")


@cache
def reached(view: FunctionType) -> frozenset[FunctionType]:
    """The view and all that it names, functions and methods, and what these name. What is only plugged in at the start is not followed."""
    found: set[FunctionType] = set()
    todo = [inspect.unwrap(view)]
    while todo:
        function = todo.pop()
        if function not in found:
            found.add(function)
            todo += named(function)
    return frozenset(found)


@cache
def named(function: FunctionType) -> tuple[FunctionType, ...]:
    names = set(names_of(function.__code__, attributes=True))
    here = [function.__globals__[name] for name in names_of(function.__code__) if name in function.__globals__]
    inside = [vars(module)[name] for module in here if isinstance(module, ModuleType) and _ours(module.__name__) for name in names if name in vars(module)]
    return tuple(each for thing in (*here, *inside) for each in _functions(thing, names))


def names_of(code: CodeType, *, attributes: bool = False) -> Iterator[str]:
    """The names that are looked for in the module, and with `attributes` those that are asked of anything."""
    yield from (step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") or (attributes and step.opname in ATTRIBUTES))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_of(constant, attributes=attributes)


def _functions(thing: Any, names: set[str]) -> Iterator[FunctionType]:
    """What a name stands for; of a class, what is made with it, what validates it and what is asked of it."""
    if isinstance(thing, type) and _ours(thing.__module__):
        for base in thing.__mro__:
            for name, value in vars(base).items() if _ours(base.__module__) else ():
                if name in names or name.startswith(("__init", "validate")):
                    yield from _functions(value.fget if isinstance(value, property) else value, names)
    elif isinstance(function := inspect.unwrap(thing) if callable(thing) else thing, FunctionType) and _ours(function.__module__):
        yield function


def _ours(module: str) -> bool:
    return module == "app" or module.startswith("app.")
