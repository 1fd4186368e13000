"""Addresses that lead to one endpoint are one, however they are spelled."""

from __future__ import annotations

import pytest

from bot.chain.rpc.same_endpoint import different, fingerprint, place, server


@pytest.mark.parametrize(
    "other",
    [
        "https://node.example/v2/KEY",
        "https://NODE.Example/v2/key",
        "https://node.example:443/v2/key",
        "http://node.example/v2/key",
        "http://node.example:80/v2/key/",
        "https://node.example./v2/key",
        "https://user:word@node.example/v2/key",
    ],
)
def test_one_endpoint_by_another_spelling_is_the_same(other: str) -> None:
    one = "https://node.example/v2/key"
    assert place(one) == place(other)
    assert fingerprint(one) == fingerprint(other)
    assert different([one, other, "https://another.example"]) == {1: one, 3: "https://another.example"}


@pytest.mark.parametrize(
    "other",
    [
        "https://node.example/v2/other",
        "https://node.example:8545/v2/key",
        "https://node.example/v2/key?chain=1",
        "https://eth.node.example/v2/key",
    ],
)
def test_what_may_lead_elsewhere_is_another(other: str) -> None:
    assert place("https://node.example/v2/key") != place(other)


def test_this_machine_has_several_names() -> None:
    assert len({server(f"http://{host}:8545/") for host in ("127.0.0.1", "localhost", "[::1]", "LOCALHOST")}) == 1


def test_a_fingerprint_tells_no_key() -> None:
    assert "key" not in fingerprint("https://node.example/v2/key")
    assert len(fingerprint("https://node.example/v2/key")) == 16
