"""What checks results needs four packages: no Discord, no database. Installed alone it verifies all the same."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.builders import a_proposal
from tests.bundles import a_bundle
from tests.cli.node import RecordedNode
from tests.cli.test_power import ANN, balance, token
from tests.cli.test_verify import signed_bundle, terms, the_node
from tests.presence import present

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements-verify.lock"
ALLOWED = {"bot", "__main__", "orjson", "coincurve", "_libsecp256k1", "eth_hash", "Crypto"}
"""What may be imported besides the standard library: the bot itself, and the modules of the four packages."""
NEVER = {"discord", "sqlalchemy", "matplotlib", "aiosqlite", "alembic", "aiohttp", "web3"}
ALL_LOADED = """
import sys
from bot.__main__ import main
code = main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""
INSTALLED = "import importlib.metadata as of; print(*[one.name for one in of.distributions()])"
A_POLL = {
    "type": "basic",
    "choices": ["For", "Against"],
    "strategies": ["s"],
    "votes": [{"choice": 1, "balance": 3, "scores": [3]}],
}


def pins(path: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """The version and the hashes of each package in a lock."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for part in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8")):
        name, version = present(re.match(r"([a-z0-9-]+)==(\S+)", part)).groups()
        found[name] = (version, frozenset(re.findall(r"--hash=(sha256:[0-9a-f]{64})", part)))
    return found


def files(folder: Path, node: RecordedNode) -> dict[str, Path]:
    """What the commands are given."""
    contents = {
        "signed.json": signed_bundle().content,
        "read.json": a_bundle(proposal=a_proposal(terms=terms(node))).content,
        "polls.jsonl": json.dumps(A_POLL).encode() + b"\n",
        "strategies.json": json.dumps([token()]).encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


def ways(given: dict[str, Path], url: str) -> dict[tuple[str, ...], str]:
    """Each command with what it says."""
    block = ("--block", str(18_999_900))
    return {
        ("verify", str(given["signed.json"])): "holds        signatures: 3 by account",
        ("verify", str(given["read.json"]), "--rpc", f"1={url}"): "holds        voting power: 3 wallets read",
        ("tally", str(given["polls.jsonl"])): '"verdict":"passed"',
        ("power", "--rpc", f"1={url}", *block, "--strategies", str(given["strategies.json"]), ANN): '"power"',
    }


def answering() -> RecordedNode:
    node = the_node()
    node.returned |= type(node)([balance(ANN, 5 * 10**18)]).returned
    return node


async def ran(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    environment["PIP_CONFIG_FILE"] = os.devnull  # no index and no cap of whoever runs the tests
    return await asyncio.to_thread(
        subprocess.run, command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=100
    )


async def test_what_checks_results_loads_no_discord_and_no_database(tmp_path: Path) -> None:
    node = answering()
    async with node.served() as url:
        for arguments, said in ways(files(tmp_path, node), url).items():
            done = await ran(sys.executable, "-c", ALL_LOADED, *arguments, cwd=ROOT)
            assert done.returncode == 0, done
            assert said in done.stdout
            loaded = {name.split(".")[0] for name in done.stderr.split()}
            assert not loaded & NEVER
            editable = {name for name in loaded if name.startswith(("__editable__", "_distutils_hack"))}
            assert loaded - set(sys.stdlib_module_names) - editable <= ALLOWED, arguments


def test_its_lock_is_part_of_the_lock_of_all() -> None:
    everything, alone = pins(ROOT / "requirements.lock"), pins(LOCK)
    assert {name: everything[name] for name in alone} == alone
    assert all(hashes for _, hashes in alone.values())
    assert "://" not in LOCK.read_text(encoding="utf-8")


def test_it_asks_for_nothing_that_the_bot_does_not() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(settings["dependency-groups"]["verify"]) < set(settings["project"]["dependencies"])


def as_wheel(name: str, folder: Path) -> None:
    """Pack an installed package into a wheel again, so that no network is needed."""
    packed = distribution(name)
    tag = present(re.search(r"^Tag: (\S+)$", present(packed.read_text("WHEEL")), re.MULTILINE))[1]
    title = re.sub(r"[-.]", "_", packed.metadata["Name"])
    with ZipFile(folder / f"{title}-{packed.version}-{tag}.whl", "w") as wheel:
        for file in present(packed.files):
            if ".." not in file.parts and "__pycache__" not in file.parts:
                wheel.write(file.locate(), file.as_posix())


@pytest.fixture
async def alone(tmp_path: Path) -> Path:
    """The folder of the programs of an environment that holds what docs/proof.md says, and nothing else."""
    wheels, tree, home = tmp_path / "wheels", tmp_path / "tree", tmp_path / "verifier"
    wheels.mkdir()
    tree.mkdir()
    for name in pins(LOCK):
        as_wheel(name, wheels)
    for name in ("bot", "cogs"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    pip = (sys.executable, "-m", "pip")
    build = ("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", wheels, tree)
    built = await ran(*pip, *build, cwd=tmp_path)
    assert built.returncode == 0, built
    made = await ran(sys.executable, "-m", "venv", "--without-pip", home, cwd=tmp_path)
    assert made.returncode == 0, made
    into = ("--python", str(home / "bin" / "python"), "install", "--quiet", "--no-deps", "--no-index", "--no-compile")
    done = await ran(*pip, *into, *sorted(wheels.iterdir()), cwd=tmp_path)
    assert done.returncode == 0, done
    return home / "bin"


@pytest.mark.timeout(180)
async def test_installed_alone_it_verifies(alone: Path, tmp_path: Path) -> None:
    listed = await ran(alone / "python", "-c", INSTALLED, cwd=tmp_path)
    assert {name.lower() for name in listed.stdout.split()} == {*pins(LOCK), "folkmoot"}
    node = answering()
    async with node.served() as url:
        for arguments, said in ways(files(tmp_path, node), url).items():
            done = await ran(alone / "folkmoot", *arguments, cwd=tmp_path)
            assert done.returncode == 0, done
            assert said in done.stdout
    for command in ("run", "check", "db path"):
        refused = await ran(alone / "folkmoot", *command.split(), cwd=tmp_path)
        assert refused.returncode == 2
        told = rf"problem: folkmoot {command.split()[0]} needs \w+, which is not installed here; .*\n"
        assert re.fullmatch(told, refused.stderr)


def test_docs_say_the_two_lines_that_install_it() -> None:
    page = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    assert (
        "```\n"
        "python3 -m venv verifier && verifier/bin/pip install --require-hashes -r requirements-verify.lock\n"
        "verifier/bin/pip install --no-deps .\n"
        "```\n"
    ) in page
