"""Of libraries only what they publish: a name that begins with an underscore may be gone with their next release."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import bot
import cogs

ROOT = Path(__file__).parents[1]
OURS = ("bot", "cogs")
_SIMCORD = "its page shows ids in embeds where Discord shows names, and it has no setting for that"
REASONS = {"bot.demo.play: _markdown": _SIMCORD, "bot.demo.play: _FIELD_POLICIES": _SIMCORD}
"""What must stay, by `module: name`, and why."""
_BY_NAME = {"getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def modules() -> Iterator[str]:
    for package in (bot, cogs):
        yield package.__name__
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("__main__", ".migrations.env")):  # they run where they are imported
                yield module.name


def source(module: str) -> ast.Module:
    path = ROOT / module.replace(".", "/")
    return ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text())


def reached_for(tree: ast.AST) -> Iterator[str]:
    """Return private names that are taken of something else than `self`, or imported, or asked for by a text."""
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(value=ast.Name(), attr=name) if name in functions:
                pass  # what makes an instance calls its methods
            case ast.Attribute(attr=name) if is_private(name):
                yield name
            case ast.ImportFrom(module=str(origin), names=names) if origin.partition(".")[0] not in OURS:
                parts = [*origin.split("."), *(alias.name for alias in names)]
                yield from (part for part in parts if is_private(part))
            case ast.Import(names=names):
                parts = [part for alias in names for part in alias.name.split(".")]
                yield from (part for part in parts if is_private(part))
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=args) if called in _BY_NAME:
                texts = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                yield from (text for text in texts if is_private(text))


def of_itself(tree: ast.AST) -> set[str]:
    """Return the private names that a class defines, or takes of itself or of its bases."""
    names = set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls") | ast.Call(func=ast.Name(id="super")), attr=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
    return {name for name in names if is_private(name)}


@cache
def inside(foreign: type) -> frozenset[str]:
    """Return the private names that a library's class has, or gives itself when it is made."""
    try:
        given = of_itself(ast.parse(textwrap.dedent(inspect.getsource(foreign))))
    except (OSError, TypeError):
        given = set()
    return frozenset({name for name in vars(foreign) if is_private(name)} | given)


def shared_with_a_base(module: str) -> Iterator[str]:
    """Return private names of our classes that a library's class, which they are built on, has as well."""
    for one in vars(importlib.import_module(module)).values():
        if not inspect.isclass(one) or one.__module__ != module:
            continue
        bases = [base for base in one.__mro__ if base.__module__.partition(".")[0] not in (*OURS, "builtins", "typing")]
        mine = of_itself(ast.parse(textwrap.dedent(inspect.getsource(one)))) if bases else set()
        yield from sorted(mine & frozenset().union(*(inside(base) for base in bases)))


def test_no_private_name_of_a_library_is_used() -> None:
    found = set[str]()
    for module in modules():
        found |= {f"{module}: {name}" for name in (*reached_for(source(module)), *shared_with_a_base(module))}
    assert found == set(REASONS), "use what the library publishes, or give a reason why there is no other way"


def test_every_way_to_reach_for_a_private_name_is_seen() -> None:
    for way in (
        "thing._inside",
        "self._mine._inside",
        "from library import _inside",
        "import library._inside",
        "from library._inside import thing",
        "getattr(thing, '_inside')",
        "operator.attrgetter('_inside')",
        "super()._inside()",
    ):
        assert list(reached_for(ast.parse(way))) == ["_inside"], way
    assert not list(reached_for(ast.parse("self._mine; thing.__class__; from bot.room import _module")))
