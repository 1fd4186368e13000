"""Reads the settings for every command: problems are printed, one a line, and end the command."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.settings import BadSettings, Settings, read_settings

BAD_SETTINGS = 2
"""The exit code if the settings are wrong."""


def settings_or_exit(path: Path | None) -> Settings:
    """Return the settings, or print what is wrong with them and exit with code 2."""
    try:
        return read_settings(path)
    except BadSettings as error:
        for problem in error.problems:
            print(f"problem: {problem}", file=sys.stderr)
        raise SystemExit(BAD_SETTINGS) from None
