"""The `folkmoot` command, also `python -m bot`: reads the command line, loads the one command asked for."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from bot import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return 0 if all is well, 1 if not, 2 for a wrong command line or wrong settings."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Signs that a terminal has not are written by their numbers; a line does not end in the middle of itself.
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    if rest and given.command != "demo":
        parser.error(f"unknown: {' '.join(rest)}")
    given.rest = rest
    try:
        # Loaded by name, so that asking for help does not load Discord, web3 and a database.
        command = importlib.import_module(f"bot.cli.{given.command}")
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.split(".")[0] in ("bot", "cogs"):
            raise
        sys.stderr.write(
            f"problem: folkmoot {given.command} needs {missing.name}, which is not installed here; verify, tally and "
            "power work without it — for the rest install the whole bot: pip install -r requirements.lock\n"
        )
        return 2
    return int(command.main(given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="folkmoot",
        description="Governance of a DAO inside Discord.",
        epilog="Settings: config.example.toml documents each one; the environment (FOLKMOOT_…) wins over the file.",
    )
    parser.add_argument("--version", action="version", version=f"folkmoot {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    settings = argparse.ArgumentParser(add_help=False)
    settings.add_argument(
        "--config", type=Path, metavar="FILE", help="the settings; by default config.toml, if there is one here"
    )
    commands.add_parser("run", parents=[settings], help="run the bot on Discord")
    commands.add_parser("check", parents=[settings], help="say what is wrong, and the remedy, before members notice")
    # The demo reads its own options, its --help included.
    commands.add_parser("demo", add_help=False, help="try it in the browser: no Discord, no chain, nothing to set")

    power = commands.add_parser("power", help="compute voting power by Snapshot's strategies, from any node")
    power.add_argument(
        "--rpc",
        required=True,
        nargs="+",
        action="extend",
        metavar="CHAIN=URL",
        help="a node of a chain that is read",
    )
    _add_ways(power)
    power.add_argument(
        "--block",
        default="finalized",
        metavar="N",
        help="on the first chain; by default the newest final one",
    )
    power.add_argument(
        "--strategies",
        required=True,
        type=Path,
        metavar="FILE",
        help="a list in Snapshot's JSON (-: from input)",
    )
    power.add_argument("--space", metavar="ID", help="the space's name on Snapshot, for delegations")
    power.add_argument("--addresses", type=Path, metavar="FILE", help="one address a line (-: from input)")
    power.add_argument("address", nargs="*", metavar="ADDRESS", help="whose power")

    tally = commands.add_parser("tally", help="count votes as Snapshot's data has them; JSON lines in and out")
    tally.add_argument("file", metavar="FILE|-", help="one proposal a line; - for standard input")

    verify = commands.add_parser("verify", help="recompute a result from its bundle, and say line by line what holds")
    verify.add_argument(
        "bundle", nargs="*", metavar="BUNDLE", help="a .json or .json.gz file, or all its parts; - for standard input"
    )
    verify.add_argument(
        "--rpc",
        nargs="+",
        action="extend",
        default=[],
        metavar="CHAIN=URL",
        help="a node to read blocks and power from",
    )
    _add_ways(verify)
    verify.add_argument("--cid", metavar="CID", help="the bundle's content identifier, as it was posted")
    verify.add_argument("--root", metavar="ROOT", help="the Merkle root over the ballots, as it was posted")
    verify.add_argument("--receipt", metavar="FILE", help="a member's receipt, by itself or against the bundle")
    verify.add_argument(
        "--log",
        nargs="+",
        default=[],
        metavar="FILE",
        help="an audit log as /audit export gives it, its files in order",
    )
    verify.add_argument(
        "--head", action="append", default=[], metavar="HASH", help="a head of that log, as it was posted"
    )
    verify.add_argument("--json", action="store_true", help="answer in JSON")
    verify.add_argument(
        "--strict", action="store_true", help="exit with 3 where something was not checked, and nothing is false"
    )

    database = commands.add_parser("db", help="the database: migrate, check, backup, restore, move, path")
    steps = database.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("migrate", parents=[settings], help="bring the tables up to this version (run does it too)")
    steps.add_parser("check", parents=[settings], help="look through all of the database, even while the bot runs")
    backup = steps.add_parser("backup", parents=[settings], help="copy the database, even while the bot runs")
    backup.add_argument("file", type=Path, metavar="FILE", help="where to; it must not exist yet")
    restore = steps.add_parser("restore", parents=[settings], help="put a backup in the database's place; stop the bot")
    restore.add_argument("file", type=Path, metavar="FILE", help="the backup; what stood in its place is kept aside")
    moving = steps.add_parser("move", help="take all rows from SQLite to PostgreSQL, or back; stop the bot")
    address = "sqlite:///FILE, or postgresql://USER@HOST/DATABASE with the password in PGPASSWORD"
    moving.add_argument("--from", dest="source", required=True, metavar="URL", help=address)
    moving.add_argument("--to", dest="target", required=True, metavar="URL", help="likewise, of an empty database")
    steps.add_parser("path", parents=[settings], help="print where the database is")
    return parser


def _add_ways(command: argparse.ArgumentParser) -> None:
    """Add what says how a chain is read."""
    command.add_argument(
        "--finality",
        nargs="+",
        action="extend",
        default=[],
        metavar="CHAIN=RULE",
        help='which of its blocks are final: "finalized" (by default), "safe", or a number of confirmations',
    )
    command.add_argument(
        "--multicall",
        nargs="+",
        action="extend",
        default=[],
        metavar="CHAIN=ADDRESS",
        help="where Multicall3 stands on it, if elsewhere than on nearly every chain",
    )


if __name__ == "__main__":
    sys.exit(main())
