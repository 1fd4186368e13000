"""Fetches what we are measured against, once: npm packages beside the tests, PyPI's `multicall` in its own place."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]
NODE = ROOT / "tests" / "node"
"""The npm packages' home; a script resolves them if it runs with this as its folder."""
OWN = ROOT / "build" / "benchmarks"
"""Not in git; `make clean` takes it away."""
MULTICALL = "multicall==0.15.2"
_PATIENCE = 600


class Missing(Exception):
    """A peer cannot be had here; says why."""


def node_packages() -> Path:
    """Return the folder whose `node_modules` holds the npm packages. Raises Missing."""
    if (NODE / "node_modules" / "@snapshot-labs" / "snapshot.js").exists():
        return NODE
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Missing("node and npm are not installed")
    _run(["npm", "ci", "--silent"], NODE, "npm ci")
    return NODE


def anvil() -> Path:
    """Return a real node's binary. Raises Missing."""
    found = node_packages() / "node_modules" / "@foundry-rs" / "anvil-linux-amd64" / "bin" / "anvil"
    if not found.exists():
        raise Missing("its package is for Linux on amd64 alone")
    return found


def multicall_python() -> Path:
    """Return a Python that has PyPI's `multicall`. Raises Missing."""
    home = OWN / MULTICALL.replace("==", "-")
    python, done = home / "bin" / "python", home / ".installed"
    if not done.exists():
        venv.create(home, clear=True, with_pip=True)
        _run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", MULTICALL], ROOT, MULTICALL
        )
        done.touch()
    return python


def _run(command: list[str], cwd: Path, what: str) -> None:
    print(f"fetching {what} …", file=sys.stderr, flush=True)
    try:
        subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, timeout=_PATIENCE)
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        raise Missing(f"{what} cannot be fetched: {said[-1] if said else error}") from None
