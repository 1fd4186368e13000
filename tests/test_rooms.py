"""The rooms of the house: the same names on every floor, none crowded, none with a hand in another's, no circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
ROOMS = {
    "proposals",
    "voting",
    "power",
    "delegation",
    "wallets",
    "treasury",
    "roles",
    "announcements",
    "audit",
    "spaces",
    "shared",
}
FLOORS = {
    "bot/domain": ROOMS,
    "bot/services": ROOMS,
    "bot/storage/repositories": ROOMS,
    "bot/web": ROOMS | {"server", "pages", "static"},
    "bot/web/pages": ROOMS,
    "cogs": ROOMS - {"shared"} | {"_shared", "general"},
}
"""Floors that are divided by capability, and the rooms that each may have."""
MOST_ENTRIES, MOST_LINES = 14, 300
LARGER = {
    "bot/storage/migrations/versions",  # a released step is never changed, and they are read in order
}


def entries(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.name != "__pycache__"]


def folders() -> list[Path]:
    found = [ROOT / "bot", ROOT / "cogs"]
    found += [path for top in ("bot", "cogs") for path in (ROOT / top).rglob("*") if path.is_dir()]
    return [path for path in found if path.name != "__pycache__" and entries(path)]


def modules() -> Iterator[tuple[str, ast.Module]]:
    for top in ("bot", "cogs"):
        for path in (ROOT / top).rglob("*.py"):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def test_no_file_is_long() -> None:
    files = [path for top in ("bot", "cogs") for path in (ROOT / top).rglob("*.py")]
    lines = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in files}
    assert len(lines) > 300
    assert {name: many for name, many in lines.items() if many > MOST_LINES} == {}


def test_no_folder_is_crowded() -> None:
    crowded = {
        path.relative_to(ROOT).as_posix(): len(entries(path))
        for path in folders()
        if len(entries(path)) > MOST_ENTRIES and path.relative_to(ROOT).as_posix() not in LARGER
    }
    assert not crowded


def test_the_next_capability_has_a_place_on_every_floor() -> None:
    places = {floor: MOST_ENTRIES - len(entries(ROOT / floor)) for floor in FLOORS}
    assert min(places.values()) >= 1, places


def test_rooms_have_the_same_names_on_every_floor() -> None:
    for floor, rooms in FLOORS.items():
        there = {path.name for path in folders() if path.parent == ROOT / floor}
        assert there
        assert there <= rooms, floor


def test_tests_stand_in_the_same_rooms() -> None:
    for floor in ("domain", "services", "web", "cogs"):
        there = {path.name for path in (ROOT / "tests" / floor).iterdir() if path.is_dir() and entries(path)}
        assert there
        assert there - {"__pycache__"} <= ROOMS | {"server", "general"}, floor


def test_no_room_takes_what_is_private_to_another() -> None:
    taken = []
    for path, module in modules():
        room = path.rpartition("/")[0].replace("/", ".")
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in ("bot", "cogs"):
                for alias in node.names:
                    parts = f"{node.module}.{alias.name}".split(".")
                    for at, part in enumerate(parts):
                        owner = ".".join(parts[:at])
                        private = part.startswith("_") and part != "_shared"
                        if private and room != owner and not room.startswith(f"{owner}."):
                            taken.append(f"{path} takes {'.'.join(parts)}")
    assert not taken


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("bot", "cogs", exclude_type_checking_imports=True, cache_dir=None)
    todo = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    while free := {module for module, imported in todo.items() if not imported & todo.keys()}:
        for module in free:
            del todo[module]
    circle = {module for module in todo if any(module in imported for imported in todo.values())}
    assert not circle
