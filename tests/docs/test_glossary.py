"""The page of words: each term once, carried by a type and a table that are there."""

from __future__ import annotations

import ast

from bot.storage.tables import metadata
from tests.docs.pages import ROOT, code_in, named

ROWS = named("docs/glossary.md").table("| term | means | type | in | table |")


def test_each_term_stands_once() -> None:
    terms = [row[0] for row in ROWS]
    assert len(terms) == len(set(terms))
    carriers = [(row[2], row[3]) for row in ROWS]
    assert len(carriers) == len(set(carriers))


def test_each_type_is_where_the_page_says() -> None:
    for _, _, kind, place, _ in ROWS:
        (name,), (path,) = code_in(kind), code_in(place)
        module = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in module.body if isinstance(node, ast.ClassDef)}, (name, path)


def test_each_table_is_in_the_database() -> None:
    tables = [table for row in ROWS for table in code_in(row[4])]
    assert tables
    assert set(tables) <= set(metadata.tables)
    assert len(tables) == len(set(tables))
