import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "bot" / "demo" / "contracts"
HERE = Path(__file__).parent
FOLDERS = (SOURCES, HERE)
COMPILED = (SOURCES / "compiled", HERE)
NODE = shutil.which("node")

COMPILER = (ROOT / "tests" / "node" / "node_modules" / "solc" / "package.json").exists()


def test_every_contract_has_its_artefact_and_every_artefact_its_source() -> None:
    artefacts = {path.stem for folder in COMPILED for path in folder.glob("*.json")}
    sources = {path.stem for folder in FOLDERS for path in folder.glob("*.sol")}
    assert artefacts == sources - {"Erc20", "Owned"}, "Erc20 and Owned are abstract"


@pytest.mark.node
@pytest.mark.timeout(120)
@pytest.mark.skipif(NODE is None or not COMPILER, reason="wants node and npm's solc in tests/node")
def test_the_artefacts_are_what_the_compiler_makes_of_the_sources(tmp_path: Path) -> None:
    assert NODE is not None
    subprocess.run([NODE, ROOT / "tests" / "contracts" / "build.mjs", tmp_path], check=True)
    made = {path.name: json.loads(path.read_bytes()) for path in tmp_path.glob("*.json")}
    assert made == {path.name: json.loads(path.read_bytes()) for folder in COMPILED for path in folder.glob("*.json")}
