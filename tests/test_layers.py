"""The house stands as it is drawn: who may import whom, and which library lives in which room."""

from __future__ import annotations

import logging.config
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
ROOMS = {
    "aiohttp": {"bot.client.lost_responses", "bot.chain", "bot.cli", "bot.web", "bot.demo", "cogs"},
    "aiosqlite": {"bot.storage"},
    "asyncpg": {"bot.storage"},
    "alembic": {"bot.storage"},
    "apscheduler": {"bot.app.scheduled_jobs"},
    "babel": {"bot.presentation.catalogue"},
    "coincurve": {"bot.chain"},
    "discord": {
        "bot.client.discord_client",
        "bot.client.permissions",
        "bot.client.command_translator",
        "bot.client.space_option",
        "bot.client.next_steps",
        "bot.cli",
        "bot.demo",
        "cogs",
    },
    "eth_abi": {"bot.chain", "bot.demo"},
    "eth_account": {"bot.chain", "bot.demo"},
    "eth_hash": {"bot.domain", "bot.chain", "bot.demo"},
    "eth_keys": {"bot.chain", "bot.demo"},
    "eth_typing": {"bot.chain", "bot.demo"},
    "eth_utils": {"bot.chain", "bot.demo"},
    "eth": {"bot.demo"},
    "hexbytes": {"bot.chain", "bot.demo"},
    "orjson": {"bot.chain", "bot.storage", "bot.web", "bot.demo"},
    "PIL": {"bot.presentation.pictures"},
    "markdown_it": {"bot.presentation.markdown"},
    "nh3": {"bot.presentation.markdown"},
    "pydantic": {"bot.settings"},
    "pydantic_settings": {"bot.settings"},
    "rlp": {"bot.demo"},
    "simcord": {"bot.demo"},
    "sqlalchemy": {"bot.storage"},
    "web3": {"bot.chain", "bot.demo"},
    "yarl": {"bot.cli"},
}
"""Where each library may be used. What is not here is used nowhere, or an argument for it is due."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("bot", "cogs", include_external_packages=True, cache_dir=None)


def test_dependencies_point_down(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    # The linter sets up logging for itself, which would silence every logger that other tests listen to.
    monkeypatch.setattr(logging.config, "dictConfig", lambda _config: None)
    status = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_modules_import_each_other_in_a_circle_not_even_for_types(graph: grimp.ImportGraph) -> None:
    imports = {
        module: graph.find_modules_directly_imported_by(module) & graph.modules
        for module in graph.modules
        if not graph.is_module_squashed(module)
    }
    while leaves := {module for module, used in imports.items() if not (used & imports.keys()) - {module}}:
        imports = {module: used for module, used in imports.items() if module not in leaves}
    assert sorted(imports) == []


def test_no_cog_opens_a_transaction() -> None:
    """Cogs ask services, which know what has to be stored together."""
    assert [str(file) for file in (ROOT / "cogs").rglob("*.py") if ".store." in file.read_text(encoding="utf-8")] == []


def test_each_library_lives_in_its_rooms(graph: grimp.ImportGraph) -> None:
    strays = [
        f"{module} imports {used}"
        for module in graph.modules
        if module.split(".")[0] in ("bot", "cogs")
        for used in graph.find_modules_directly_imported_by(module)
        if graph.is_module_squashed(used)
        and used not in sys.stdlib_module_names
        and not any(module == room or module.startswith(room + ".") for room in ROOMS.get(used, ()))
    ]
    assert not strays


def test_the_domain_needs_the_standard_library_and_one_hash(graph: grimp.ImportGraph) -> None:
    used = set()
    for module in {"bot.domain", *graph.find_descendants("bot.domain")}:
        used |= {name for name in graph.find_modules_directly_imported_by(module) if not name.startswith("bot.domain")}
    assert used - set(sys.stdlib_module_names) <= {"eth_hash"}


def test_asking_for_help_loads_no_large_library() -> None:
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(re.findall(r"\|\s+([\w.]+)$", asked.stderr, re.MULTILINE))
    assert "argparse" in loaded
    assert not {name.split(".")[0] for name in loaded} & set(ROOMS)
    assert "bot.settings" not in loaded
