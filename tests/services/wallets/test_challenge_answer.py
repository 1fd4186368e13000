"""Wallets that are contracts are linked by what they say on the challenge's chain; the chains here are real EVMs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak
from pydantic import SecretStr

from bot.app.composition import App
from bot.chain.chain_reader import ChainReader
from bot.chain.rpc.network import Network
from bot.demo.chain.embedded_evm import Evm
from bot.domain.shared.errors import ChainFault, ChainUnavailable, ChallengeUnusable, SignatureRejected
from bot.domain.shared.types import Address, Block, ChainId, MemberId, Timestamp
from bot.domain.wallets.erc6492_signature import SUFFIX
from bot.domain.wallets.signature_claim import Claim, Invalid, Unknown, Valid, Verdict, personal_digest
from bot.domain.wallets.signature_claim import Kind as Proof
from bot.domain.wallets.signature_flaw import Flaw
from bot.domain.wallets.wallet import Challenge, Kind, Wallet, challenge_text
from bot.services.wallets.signature_check import proved
from bot.settings import Settings, StorageSettings
from tests.builders import AUTHOR, GUILD, VOTER
from tests.chain.nodes import OWNER, Node, Patience, failing
from tests.chain.signatures.wallet_contracts import KEY, STRANGER, Town, address, by, creation, wrapped
from tests.fakes import FakeChain, FakeClock
from tests.refusals import refused

ONE, TWO = ChainId(1), ChainId(2)


@dataclass
class Place:
    app: App
    clock: FakeClock
    town: Town
    nodes: dict[ChainId, Node]

    async def asked(self, wallet: Address, chain: ChainId | None = ONE, member: MemberId = VOTER) -> Challenge:
        return await self.app.wallets.challenge(
            GUILD, member, wallet, chain=chain, guild_name="G", member_name="Ann\nChain ID: 2"
        )

    async def answer(self, challenge: Challenge, signature: bytes) -> Wallet:
        return await self.app.wallets.confirm(
            challenge.guild, challenge.member, challenge.nonce, "0x" + signature.hex()
        )

    async def refused(self, challenge: Challenge, signature: bytes) -> SignatureRejected:
        with pytest.raises(SignatureRejected) as caught:
            await self.answer(challenge, signature)
        assert caught.value.expected == challenge.address
        return caught.value


def signed(challenge: Challenge, key: LocalAccount = KEY) -> bytes:
    return bytes(key.sign_message(encode_defunct(text=challenge.text)).signature)


@pytest.fixture
async def place(database: str) -> AsyncIterator[Place]:
    evms = {chain: Evm(chain_id=chain) for chain in (ONE, TWO)}

    async def deploy(code: bytes) -> Address:
        created = evms[ONE].send_raw(evms[ONE].sign(OWNER, None, code)).created
        assert created is not None
        return created

    town = await Town(ONE).build(deploy)
    nodes = {chain: Node(evm) for chain, evm in evms.items()}
    urls = {f"https://node-{chain}.example": nodes[chain] for chain in nodes}
    networks = {
        chain: Network(id=chain, name=name, rpc_urls=(url,))
        for (chain, name), url in zip({ONE: "Ethereum", TWO: "Base"}.items(), urls, strict=True)
    }
    clock = FakeClock()
    reader = ChainReader(networks, urls.__getitem__, sleep=Patience())
    settings = Settings(storage=StorageSettings(url=SecretStr(database)))
    async with App.open(settings, clock=clock, chain=reader) as app:
        yield Place(app=app, clock=clock, town=town, nodes=nodes)


async def test_a_contract_wallet_is_linked_by_its_own_word(place: Place) -> None:
    asked = await place.asked(place.town.owned)
    wallet = await place.answer(asked, signed(asked))
    assert (wallet.address, wallet.kind) == (place.town.owned, Kind.CONTRACT)
    assert await place.app.wallets.of(GUILD, VOTER) == [wallet]


async def test_a_wallet_that_is_not_deployed_yet_is_linked_too(place: Place) -> None:
    town = place.town
    asked = await place.asked(town.future(1))
    inner = by(KEY, personal_digest(asked.text))
    wallet = await place.answer(asked, wrapped(town.factory, town.making("make", 1), inner))
    assert (wallet.address, wallet.kind) == (town.future(1), Kind.CONTRACT)


async def test_an_account_is_linked_while_no_chain_can_be_read(place: Place) -> None:
    for node in place.nodes.values():
        node.spoil = failing(None)
    asked = await place.asked(address(KEY))
    assert (await place.answer(asked, signed(asked))).kind is Kind.ACCOUNT


async def test_while_its_chain_cannot_be_read_a_contract_s_challenge_stays_open(place: Place) -> None:
    asked = await place.asked(place.town.owned)
    place.nodes[ONE].spoil = failing(None)
    with pytest.raises(ChainUnavailable) as caught:
        await place.answer(asked, signed(asked))
    assert (caught.value.chain, caught.value.fault) == (ONE, ChainFault.UNREACHABLE)
    place.nodes[ONE].spoil = None
    assert (await place.answer(asked, signed(asked))).address == place.town.owned


async def test_a_contract_on_another_chain_than_the_challenge_s_is_refused_and_named(place: Place) -> None:
    asked = await place.asked(place.town.owned, chain=TWO)
    error = await place.refused(asked, signed(asked))
    assert (error.flaw, error.asked, error.elsewhere) == (Flaw.OTHER_SIGNER, "Base", ("Ethereum",))
    error = await place.refused(asked, SUFFIX)
    assert (error.flaw, error.elsewhere) == (Flaw.WRAPPER, ()), "nobody was asked"
    error = await place.refused(asked, b"\1" * 130)
    assert (error.flaw, error.asked, error.elsewhere) == (Flaw.MALFORMED, "Base", ("Ethereum",))


async def test_the_same_address_on_two_chains_is_asked_on_the_challenge_s_alone(place: Place) -> None:
    evm = place.nodes[TWO].rpc.evm
    while (made := evm.send_raw(evm.sign(OWNER, None, creation("OpenWallet"))).created) != place.town.owned:
        assert made is not None
    asked = await place.asked(place.town.owned, chain=TWO)
    error = await place.refused(asked, signed(asked))
    assert (error.flaw, error.asked, error.elsewhere) == (Flaw.REFUSED, "Base", ())


async def test_who_controls_an_address_on_one_chain_is_not_taken_for_who_does_on_another(place: Place) -> None:
    """The victim's wallet stands on Ethereum; a stranger's stands at the same address on Base."""
    evm, sender = place.nodes[TWO].rpc.evm, OWNER
    theirs = creation("OwnedWallet", ("address", STRANGER.address))
    while (made := evm.send_raw(evm.sign(sender, None, theirs)).created) != place.town.owned:
        assert made is not None
    asked = await place.asked(place.town.owned, chain=TWO)
    error = await place.refused(asked, signed(asked, STRANGER))
    assert (error.flaw, error.asked, error.elsewhere) == (Flaw.DISPUTED, "Base", ("Ethereum",))
    place.nodes[ONE].spoil = failing(None)
    with pytest.raises(ChainUnavailable):
        await place.answer(asked, signed(asked, STRANGER))
    assert await place.app.wallets.of(GUILD, VOTER) == []


async def test_a_contract_with_the_same_owner_on_two_chains_is_linked(place: Place) -> None:
    evm = place.nodes[TWO].rpc.evm
    while evm.send_raw(evm.sign(OWNER, None, creation("OwnedWallet", ("address", KEY.address)))).created != (
        place.town.owned
    ):
        pass
    asked = await place.asked(place.town.owned)
    assert (await place.answer(asked, signed(asked))).kind is Kind.CONTRACT


CREATOR = bytes.fromhex(f"7f{'ff' * 31}e03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3")
"""Creates what follows a salt (CREATE2); it stands at the same address wherever it is deployed alike."""
OF_ONE = bytes.fromhex("601580600b6000396000f3" + "4660011463" + "1626ba7e" + "60e01b02" + "600052" + "60206000f3")
"""Creates a wallet that says yes on chain 1 and no elsewhere: its yes is bound to a chain, as a Safe's is."""


async def test_a_wallet_that_is_not_deployed_is_linked_though_its_factory_stands_on_every_chain(place: Place) -> None:
    """A factory makes the wallet on the chain that was named alone; elsewhere nothing stands that could say no."""
    size = bytes([len(CREATOR)])
    deploying = b"\x60" + size + b"\x80\x60\x0b\x60\0\x39\x60\0\xf3" + CREATOR
    one, two = (place.nodes[chain].rpc.evm for chain in (ONE, TWO))
    factory = one.send_raw(one.sign(OWNER, None, deploying)).created
    while two.send_raw(two.sign(OWNER, None, deploying)).created != factory:
        pass
    making = bytes(32) + OF_ONE
    assert factory is not None
    wallet = Address("0x" + keccak(b"\xff" + bytes.fromhex(factory[2:]) + bytes(32) + keccak(OF_ONE))[12:].hex())
    asked = await place.asked(wallet)
    linked = await place.answer(asked, wrapped(factory, making, b"please"))
    assert (linked.address, linked.kind, linked.chain) == (wallet, Kind.CONTRACT, ONE)
    again = await place.asked(wallet, member=AUTHOR)
    two.send_raw(two.sign(OWNER, factory, making))
    error = await place.refused(again, wrapped(factory, making, b"please"))
    assert (error.flaw, error.asked, error.elsewhere) == (Flaw.DISPUTED, "Ethereum", ("Base",)), "one stands there now"


class Saying(FakeChain):
    """Two chains that say of every claim what they are told to."""

    def __init__(self, *said: Verdict) -> None:
        super().__init__()
        self.said = dict(zip((ONE, TWO), said, strict=True))
        self.claims: list[Claim] = []

    def chains(self) -> Mapping[ChainId, str]:
        return {ONE: "Ethereum", TWO: "Base"}

    async def signed(
        self, claims: Sequence[Claim], at: Mapping[ChainId, Block] | None = None, *, before: Timestamp | None = None
    ) -> list[Verdict]:
        self.claims += claims
        return [self.said[claim.chain] for claim in claims]


DELEGATED = Valid(kind=Proof.DELEGATED)
ALIKE = Claim(chain=ONE, address=address(KEY), digest=bytes(32), signature=b"a stranger's")


@pytest.mark.parametrize("there", [Invalid(flaw=flaw) for flaw in (Flaw.OTHER_SIGNER, Flaw.REFUSED, Flaw.DELEGATED)])
async def test_code_speaks_for_an_account_only_if_it_does_on_every_chain(there: Invalid) -> None:
    """Where an account has no code, or other code, a stranger's signature is not its own."""
    with pytest.raises(SignatureRejected) as caught:
        await proved(Saying(DELEGATED, there), ALIKE)
    assert (caught.value.flaw, caught.value.asked, caught.value.elsewhere) == (Flaw.DELEGATED, "Ethereum", ("Base",))
    assert await proved(Saying(DELEGATED, DELEGATED), ALIKE) == DELEGATED
    unread = Unknown(chain=TWO, fault=ChainFault.UNREACHABLE, detail="")
    with pytest.raises(ChainUnavailable):
        await proved(Saying(DELEGATED, unread), ALIKE)


async def test_the_key_of_an_account_is_enough_whatever_its_code_says() -> None:
    own = Valid(kind=Proof.ACCOUNT)
    assert await proved(chain := Saying(own, Invalid(flaw=Flaw.REFUSED)), ALIKE) == own
    assert chain.claims == [ALIKE]


async def test_a_signature_proves_its_own_challenge_and_wallet_alone(place: Place) -> None:
    town = place.town
    asked, another = await place.asked(town.owned), await place.asked(town.owned, member=AUTHOR)
    assert (await place.refused(another, signed(asked))).flaw is Flaw.REFUSED
    assert (await place.refused(asked, signed(asked, STRANGER))).flaw is Flaw.REFUSED
    account = await place.asked(address(KEY))
    error = await place.refused(account, signed(account, STRANGER))
    assert (error.flaw, error.signer, error.elsewhere) == (Flaw.OTHER_SIGNER, address(STRANGER), ())
    await place.answer(asked, signed(asked))
    with pytest.raises(ChallengeUnusable):
        await place.answer(asked, signed(asked))


async def test_a_contract_that_says_yes_to_all_proves_itself_alone(place: Place) -> None:
    yes = place.town.odd[0]
    asked = await place.asked(yes)
    assert (await place.answer(asked, b"please")).address == yes
    victim = await place.asked(Account.from_key("0x" + "77" * 32).address, member=AUTHOR)
    assert (await place.refused(victim, b"please")).flaw is Flaw.MALFORMED
    owned = await place.asked(place.town.owned, member=AUTHOR)
    assert (await place.refused(owned, b"please")).flaw is Flaw.REFUSED


async def test_the_chain_before_an_address_is_the_one_that_the_text_names_if_it_is_read_here(place: Place) -> None:
    for written, chain in ((f"eip155:2:{place.town.owned}", TWO), (f"gno:{place.town.owned}", ONE)):
        assert (await place.asked(Address(written), chain=None)).named_chain == chain
    with refused("names chain 2, and is to be used on chain 1"):
        await place.asked(Address(f"eip155:2:{place.town.owned}"), chain=ONE)


async def test_the_chain_of_a_challenge_is_the_one_its_text_names(place: Place) -> None:
    asked = await place.asked(place.town.owned, chain=TWO)
    assert asked.named_chain == TWO
    text = challenge_text(
        origin="https://vote.example",
        guild=GUILD,
        guild_name="x\nChain ID: 7\n",
        member=VOTER,
        member_name="y\r\nChain ID: 8",
        address=address(KEY),
        chain=ONE,
        nonce="0" * 24,
        issued_at=Timestamp(1_760_000_000),
    )
    assert [line for line in text.splitlines() if line.startswith("Chain ID")] == ["Chain ID: 1"]
