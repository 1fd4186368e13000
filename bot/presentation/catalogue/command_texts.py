"""The texts of slash commands as the code states them: descriptions of commands and options, names of choices.

Discord is told them with the commands themselves, so no call of `gettext` stands around them.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path


def command_texts(file: Path) -> Iterator[tuple[int, str]]:
    """Return each text with its line: of a file's commands, groups and options, and of choices that it lists."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    named = dict(_constants(module))
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _of_command(node)
            case ast.ClassDef(keywords=keywords):
                yield from _keyword("description", keywords)
            case ast.Call(func=ast.Attribute(attr="describe"), keywords=keywords):
                for keyword in keywords:
                    yield from _text(keyword.value, named)
            case ast.Call(func=ast.Attribute(attr="Group"), keywords=keywords):
                yield from _keyword("description", keywords)
            case ast.Subscript(value=ast.Name(id="Literal")):
                yield from (one for part in ast.walk(node.slice) for one in _text(part, {}))


def _constants(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in module.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value


def _of_command(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[int, str]]:
    """Return the description of a command: what its decorator says, else the first line of its docstring."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
            if decorator.func.attr != "command":
                continue
            said = list(_keyword("description", decorator.keywords))
            docstring = ast.get_docstring(function) or ""
            yield from said or [(function.lineno, inspect.cleandoc(docstring).partition("\n")[0])]


def _keyword(name: str, keywords: list[ast.keyword]) -> Iterator[tuple[int, str]]:
    for keyword in keywords:
        if keyword.arg == name:
            yield from _text(keyword.value, {})


def _text(value: ast.expr | ast.AST, named: Mapping[str, ast.expr]) -> Iterator[tuple[int, str]]:
    match value:
        case ast.Constant(value=str(text), lineno=line):
            yield line, text
        case ast.Name(id=name) if name in named:
            yield from _text(named[name], {})
