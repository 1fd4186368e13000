"""What the conditions of a statement restrict its tables to, and whether its order is total: read from its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    Alias,
    BindParameter,
    Column,
    ColumnElement,
    CompoundSelect,
    Delete,
    Insert,
    Join,
    Select,
    Table,
    UniqueConstraint,
    Update,
)
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.sql import functions, operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, Grouping, UnaryExpression
from sqlalchemy.sql.selectable import ScalarSelect, Subquery

Source = Any
"""A table, an alias of one, or a subquery: what a row comes from."""

SHARED = {"mandates": "everywhere"}
"""Columns that say of a row that it is every server's."""


def scopes(statement: Any) -> Iterator[Scope]:
    """The statement and every query inside it, each with what the query around it names."""
    yield from _scopes(statement, None)


@dataclass(eq=False)
class Scope:
    """One SELECT, UPDATE or DELETE. `around` is the query that it stands in."""

    statement: Any
    around: Scope | None
    sources: list[Source] = field(default_factory=list)
    conditions: list[tuple[Any, Source | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        froms = self.statement.get_final_froms() if isinstance(self.statement, Select) else [self.statement.table]
        for one in froms:
            self._take(one)
        self.conditions += [(part, None) for part in conjuncts(self.statement.whereclause)]

    def _take(self, source: Source) -> None:
        if isinstance(source, Join):
            self._take(source.left)
            self._take(source.right)
            # An outer join keeps the rows of its left side whatever the condition says of them.
            only = source.right if source.isouter else None
            self.conditions += [(part, only) for part in conjuncts(source.onclause)]
        elif source not in self.sources:
            self.sources.append(source)

    def tables(self) -> list[tuple[Source, Table]]:
        """The stored tables that rows come from, each with the name it goes by."""
        return [(source, table) for source in self.sources for table in [table_of(source)] if table is not None]

    def restricted(self, keys: Keys) -> set[Source]:
        """Those that are restricted by one of their `keys`: to what was given, or to a row of what is restricted."""
        found: set[Source] = set() if self.around is None else set(self.around.restricted(keys))
        while True:
            more = {
                source
                for condition, only in self.conditions
                for source in _restricts(condition, keys, found)
                if only is None or source is only
            } - found
            if not more:
                return found
            found |= more


Keys = Any
"""A function from a table to the names of the columns that say whose its rows are."""


def _restricts(condition: Any, keys: Keys, known: set[Source]) -> set[Source]:
    condition = _bare(condition)
    if isinstance(condition, UnaryExpression) and condition.operator is operators.is_true:
        condition = condition.element
    if isinstance(condition, Column) and (table := table_of(condition.table)) is not None:
        return {condition.table} if SHARED.get(table.name) == condition.name else set()
    if isinstance(condition, BooleanClauseList):
        each = [_restricts(part, keys, known) for part in condition.clauses]
        return set.intersection(*each) if condition.operator is operators.or_ else set().union(*each)
    if not isinstance(condition, BinaryExpression) or condition.operator not in (operators.eq, operators.in_op):
        return set()
    found = set()
    for column, other in ((condition.left, condition.right), (condition.right, condition.left)):
        if _is_key(column, keys) and (not isinstance(other, Column) or (_is_key(other, keys) and other.table in known)):
            found.add(column.table)
    return found


def _is_key(column: Any, keys: Keys) -> bool:
    table = table_of(column.table) if isinstance(column, Column) else None
    return table is not None and column.name in keys(table)


def order_fault(statement: Any) -> str | None:
    """Why the engine may return the rows of a statement in one order or another, None if it may not."""
    if isinstance(statement, Insert) or (isinstance(statement, (Update, Delete)) and not statement._returning):
        return None
    if isinstance(statement, CompoundSelect):
        ordered = {str(column).rpartition(".")[2] for column in _ordered(statement)}
        selected = {column.name for column in statement.selected_columns}
        return None if selected <= ordered else f"a union in no order by {', '.join(sorted(selected - ordered))}"
    scope = Scope(statement, None)
    fixed = _closed(scope, set(_given(scope)))
    if isinstance(statement, Select):
        columns = list(statement.selected_columns)
        if not statement._group_by_clauses and columns and all(_aggregates(column) for column in columns):
            return None
        fixed = _closed(scope, fixed | set(_ordered(statement)))
        apart = columns if statement._distinct else statement._group_by_clauses
        if apart and fixed.issuperset(apart):
            return None
    loose = [source.name for source in scope.sources if not any(key <= fixed for key in _unique(source, scope))]
    return f"rows of {', '.join(loose)} in no certain order" if loose else None


def cuts_without_order(statement: Any) -> list[str]:
    """The queries inside a statement that take the first of rows whose order is not certain."""
    inner = [scope.statement for scope in scopes(statement) if scope.statement is not statement]
    return [
        fault
        for one in inner
        if isinstance(one, Select) and one._limit_clause is not None
        for fault in [order_fault(one)]
        if fault
    ]


def conflicts_by(statement: Any) -> set[str] | None:
    """The columns by which an INSERT finds the row that it changes instead; None if it changes none."""
    if not isinstance(statement, (SqliteInsert, PostgresInsert)):
        return None
    clause: Any = statement._post_values_clause
    if clause is None or not hasattr(clause, "update_values_to_set"):
        return None
    return {getattr(column, "name", column) for column in clause.inferred_target_elements}


def conjuncts(condition: Any) -> Iterator[Any]:
    """What must hold each by itself."""
    condition = _bare(condition)
    if isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for part in condition.clauses:
            yield from conjuncts(part)
    elif condition is not None:
        yield condition


def table_of(source: Source) -> Table | None:
    """The stored table behind a name, None for a query."""
    if isinstance(source, Table):
        return source
    return source.element if isinstance(source, Alias) and isinstance(source.element, Table) else None


def _scopes(statement: Any, around: Scope | None) -> Iterator[Scope]:
    scope = around
    if isinstance(statement, (Select, Update, Delete)):
        scope = Scope(statement, around)
        yield scope
    for child in _queries(statement):
        yield from _scopes(child, scope)


def _queries(statement: Any) -> Iterator[Any]:
    """The queries that stand directly inside: in conditions, in columns, as sources, as parts of a union."""
    seen: set[int] = set()
    todo = list(statement.get_children())
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, (Select, CompoundSelect)):
            yield one
        elif isinstance(one, (Subquery, CTE)):
            yield one.element
        elif not isinstance(one, (Table, Alias)):
            todo += one.get_children()


def _bare(condition: Any) -> Any:
    while isinstance(condition, Grouping):
        condition = condition.element
    return condition


def _given(scope: Scope) -> Iterator[Column[Any]]:
    """Columns that are equal to what was given."""
    for condition, _ in scope.conditions:
        if isinstance(condition, BinaryExpression) and condition.operator is operators.eq:
            for column, other in ((condition.left, condition.right), (condition.right, condition.left)):
                if isinstance(column, Column) and isinstance(other, (BindParameter, ScalarSelect)):
                    yield column


def _closed(scope: Scope, fixed: set[Any]) -> set[Any]:
    """All columns that are fixed once these are: those of a row whose key is, and those that are equal to one."""
    while True:
        more = set(fixed)
        for source in scope.sources:
            if any(key <= fixed for key in _unique(source, scope)):
                more |= set(source.c)
        for condition, _ in scope.conditions:
            if isinstance(condition, BinaryExpression) and condition.operator is operators.eq:
                pair = {condition.left, condition.right}
                if pair & fixed:
                    more |= {side for side in pair if isinstance(side, Column)}
        if more == fixed:
            return fixed
        fixed = more


def _unique(source: Source, scope: Scope) -> Iterator[set[Any]]:
    table = table_of(source)
    if table is None:
        return
    said = {_words(condition) for condition, _ in scope.conditions}
    keys = [list(table.primary_key.columns)]
    keys += [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    for index in table.indexes:
        where = index.dialect_options["sqlite"]["where"]
        if index.unique and (where is None or {_words(part) for part in str(where).split(" AND ")} <= said):
            keys.append(list(index.columns))
    for key in keys:
        yield {source.c[column.name] for column in key}


def _words(condition: Any) -> str:
    """A condition as indexes say it: without the name of its table."""
    return re.sub(r"\b\w+\.", "", str(condition))


def _ordered(statement: Any) -> Iterable[Any]:
    for one in statement._order_by_clauses:
        element = one
        while isinstance(element, UnaryExpression) and element.modifier in (operators.desc_op, operators.asc_op):
            element = element.element
        yield getattr(element, "element", element)  # a column by its name


def _aggregates(column: ColumnElement[Any]) -> bool:
    return any(isinstance(part, (functions.max, functions.min, functions.count)) for part in _parts(column))


def _parts(element: Any) -> Iterator[Any]:
    yield element
    for child in element.get_children():
        if not isinstance(child, (Table, Alias)):
            yield from _parts(child)
