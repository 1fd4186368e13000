"""Each strategy is its definition: exact in its units, unknown where a read failed, refused where it makes no sense."""

from __future__ import annotations

import json
from fractions import Fraction
from math import isqrt

import pytest
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput, PowerUndefined, UnknownStrategy
from bot.domain.power import KINDS, depends_on_voters, networks_of, parse_strategies
from bot.domain.power.exact import cube_root, nearly, power, square_root
from tests.domain.recorded import Recorded, scored

TOKEN, OTHER = "0x" + "7a" * 20, "0x" + "7b" * 20
ANN, BEN, CID = "0x" + "11" * 20, "0x" + "22" * 20, "0x" + "33" * 20
NOW = 1_700_000_000
WEEK = 604_800
ONE = 10**18


def word(value):
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big").hex()


def call(signature, arguments, returned, to=TOKEN):
    data = "0x" + keccak(signature.encode())[:4].hex() + "".join(word(argument) for argument in arguments)
    returned = returned if isinstance(returned, list) else [returned]
    return {"to": to, "data": data, "ret": "0x" + "".join(word(value) for value in returned)}


def held(wallet, amount, to=TOKEN):
    return call("balanceOf(address)", [wallet], amount, to)


def strategy(name="erc20-balance-of", network="1", **params):
    return {"name": name, "network": network, "params": {"address": TOKEN, "decimals": 18} | params}


def parsed(*entries, space=""):
    return parse_strategies(json.dumps(entries), space=space)


def exactly(entry, wallets, calls=(), delegations=(), **options):
    """The exact power of each wallet, None where it is unknown."""
    powers = scored(parsed(entry), wallets, Recorded(calls, delegations), **options)
    return [None if one.total is None else Fraction(one.total, 10**one.scale) for one in powers]


def delegation(delegator, delegate, space="", timestamp=1):
    return {"delegator": delegator, "delegate": delegate, "space": space, "timestamp": timestamp}


# balances and what is made of them


@pytest.mark.parametrize("decimals", [0, 6, 18, 36])
def test_decimals_from_none_to_thirty_six(decimals):
    assert exactly(strategy(decimals=decimals), [ANN], [held(ANN, 10**decimals + 1)]) == [1 + Fraction(1, 10**decimals)]


@pytest.mark.parametrize(("params", "wanted"), [({"minBalance": 2}, [2, 0, 3]), ({}, [2, 1, 3])])
def test_with_min_gives_the_balance_from_the_minimum_on(params, wanted):
    calls = [held(ANN, 2 * ONE), held(BEN, 2 * ONE - 1), held(CID, 3 * ONE)]
    given_ = exactly(strategy("balance-of-with-min", **params), [ANN, BEN, CID], calls)
    assert given_[0] == wanted[0]
    assert given_[1] == (0 if params else 2 - Fraction(1, ONE))


def test_with_balance_is_strictly_more_than_the_minimum():
    calls = [held(ANN, 2 * ONE), held(BEN, 2 * ONE + 1)]
    assert exactly(strategy("erc20-with-balance", minBalance=2), [ANN, BEN], calls) == [0, 1]


def test_weights_are_the_decimal_text_of_the_number():
    assert exactly(strategy("erc20-balance-of-weighted", weight=0.1), [ANN], [held(ANN, 3)]) == [Fraction(3, 10**19)]
    assert exactly(strategy("erc20-balance-of-coeff", coeff="0.3"), [ANN], [held(ANN, 3)]) == [Fraction(9, 10**19)]


def test_with_max_is_capped_after_the_weight():
    calls = [held(ANN, 2 * ONE), held(BEN, 3 * ONE)]
    assert exactly(strategy("balance-of-with-max", weight=2, maxBalance=4.5), [ANN, BEN], calls) == [4, 4.5]
    assert exactly(strategy("balance-of-with-max", maxBalance=2.5), [ANN, BEN], calls) == [2, 2.5]


def test_the_highest_threshold_reached_counts_in_any_order():
    steps = [{"threshold": 10, "votes": 2.5}, {"threshold": 1, "votes": 1}, {"threshold": 100, "votes": 9}]
    calls = [held(ANN, 10 * ONE), held(BEN, 10 * ONE - 1), held(CID, ONE - 1)]
    assert exactly(strategy("balance-of-with-thresholds", thresholds=steps), [ANN, BEN, CID], calls) == [2.5, 1, 0]
    assert exactly(strategy("balance-of-with-thresholds"), [ANN, CID], calls) == [1, 0]


@given(st.integers(0, 2**256 - 1), st.sampled_from([0, 6, 18, 36]))
def test_the_root_of_a_balance_is_the_greatest_whose_square_is_not_more(amount, decimals):
    (root,) = exactly(strategy("erc20-balance-of-cv", decimals=decimals), [ANN], [held(ANN, amount)])
    finest = max(18, -(-decimals // 2) + 10)
    assert root**2 <= Fraction(amount, 10**decimals) < (root + Fraction(1, 10**finest)) ** 2


@pytest.mark.parametrize(("multiplier", "wanted"), [(0.5, 1.5), (0, 3), (None, 3), (2, 6)])
def test_a_multiplier_of_nothing_is_one(multiplier, wanted):
    assert exactly(strategy("erc721-with-multiplier", multiplier=multiplier), [ANN], [held(ANN, 3)]) == [wanted]


# tokens by id


def test_a_burned_id_belongs_to_nobody_and_stops_nothing():
    entry = strategy("erc721-with-tokenid", tokenIds=["1", 2, 3])
    calls = [call("ownerOf(uint256)", [1], ANN), call("ownerOf(uint256)", [3], ANN)]
    assert exactly(entry, [ANN, BEN], calls) == [1, 0]
    assert exactly(entry | {"name": "erc721-with-tokenid-weighted"}, [ANN, BEN], calls) == [2, 0]
    assert exactly(entry, [ANN, BEN], []) == [None, None], "if no id answers, more may be wrong"


def test_a_batch_of_ids_is_summed_exactly():
    signature, huge = "balanceOfBatch(address[],uint256[])", 2**60 + 1
    asked = [64, 160, 2, ANN, ANN, 2, 7, 9]
    calls = [call(signature, asked, [32, 2, huge, 5])]
    params = {"ids": ["7", 9], "decimals": 0}
    assert exactly(strategy("erc1155-balance-of-ids", **params), [ANN, BEN], calls) == [huge + 5, None]
    weighted = strategy("erc1155-balance-of-ids-weighted", weight=0.5, **params)
    assert exactly(weighted, [ANN], calls) == [Fraction(huge + 5, 2)]
    short = [call(signature, asked, [32, 1, 5, 5])]
    assert exactly(strategy("erc1155-balance-of-ids", **params), [ANN], short) == [None]


# locks, vaults, vesting


@pytest.mark.parametrize(
    ("seconds", "exact", "floored"),
    [
        (104 * WEEK, 1_000, 1_000),
        (52 * WEEK, 500, 500),
        (26 * WEEK, 250, 250),
        (2 * WEEK, Fraction(2_000, 104), Fraction(2_000, 104)),
        (40 * 86_400, Fraction(40 * 86_400 * 1_000, 104 * WEEK), Fraction(5_000, 104)),
        (0, 0, 0),
        (-5, 0, 0),
        (300 * WEEK, 1_000, 1_000),
    ],
)
def test_a_lock_counts_by_the_weeks_that_are_left(seconds, exact, floored):
    calls = [call("locked(address)", [ANN], [1_000 * ONE, NOW + seconds])]
    for weeks, wanted in (("exact", exact), ("floored", floored)):
        (amount,) = exactly(strategy("ve-lock", weeks=weeks), [ANN], calls)
        assert 0 <= wanted - amount < Fraction(1, ONE), "to the last unit, rounded down"


def test_the_getter_of_a_lock_and_its_words_may_be_named():
    calls = [call("lockOf(address)", [ANN], [7, NOW + WEEK, 8 * ONE])]
    params = {"method": "lockOf", "amountWord": 2, "maxWeeks": 4}
    assert exactly(strategy("ve-lock", **params), [ANN], calls) == [2]
    assert exactly(strategy("ve-lock", **params | {"endWord": 3}), [ANN], calls) == [None]


def test_shares_of_a_vault_count_as_assets():
    calls = [held(ANN, 5), held(BEN, 0), call("convertToAssets(uint256)", [5], 7)]
    calls.append(call("convertToAssets(uint256)", [0], 0))
    assert exactly(strategy("erc4626-assets-of", decimals=0), [ANN, CID, BEN], calls) == [7, None, 0]


def award(number, owner, total, accrued, begin, end):
    names = {"usr": owner, "tot": total, "accrued": accrued, "bgn": begin, "fin": end}
    return [call(f"{name}(uint256)", [number], value) for name, value in names.items()]


def test_awards_vest_in_line_from_the_cliff_on_and_add_up():
    calls = [
        call("ids()", [], 3),
        *award(1, ANN, 1_000, 200, NOW - 50, NOW + 50),
        *award(2, BEN, 77, 0, NOW + 10, NOW + 20),
        *award(3, ANN, 30, 0, NOW - 200, NOW - 100),
    ]
    entry = {"name": "linear-vesting-power", "network": "1", "params": {"DSSVestAddress": TOKEN, "decimals": 0}}
    assert exactly(entry, [ANN, BEN, CID], calls) == [430, 0, 0]
    entry["params"]["cliffDuration"] = 60
    assert exactly(entry, [ANN, BEN], calls) == [800 * 110 // 160 + 30, 77 * 50 // 70]
    assert exactly(entry, [ANN, BEN], calls[:-1]) == [None, 55]
    assert exactly(entry, [ANN], calls[1:]) == [None]


# contract-call

STAKE = {
    "name": "stakeOf",
    "inputs": [{"type": "uint8"}, {"type": "address"}],
    "outputs": [
        {"name": "pair", "type": "tuple", "components": [{"type": "uint256"}, {"type": "bool"}]},
        {"name": "list", "type": "uint256[]"},
        {"name": "delta", "type": "int128"},
    ],
}


def test_a_named_output_is_found_behind_structs_and_lists():
    calls = [call("stakeOf(uint8,address)", [3, ANN], [1, 1, 128, 2**256 - 5, 0])]
    calls.append(call("stakeOf(uint8,address)", [3, BEN], [1, 1, 128, 5, 0]))
    entry = strategy("contract-call", methodABI=STAKE, args=[3, "%{address}"], output="delta", decimals=0)
    assert exactly(entry, [ANN, BEN, CID], calls) == [0, 5, None], "less than nothing counts as nothing"


def test_the_wallet_may_stand_inside_text_and_numbers():
    abi = {"name": "of", "inputs": [{"type": "uint256"}], "outputs": [{"type": "uint256"}]}
    entry = strategy("contract-call", methodABI=abi, decimals=0)
    assert exactly(entry, [ANN], [call("of(uint256)", [ANN], 4)]) == [4]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"args": []}, "args do not fit"),
        ({"args": [300, "%{address}"]}, "args do not fit"),
        ({"output": None}, "output is missing"),
        ({"output": "nothing"}, "is not among"),
        ({"output": "list"}, "is not a number"),
        ({"methodABI": "function f()"}, "methodABI is missing"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_when_it_is_configured(change, says):
    params = {"methodABI": STAKE, "args": [3, "%{address}"], "output": "delta"} | change
    with pytest.raises(InvalidInput, match=says):
        parsed(strategy("contract-call", **params))


# math


def constant(value):
    return {"type": "constant", "value": value}


def operand(to=TOKEN, network=None):
    inner = {"name": "erc20-balance-of", "params": {"address": to, "decimals": 18}}
    return {"type": "strategy", "strategy": inner | ({"network": network} if network else {})}


def math(operation, *operands):
    return {"name": "math", "network": "1", "params": {"operation": operation, "operands": list(operands)}}


@pytest.mark.parametrize(
    ("operation", "operands", "wanted"),
    [
        ("min", [4], 4),
        ("max", [4], 9),
        ("multiply", [0.1], Fraction(9, 10)),
        ("multiply", [-1], 0),
        ("minus", [2.5], Fraction(13, 2)),
        ("minus", [10], 0),
        ("divide", [4], Fraction(9, 4)),
        ("divide", [9], 1),
        ("square-root", [], 3),
        ("a-if-lt-b", [7, 9], 9),
        ("a-if-lte-b", [7, 9], 7),
        ("a-if-gt-b", [7, 8], 7),
        ("a-if-gte-b", [7, 9], 7),
        ("a-if-gte-b", [7, 10], 9),
    ],
)
def test_each_operation_is_exact(operation, operands, wanted):
    entry = math(operation, operand(), *map(constant, operands))
    assert exactly(entry, [ANN], [held(ANN, 9 * ONE)]) == [wanted]


def test_roots_of_cubes_and_squares_come_out_whole():
    assert exactly(math("cube-root", operand()), [ANN], [held(ANN, 27 * ONE)]) == [3]
    assert exactly(math("cube-root", constant(-8)), [ANN]) == [0]
    assert exactly(math("square-root", constant(-4)), [ANN]) == [0]


@given(st.fractions(0, 10**30, max_denominator=10**18), st.integers(0, 30))
def test_roots_are_rounded_down_to_the_last_place(value, decimals):
    square, cube = (Fraction(root(value, decimals), 10**decimals) for root in (square_root, cube_root))
    step = Fraction(1, 10**decimals)
    assert square**2 <= value < (square + step) ** 2
    assert cube**3 <= value < (cube + step) ** 3


@given(st.integers(0, 10**12), st.sampled_from([2, 4, 5]))
def test_powers_that_are_whole_come_out_whole(root, degree):
    if root:
        assert nearly(power(Fraction(root**degree), Fraction(1, degree)), 18) == root * 10**18
        assert nearly(power(Fraction(root**2), Fraction(1, 2)), 0) == isqrt(root**2)


def test_a_division_by_zero_is_refused_with_the_wallet():
    with pytest.raises(PowerUndefined) as refused:
        exactly(math("divide", constant(1), operand()), [BEN, ANN], [held(ANN, 0), held(BEN, 1)])
    assert (refused.value.strategy, refused.value.address) == ("math", ANN)


def test_what_is_unknown_inside_is_unknown_outside():
    calls = [held(ANN, ONE), held(BEN, 2 * ONE), held(ANN, ONE, OTHER)]
    assert exactly(math("max", operand(), operand(OTHER)), [ANN, BEN], calls) == [1, None]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (math("min", constant(1)), "are 1: give 2 for min"),
        (math("modulo", constant(1)), "is not known"),
        (math("min", constant("x"), constant(1)), "is not a number"),
        (math("min", {"type": "oracle"}, constant(1)), "neither a strategy nor a constant"),
        (math("min", {"type": "strategy", "strategy": {"name": 5}}, constant(1)), "has no name"),
    ],
)
def test_operands_that_make_no_sense_are_refused(entry, says):
    with pytest.raises(InvalidInput, match=says):
        parsed(entry)


# gates


def test_validation_lets_pass_who_has_the_threshold_in_one_of_them():
    listed = {"name": "whitelist", "params": {"addresses": [ANN]}}
    entry = {
        "name": "validation",
        "network": "1",
        "params": {
            "validationThreshold": 1,
            "validationStrategies": [listed, strategy(to=OTHER, address=OTHER)],
            "votingStrategies": [strategy(), {"name": "ticket", "params": {}}],
        },
    }
    calls = [held(ANN, 5 * ONE), held(BEN, 6 * ONE), held(CID, ONE)]
    gate = [held(ANN, 0, OTHER), held(BEN, ONE, OTHER), held(CID, ONE - 1, OTHER)]
    assert exactly(entry, [ANN, BEN, CID], calls + gate) == [6, 7, 0]
    assert exactly(entry, [ANN, CID], calls + gate[:1]) == [6, None], "who is let in by one needs no other"


def test_the_recused_have_nothing():
    entry = {"name": "recusal-list", "network": "1", "params": {"addresses": [ANN.upper().replace("0X", "0x")]}}
    assert exactly(entry, [ANN, BEN]) == [0, 1]
    entry["params"]["strategy"] = strategy()
    assert exactly(entry, [ANN, BEN], [held(BEN, 7)]) == [0, Fraction(7, ONE)]


def test_a_whale_is_damped_above_the_threshold_and_all_in_proportion_below_it():
    entry = {"name": "anti-whale", "network": "1", "params": {"strategy": strategy(decimals=0)}}
    entry["params"]["antiWhale"] = {"threshold": 100, "inflectionPoint": 400, "exponent": 0.5}
    calls = [held(ANN, 1_600), held(BEN, 100), held(CID, 50)]
    assert exactly(entry, [ANN, BEN, CID], calls) == [800, 200, 100]
    entry["params"]["antiWhale"]["exponent"] = 7
    assert exactly(entry, [ANN, BEN, CID], calls) == [1_600, 100, 50]


# lists


def test_lists_hold_whatever_the_letters_case():
    entry = {"name": "whitelist", "network": "1", "params": {"addresses": [ANN]}}
    assert exactly(entry, [ANN, BEN]) == [1, 0]
    weights = {"name": "whitelist-weighted", "network": "1", "params": {"addresses": {ANN: 0.25, BEN: 3}}}
    assert exactly(weights, [ANN, BEN, CID]) == [Fraction(1, 4), 3, 0]


@pytest.mark.parametrize(("value", "wanted"), [(None, 1), (0, 1), (0.5, Fraction(1, 2)), (3, 3)])
def test_a_ticket_of_nothing_is_one(value, wanted):
    assert exactly({"name": "ticket", "network": "1", "params": {"value": value}}, [ANN]) == [wanted]


def test_a_list_behind_an_address_of_the_web_is_refused():
    with pytest.raises(InvalidInput, match="may change during a vote"):
        parsed({"name": "whitelist", "params": {"url": "https://lists.example/one"}})


# the window of blocks


@pytest.mark.parametrize(
    ("window", "wanted"),
    [({"start": 101}, 0), ({"start": 100}, 5), ({"end": 99}, 0), ({"end": 100}, 5), ({"start": "101", "end": 200}, 0)],
)
def test_outside_its_window_a_strategy_gives_nothing_and_asks_nothing(window, wanted):
    chain = Recorded([held(ANN, 5 * ONE)])
    (one,) = scored(parsed(strategy(**window)), [ANN], chain, number=100)
    assert one.total == wanted * ONE
    assert bool(chain.asked) == bool(wanted)
    nested = {"name": "recusal-list", "network": "1", "params": {"addresses": [], "strategy": strategy(**window)}}
    assert exactly(nested, [ANN], [held(ANN, 5 * ONE)], number=100) == [wanted]


# delegation


def taking(name="erc20-balance-of-delegation", **params):
    return strategy(name, **params)


def test_a_delegators_own_ballot_takes_the_power_back():
    calls, to_ann = [held(BEN, 5 * ONE), held(CID, 2 * ONE)], [delegation(BEN, ANN), delegation(CID, ANN)]
    assert exactly(taking(), [ANN], calls, to_ann) == [7]
    assert exactly(taking(), [ANN, BEN], calls, to_ann) == [2, 0]
    assert exactly(taking(), [ANN], calls, to_ann, voters=[BEN]) == [2], "also where only the delegate is asked"


def test_a_cycle_counts_each_once():
    calls, both = [held(ANN, ONE), held(BEN, 2 * ONE)], [delegation(ANN, BEN), delegation(BEN, ANN)]
    assert exactly(taking("erc20-balance-of-with-delegation"), [ANN, BEN], calls, both) == [2, 1]
    assert exactly(taking(), [ANN, BEN], calls, both) == [0, 0]


@given(
    tokens=st.lists(st.integers(0, 9), min_size=6, max_size=6),
    to=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    voting=st.lists(st.integers(0, 5), unique=True, min_size=1),
)
def test_no_token_ever_counts_twice(tokens, to, voting):
    people = [f"0x{number + 1:040x}" for number in range(6)]
    calls = [held(person, amount * ONE) for person, amount in zip(people, tokens, strict=True)]
    given_ = [delegation(people[giver], people[taker]) for giver, taker in enumerate(to) if giver != taker]
    voters = [people[number] for number in voting]
    together = parsed(strategy(), taking())
    powers = scored(together, voters, Recorded(calls, given_))
    reachable = {number for number in range(6) if number in voting or to[number] in voting}
    assert sum(power.total for power in powers) == sum(tokens[number] for number in reachable) * ONE
    (alone,) = parsed(taking("erc20-balance-of-with-delegation"))
    assert sum(power.total for power in scored([alone], people, Recorded(calls, given_))) == sum(tokens) * ONE


def test_one_delegator_who_cannot_be_read_makes_his_delegate_unknown_and_nobody_else():
    calls, to = [held(CID, ONE)], [delegation(BEN, ANN), delegation(CID, TOKEN)]
    assert exactly(taking(), [ANN, TOKEN], calls, to) == [None, 1]


def test_the_space_must_be_known_or_left_out_on_purpose():
    with pytest.raises(InvalidInput, match="delegationSpace is missing"):
        parse_strategies(json.dumps([taking()]))
    (named,) = parse_strategies(json.dumps({"id": "vote.example.eth", "strategies": [taking()]}))
    assert named.params["delegationSpace"] == "vote.example.eth"
    (everywhere,) = parse_strategies(json.dumps([taking(delegationSpace="")]))
    chain = Recorded([held(BEN, ONE)], [delegation(BEN, ANN, "vote.example.eth")])
    assert scored([everywhere], [ANN], chain)[0].total == 0
    assert scored([named], [ANN], chain)[0].total == ONE


def test_the_registry_of_another_chain_may_count():
    (one,) = parsed(taking(delegationNetwork="10"))
    chain = Recorded([held(BEN, ONE)], [delegation(BEN, ANN)])
    assert scored([one], [ANN], chain)[0].total == ONE
    assert [read.chain for read in chain.asked] == [10, 1]


def override(*rows, voters, **params):
    calls = []
    for wallet, votes, balance, to in rows:
        calls += [
            call("getVotes(address)", [wallet], votes),
            held(wallet, balance),
            call("delegates(address)", [wallet], to),
        ]
    return exactly(strategy("erc20-votes-with-override", decimals=0, **params), voters, calls)


def test_with_override_the_delegates_votes_lose_what_delegators_who_vote_hold():
    rows = [(ANN, 30, 10, ANN), (BEN, 0, 20, ANN), (CID, 5, 7, "0x0")]
    assert override(*rows, voters=[ANN]) == [30]
    assert override(*rows, voters=[ANN, BEN, CID]) == [10, 20, 5]
    assert override(*rows[:1], (BEN, 0, 40, ANN), voters=[ANN, BEN]) == [0, 40], "never less than nothing"
    assert override(*rows[:1], voters=[ANN, BEN]) == [None, None], "who delegates to whom must be known"


def test_with_override_other_names_may_be_given():
    calls = [call("votesOf(address)", [ANN], 4), held(ANN, 1), call("delegates(address)", [ANN], ANN)]
    assert exactly(strategy("erc20-votes-with-override", decimals=0, getVotesName="votesOf"), [ANN], calls) == [4]
    with pytest.raises(InvalidInput, match="not the name of a function"):
        parsed(strategy("erc20-votes-with-override", getVotesName="f(address)"))


def test_with_override_delegators_of_the_registry_may_count_too():
    rows = [(ANN, 30, 10, ANN), (BEN, 0, 20, ANN), (CID, 5, 7, CID)]
    calls = [
        one
        for wallet, votes, balance, to in rows
        for one in (
            call("getVotes(address)", [wallet], votes),
            held(wallet, balance),
            call("delegates(address)", [wallet], to),
        )
    ]
    to_cid = [delegation(BEN, CID)]
    entry = strategy("erc20-votes-with-override", decimals=0, includeSnapshotDelegations=True)
    assert exactly(entry, [ANN, CID], calls, to_cid) == [10, 5], "Ben, through Cid, counts as voting"
    entry["params"]["isSnapshotDelegatedScore"] = True
    assert exactly(entry, [ANN, CID], calls, to_cid) == [0, 20]


# what holds for all


def test_chains_are_found_wherever_they_are_named():
    nested = math("max", operand(network="10"), operand())
    vesting = {
        "name": "linear-vesting-power",
        "network": "1",
        "params": {"DSSVestAddress": TOKEN, "vestingNetwork": "5"},
    }
    assert networks_of(parsed(nested, taking(delegationNetwork=100), vesting)) == (1, 10, 100, 5)


def test_only_those_depend_on_voters_that_do():
    dependent = {name for name, kind in KINDS.items() if kind.by_voters}
    assert dependent == {"delegation", "erc20-balance-of-delegation", "erc20-votes-with-override"}
    assert depends_on_voters(parsed({"name": "recusal-list", "params": {"addresses": [], "strategy": taking()}})[0])
    assert not depends_on_voters(parsed(taking("erc20-balance-of-with-delegation"))[0])


def test_an_inner_strategy_that_is_not_supported_is_refused_by_name():
    with pytest.raises(UnknownStrategy) as refused:
        parsed({"name": "with-delegation", "params": {"strategies": [strategy("api")]}})
    assert refused.value.name == "api"


def test_strategies_do_not_nest_without_end():
    entry = strategy()
    for _ in range(6):
        entry = {"name": "recusal-list", "params": {"addresses": [], "strategy": entry}}
    with pytest.raises(InvalidInput, match="nests too deep"):
        parsed(entry)
    with pytest.raises(InvalidInput, match="nests too deep"):
        parse_strategies("[" * 100_000)


def test_parameters_in_canonical_form_are_read_back_as_they_are():
    entries = [
        math("divide", operand(), constant(0.5)),
        taking(delegationSpace=""),
        strategy("contract-call", methodABI=STAKE, args=[3, "%{address}"], output="delta"),
        strategy("balance-of-with-thresholds", thresholds=[{"threshold": "1.5", "votes": 2}]),
        strategy("erc1155-balance-of-ids", ids=[1, "2"]),
        strategy(start=5, end="9"),
    ]
    strategies = parsed(*entries)
    assert parse_strategies(json.dumps([one.to_json() for one in strategies])) == strategies


def test_a_wallet_asked_for_twice_is_scored_once_and_answered_twice():
    calls, to = [held(ANN, ONE)], []
    assert exactly(taking("erc20-balance-of-with-delegation"), [ANN, ANN], calls, to) == [1, 1]


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1, True, "one", "1/3", 1e-40, 10**80])
def test_numbers_that_cannot_be_used_are_refused(weight):
    with pytest.raises(InvalidInput, match="is not a number that can be used"):
        parsed(strategy("erc20-balance-of-weighted", weight=weight))
