"""How much one visitor may ask for, and who counts as one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.web.server.rate_limits import ConcurrencyLimit, TokenBuckets, VisitorNames


class Time:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    time = Time()
    buckets = TokenBuckets(burst=3, per_second=0.5, now=time)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]
    assert buckets.take("b") == 0
    time.now += 1.9
    assert buckets.take("a") == 1
    time.now += 0.2
    assert buckets.take("a") == 0
    assert buckets.take("a") > 0
    time.now += 1_000_000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]


def test_refused_requests_cost_nothing() -> None:
    time = Time()
    buckets = TokenBuckets(burst=4, per_second=1, now=time)
    assert buckets.take("a", 4) == 0
    for _ in range(50):
        assert buckets.take("a", 4) == 4
    time.now += 4
    assert buckets.take("a", 4) == 0


def test_no_more_visitors_are_remembered_than_there_is_room_for() -> None:
    buckets = TokenBuckets(burst=1, per_second=0.001, most=100, now=Time())
    for number in range(5_000):
        buckets.take(str(number))
    assert len(buckets._left) == 100
    assert buckets.take("4999") > 0


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "visitor"),
    [
        ((), "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ((), "127.0.0.1", ["198.51.100.1"], "127.0.0.1"),
        (("127.0.0.1",), "127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        (("127.0.0.1",), "127.0.0.1", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        (("127.0.0.1",), "127.0.0.1", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        (("127.0.0.1", "10.0.0.0/8"), "127.0.0.1", ["1.2.3.4, 198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        (("127.0.0.1",), "127.0.0.1", [], "127.0.0.1"),
        (("127.0.0.1",), "127.0.0.1", ["127.0.0.1"], "127.0.0.1"),
        (("127.0.0.1",), "127.0.0.1", ["nonsense\x00"], "unknown"),
        (("127.0.0.1",), "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ((), None, [], "unknown"),
        ((), "2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ((), "2001:db8:1:2::9", [], "2001:db8:1:2::/64"),
        ((), "::ffff:203.0.113.9", [], "203.0.113.9"),
        (("127.0.0.1",), "::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        (("127.0.0.1",), "::ffff:203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
    ],
)
def test_only_trusted_proxies_are_believed_about_others(
    trusted: Any, peer: str | None, forwarded: Any, visitor: str
) -> None:
    assert VisitorNames(trusted).name(peer, forwarded) == visitor


def test_nobody_has_more_than_their_share_and_what_is_given_back_is_there_again() -> None:
    crowd = ConcurrencyLimit(2)
    assert [crowd.enter("a") for _ in range(3)] == [True, True, False]
    assert crowd.enter("b")
    crowd.leave("a")
    assert [crowd.enter("a") for _ in range(2)] == [True, False]
    for key in "aab":
        crowd.leave(key)
    assert not crowd._here


@pytest.mark.parametrize(
    ("peer", "visitor"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (None, "unknown"),
        ("127.0.0.1", None),
        ("::ffff:127.0.0.1", None),
        ("10.9.9.9", None),
    ],
)
def test_a_trusted_proxy_is_no_visitor(peer: str | None, visitor: str | None) -> None:
    assert VisitorNames(("127.0.0.1", "10.0.0.0/8")).direct(peer) == visitor
