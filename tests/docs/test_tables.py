"""Tables of the pages are what the code has: systems, fields of files, kinds of entries, exit codes, the house."""

from __future__ import annotations

import ast
import configparser
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli import verify
from bot.cli.verifying import report
from bot.domain.audit.bundle.checking import findings
from bot.domain.audit.log.entry_kinds import Kind
from bot.domain.voting import SYSTEMS
from bot.domain.voting.outcome.quorum_and_threshold import QuorumCounts
from tests.bundles import a_bundle
from tests.docs.pages import ROOT, code_in, named


def firsts(page: str, head: str) -> list[str]:
    """All that the first column writes as code."""
    return [span for row in named(page).table(head) for span in code_in(row[0])]


def test_every_voting_system_is_told() -> None:
    assert firsts("docs/voting.md", "| system | a ballot says |") == [str(system) for system in SYSTEMS]
    counting = named("docs/counting.md").text
    part = counting[counting.index("- **Voting systems** here:") : counting.index("Scores equal Snapshot's")]
    assert set(code_in(part)) == {str(system) for system in SYSTEMS}


def test_every_kind_of_entry_is_told() -> None:
    assert sorted(firsts("docs/proof.md", "| kind | when | says besides |")) == sorted(Kind)


def test_every_field_of_a_bundle_is_told() -> None:
    bundle = json.loads(a_bundle().content)
    page = "docs/proof.md"
    of_bundle, of_ballot = "| field | holds |\n|---|---|\n| `schema`", "| field | holds |\n|---|---|\n| `wallet`"
    assert set(firsts(page, of_bundle)) == set(bundle)
    assert set(firsts(page, of_ballot)) - {"via", "signed"} == set(bundle["ballots"][0])
    of_document = "| field | holds |\n|---|---|\n| `guild`"
    assert {"schema", *firsts(page, of_document)} == set(bundle["proposal"]["document"])


def test_every_exit_code_of_verify_is_told() -> None:
    codes = [row[0] for row in named("docs/proof.md").table("| exit code | says |")]
    assert codes == ["0", "1", str(report.UNUSABLE), str(report.INCOMPLETE)]


def test_the_floors_are_where_they_are_said_to_be() -> None:
    floors = firsts("docs/architecture.md", "| floor | what it knows |")
    assert all((ROOT / floor).exists() for floor in floors)
    packages = {f"bot/{path.name}" for path in (ROOT / "bot").iterdir() if (path / "__init__.py").is_file()}
    assert packages <= set(floors)


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md"])
def test_the_house_is_drawn_as_it_is_held(page: str) -> None:
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter")
    held = rules["importlinter:contract:layers"]["layers"].strip().splitlines()
    order = {name.strip(): number for number, layer in enumerate(held) for name in layer.split("|")}
    (drawing,) = [text for _, text in named(page).frames if text.startswith("cogs")]
    lines = [re.split(r" {3,}", line)[0].replace("bot.", "") for line in drawing.strip().splitlines()[1:]]
    drawn = [re.findall(r"\w+", layer) for line in lines for layer in line.split(">")]
    places = [{order[name] for name in layer} for layer in drawn]
    assert all(len(place) == 1 for place in places)
    assert [min(place) for place in places] == sorted(min(place) for place in places)
    assert {"domain", "ports", "services", "chain", "storage", "web"} <= {name for layer in drawn for name in layer}


A_RANKING = {
    "id": 7,
    "type": "ranked-choice",
    "choices": ["a", "b", "c"],
    "strategies": ["s"],
    "votes": [{"choice": [1, 2, 3], "balance": 1, "scores": [1]}],
    "partial": True,
    "quorum": 1,
    "quorum_type": "default",
}


def checks_in(source: str) -> Iterator[str]:
    """The names of all checks that a module says something of."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
            named_so = [one.value for one in node.keywords if one.arg == "check"]
            for value in (*node.args[:1], *named_so):
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


SAYING = {"judged", "unchecked", "Finding"}


def test_every_check_of_verify_is_explained_and_no_other() -> None:
    page = named("docs/proof.md")
    rows = [*page.table("| check | what is computed anew |"), *page.table("| check | what must agree |")]
    explained = [name for row in rows for name in row[0].split(", ")]
    assert len(explained) == len(set(explained))
    files = [
        path
        for folder in (Path(inspect.getfile(findings)).parents[1], Path(inspect.getfile(report)).parent)
        for path in folder.rglob("*.py")
    ]
    sources = [path.read_text(encoding="utf-8") for path in (*files, Path(inspect.getfile(verify)))]
    said = {name for source in sources for name in checks_in(source)}
    assert said <= set(explained)
    assert {name for name in set(explained) - said if f'"{name}"' not in "".join(sources)} == set()


def test_every_field_of_tally_is_told_in_its_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "poll.jsonl"
    path.write_text(json.dumps(A_RANKING) + "\n", encoding="utf-8")
    assert main(["tally", str(path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert firsts("docs/voting.md", "| field | |\n|---|---|\n| `id` | if one") == list(answer)
    assert set(firsts("docs/voting.md", "| field | |\n|---|---|\n| `id` | anything")) == set(A_RANKING)


def test_all_that_counts_towards_a_quorum_is_told() -> None:
    assert firsts("docs/voting.md", "| counts | what has to reach the amount |") == list(QuorumCounts)
