"""Random lists of strategies over a world: every kind that we have, in and around each other, sane and less so."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.cli.world import CHAIN, DECIMALS, IDS, KINDS, NOBODY, World

Json = dict[str, Any]

ROUND = [0, 1, 2, 10, 100, 1_000, 5_000]
ODD = [0.1, 0.3, 1.7, 2.5, 12.25, 0.000001, 1_234.567]
OPERATIONS = {
    "square-root": 1,
    "cube-root": 1,
    "min": 2,
    "max": 2,
    "multiply": 2,
    "minus": 2,
    "divide": 2,
    "a-if-lt-b": 3,
    "a-if-lte-b": 3,
    "a-if-gt-b": 3,
    "a-if-gte-b": 3,
}
POSITION = {
    "name": "positionOf",
    "type": "function",
    "stateMutability": "view",
    "inputs": [{"name": "kind", "type": "uint256"}, {"name": "holder", "type": "address"}],
    "outputs": [
        {"name": "label", "type": "string"},
        {"name": "staked", "type": "uint256"},
        {"name": "", "type": "int256"},
        {"name": "open", "type": "bool"},
    ],
}


class Drawing:
    """Draws from one generator of random numbers, so that a seed tells all."""

    def __init__(self, rng: Random, world: World) -> None:
        self.rng, self.world = rng, world
        self.drawn: dict[str, int] = {}

    def question(self) -> Json:
        """Draw what one run of the command is asked."""
        strategies = [self.strategy() for _ in range(self.rng.choice([1, 1, 2, 3, 5, 8]))]
        block = self.world.empty if self.rng.random() < 0.02 else self.rng.choice(self.world.blocks)
        return {"strategies": strategies, "addresses": self.addresses(), "block": block}

    def addresses(self) -> list[str]:
        some = self.rng.sample(self.world.wallets, self.rng.choice([1, 3, 8, len(self.world.wallets)]))
        if self.rng.random() < 0.1:
            some.append(NOBODY)
        if self.rng.random() < 0.1:
            some.append(self.rng.choice(some))
        write: list[Callable[[str], str]] = [str, str.lower, lambda text: "0x" + text[2:].upper()]
        some = [self.rng.choice(write)(one) for one in some]
        if self.rng.random() < 0.01:
            some.append(self.world.people[0].swapcase().replace("0X", "0x"))
        return some

    def strategy(self, depth: int = 3, *, outer: bool = True) -> Json:
        if self.rng.random() < 0.004:
            return {"name": "multichain", "network": str(CHAIN), "params": {}}
        nested = depth > 1 and self.rng.random() < 0.45
        name = self.rng.choice(NESTED if nested else LEAVES)
        self.drawn[name] = self.drawn.get(name, 0) + 1
        params = getattr(self, "_" + name.replace("-", "_"), self._token)(*([depth - 1] if nested else []))
        if self.rng.random() < 0.12:
            self.window(params)
        if self.rng.random() < 0.3:
            params["symbol"] = self.rng.choice(["VITA", "votes", ""])
        strategy = {"name": name, "params": params}
        return strategy | ({"network": str(CHAIN)} if outer or self.rng.random() < 0.4 else {})

    def window(self, params: Json) -> None:
        here = self.rng.choice(self.world.blocks)
        params[self.rng.choice(["start", "end"])] = here + self.rng.choice([-1, 0, 0, 1])

    def number(self) -> float | str:
        """A number that is not negative, as a number or as its text."""
        value = self.rng.choice([*ROUND, *ODD, self.rng.randint(0, 10**6), round(self.rng.random() * 1_000, 4)])
        return str(value) if self.rng.random() < 0.1 else value

    def plain(self) -> float:
        """A number that is one: Snapshot hands on what it is given, and joins texts where it means to add."""
        return float(self.number()) if self.rng.random() < 0.5 else int(float(self.number()))

    def token(self) -> tuple[str, int]:
        coin, decimals = self.rng.choice(list(self.world.coins.items()))
        coin = self.rng.choice([coin, coin, self.world.vault]) if self.rng.random() < 0.2 else coin
        return coin, decimals

    def decimals(self, stated: int = 18) -> int | str:
        some: list[int | str] = [stated, stated, stated, self.rng.choice(DECIMALS), str(stated)]
        return self.rng.choice(some)

    def _token(self) -> Json:
        coin, decimals = self.token()
        params = {"address": coin, "decimals": self.decimals(decimals)}
        if self.rng.random() < 0.05:
            del params["decimals"]
        if self.rng.random() < 0.01:
            params["address"] = self.rng.choice([self.world.people[0], self.world.shelf, "0x12"])
        return params

    def _vault(self) -> Json:
        return {"address": self.world.vault, "decimals": self.decimals()}

    _ve_balance_of_at = _erc4626_assets_of = _vault

    def _eth_balance(self) -> Json:
        return self.rng.choice([{}, {"decimals": 18}, {"decimals": 0}, {"decimals": 6}])

    def _erc721(self) -> Json:
        return {"address": self.world.shelf}

    def _erc721_with_multiplier(self) -> Json:
        return self._erc721() | self.rng.choice([{}, {"multiplier": self.number()}])

    def _erc721_with_tokenid(self) -> Json:
        some = self.rng.sample(IDS, self.rng.randint(1, 5))
        some = some + some[:1] if self.rng.random() < 0.3 else some
        return self._erc721() | {"tokenIds": [self.rng.choice([one, str(one)]) for one in some]}

    _erc721_with_tokenid_weighted = _erc721_with_tokenid

    def _erc1155_balance_of(self) -> Json:
        return self._erc721() | {"tokenId": str(self.rng.choice(KINDS)), "decimals": self.decimals(0)}

    def _erc1155_balance_of_ids(self) -> Json:
        some = [str(self.rng.choice(KINDS)) for _ in range(self.rng.randint(1, 4))]
        return self._erc721() | {"ids": some} | self.rng.choice([{}, {"decimals": 0}, {"decimals": 18}])

    def _erc1155_balance_of_ids_weighted(self) -> Json:
        return self._erc1155_balance_of_ids() | self.maybe(weight=self.number())

    def maybe(self, **params: Any) -> Json:
        """Leave parameters out now and then."""
        return {} if self.rng.random() < 0.04 else params

    def _erc20_with_balance(self) -> Json:
        return self._token() | self.rng.choice([{}, {"minBalance": self.number()}])

    _balance_of_with_min = _erc20_with_balance

    def _balance_of_with_max(self) -> Json:
        return self._token() | self.maybe(weight=self.number()) | self.maybe(maxBalance=self.plain())

    def _balance_of_with_thresholds(self) -> Json:
        steps = [{"threshold": self.number(), "votes": self.plain()} for _ in range(self.rng.randint(0, 5))]
        return self._token() | ({"thresholds": steps} if steps or self.rng.random() < 0.5 else {})

    def _erc20_balance_of_weighted(self) -> Json:
        return self._token() | self.maybe(weight=self.number())

    def _erc20_balance_of_coeff(self) -> Json:
        return self._token() | self.maybe(coeff=self.number())

    def _coin(self) -> Json:
        coin, decimals = self.rng.choice(list(self.world.coins.items()))
        return {"address": coin, "decimals": self.decimals(decimals)}

    _erc20_votes = _comp_like_votes = _uni = _erc20_votes_undelegated_balance = _coin

    def _erc20_votes_with_override(self) -> Json:
        params = self._coin() | self.rng.choice([{}, {}, {"getVotesName": "getCurrentVotes"}])
        if self.rng.random() < 0.4:
            params |= {"includeSnapshotDelegations": True, "isSnapshotDelegatedScore": self.rng.random() < 0.5}
        return params

    def _ve_lock(self) -> Json:
        return self._vault() | {
            "maxWeeks": self.rng.choice([52, 104, 208]),
            "weeks": self.rng.choice(["exact", "floored"]),
        }

    def _linear_vesting_power(self) -> Json:
        return {
            "DSSVestAddress": self.world.vault,
            "vestingNetwork": str(CHAIN),
            "decimals": self.decimals(),
        } | self.maybe(cliffDuration=self.rng.choice([0, 86_400, 100 * 86_400]))

    def _contract_call(self) -> Json:
        balance = {
            "name": "balanceOf",
            "type": "function",
            "stateMutability": "view",
            "inputs": [{"name": "account", "type": "address"}],
            "outputs": [{"name": "", "type": "uint256"}],
        }
        change = balance | {"name": "changeOf", "outputs": [{"name": "", "type": "int256"}]}
        vault = {"address": self.world.vault, "decimals": self.decimals()}
        kind = self.rng.choice([0, 1, 2, "1", 2, 3]) if self.rng.random() < 0.5 else 0
        return self.rng.choice(
            [
                self._token() | {"methodABI": balance},
                self._coin() | {"methodABI": balance, "args": ["%{address}"]},
                self._coin() | {"methodABI": balance, "args": [self.rng.choice(self.world.people)]},
                vault | {"methodABI": change},
                vault
                | {
                    "methodABI": POSITION,
                    "args": [kind, "%{address}"],
                    "output": self.rng.choice(["staked", "staked", "2", 2, 1]),
                },
                vault | {"methodABI": balance, "output": self.rng.choice(["", 0, "0", None])},
                vault | {"methodABI": balance, "args": ["%{address}", 1]},
            ]
        )

    def _ticket(self) -> Json:
        return self.rng.choice([{}, {"value": self.plain()}])

    def _whitelist(self) -> Json:
        if self.rng.random() < 0.02:
            return {"url": "https://example.org/list.json"}
        return {"addresses": [self.cased(one) for one in self.rng.sample(self.world.wallets, 6)]}

    def _whitelist_weighted(self) -> Json:
        return {"addresses": {self.cased(one): self.plain() for one in self.rng.sample(self.world.wallets, 6)}}

    def cased(self, address: str) -> str:
        return self.rng.choice([address, address.lower()])

    def _math(self, depth: int) -> Json:
        operation = self.rng.choice(list(OPERATIONS))
        count = OPERATIONS[operation]
        if self.rng.random() < 0.01:
            count += 1
        if operation == "square-root" and self.rng.random() < 0.05:
            return {"operation": operation, "strategy": self.inner(depth)}
        operands = [self._operand(depth, first=not at) for at in range(count)]
        return {"operation": operation, "operands": operands}

    def _operand(self, depth: int, *, first: bool) -> Json:
        if self.rng.random() < (0.15 if first else 0.5):
            value = self.plain() * (-1 if self.rng.random() < 0.1 else 1)
            return {"type": "constant", "value": value if value or self.rng.random() < 0.2 else 3}
        return {"type": "strategy", "strategy": self.inner(depth)}

    def inner(self, depth: int) -> Json:
        return self.strategy(depth, outer=False)

    def some(self, depth: int, most: int) -> list[Json]:
        return [self.inner(depth) for _ in range(self.rng.randint(1, most))]

    def _validation(self, depth: int) -> Json:
        threshold = self.rng.choice([{}, {"validationThreshold": self.plain()}])
        most = 4 if self.rng.random() < 0.04 else 2
        return threshold | {
            "validationStrategies": self.some(depth, most),
            "votingStrategies": self.some(depth, most),
        }

    def _recusal_list(self, depth: int) -> Json:
        addresses = [self.cased(one) for one in self.rng.sample(self.world.wallets, 4)]
        return {"addresses": addresses} | ({"strategy": self.inner(depth)} if self.rng.random() < 0.9 else {})

    def _anti_whale(self, depth: int) -> Json:
        damping = self.rng.choice(
            [
                {},
                {"threshold": 0, "inflectionPoint": -3, "exponent": 2},
                {
                    "threshold": self.rng.choice([1, 10, 1625.5]),
                    "inflectionPoint": self.rng.choice([5, 1_000, 6500]),
                    "exponent": self.rng.choice([0.5, 0.3, 0.75, 1]),
                },
            ]
        )
        return {"strategy": self.inner(depth)} | self.maybe(antiWhale=damping)

    def _space(self) -> Json:
        return self.rng.choice([{}, {}, {"delegationSpace": "vote.example"}, {"delegationSpace": "nobody.eth"}])

    def _delegation(self, depth: int) -> Json:
        return {"strategies": self.some(depth, 2)} | self._space()

    _with_delegation = _delegation

    def _erc20_balance_of_delegation(self) -> Json:
        return self._coin() | self._space()

    _erc20_balance_of_with_delegation = _erc20_balance_of_delegation


NESTED = ("math", "math", "math", "validation", "recusal-list", "anti-whale", "delegation", "with-delegation")
LEAVES = (
    "erc20-balance-of",
    "erc20-votes",
    "comp-like-votes",
    "ve-balance-of-at",
    "eth-balance",
    "erc721",
    "erc721-with-multiplier",
    "erc721-with-tokenid",
    "erc721-with-tokenid-weighted",
    "erc1155-balance-of",
    "erc1155-balance-of-ids",
    "erc1155-balance-of-ids-weighted",
    "erc20-with-balance",
    "balance-of-with-min",
    "balance-of-with-max",
    "balance-of-with-thresholds",
    "erc20-balance-of-weighted",
    "erc20-balance-of-coeff",
    "erc20-balance-of-cv",
    "erc4626-assets-of",
    "erc20-votes-undelegated-balance",
    "erc20-votes-with-override",
    "ve-lock",
    "linear-vesting-power",
    "contract-call",
    "ticket",
    "whitelist",
    "whitelist-weighted",
    "erc20-balance-of-delegation",
    "erc20-balance-of-with-delegation",
)
