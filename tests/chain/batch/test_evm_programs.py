from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest
from eth.abc import StateAPI
from eth_typing import Address as EvmAddress

from bot.chain.batch.evm_programs import GAS_EACH, RECORD, assemble, balance_program, call_program, several_program
from bot.demo.chain.call_execution import Reverted
from bot.demo.chain.embedded_evm import Evm
from bot.domain.shared.types import Address, Block
from tests.chain.nodes import BALANCE_OF, Scene, wallet

STAGE = Address("0x" + "5e" * 20)
UNTRIED, FAILED, VALUE, FAILED_HUNGRY = 0, 1, 2, 3


def ran(
    evm: Evm,
    block: Block,
    program: bytes,
    wallets: Sequence[str],
    *,
    creation: bool = False,
    gas: int = 15_000_000,
    stands: Mapping[Address, bytes] = MappingProxyType({}),
) -> tuple[int, list[tuple[int, int]]]:
    """Run a program and return the time it tells, and the flag and word of each wallet.

    `stands` is code by address that is there besides.
    """

    def prepare(state: StateAPI) -> None:
        for place, code in codes.items():
            state.set_code(EvmAddress(bytes.fromhex(place[2:])), code)

    codes = dict(stands) | ({} if creation else {STAGE: program})
    packed = bytes.fromhex("".join(wallets).replace("0x", ""))
    sealed = evm.block(block.number)
    if creation:
        raw = evm.execute(sealed, to=None, data=program + packed, gas=gas, prepare=prepare)
    else:
        raw = evm.execute(sealed, to=STAGE, data=packed, gas=gas, prepare=prepare)
    assert len(raw) == 32 + RECORD * len(wallets)
    records = [raw[at : at + RECORD] for at in range(32, len(raw), RECORD)]
    return int.from_bytes(raw[:32], "big"), [(one[0], int.from_bytes(one[1:], "big")) for one in records]


@pytest.fixture(params=["mapped", "created"])
def creation(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "created")


def program_for(target: Address, creation: bool, selector: bytes = BALANCE_OF, tail: bytes = b"") -> bytes:
    return call_program(bytes.fromhex(target[2:]), selector, tail, creation=creation)


def test_it_tells_the_value_of_each_wallet_and_the_time_of_the_block(scene: Scene, creation: bool) -> None:
    for block, tokens in ((scene.early, 10**18 // 2), (scene.late, 10**18)):
        program = program_for(scene.token, creation)
        time, records = ran(scene.evm, block, program, scene.wallets[:9], creation=creation)
        assert time == block.timestamp
        assert records == [(VALUE, n * tokens) for n in range(1, 8)] + [(VALUE, 0)] * 2


def test_a_wallet_that_fails_is_marked_and_spoils_no_other(scene: Scene, creation: bool) -> None:
    program = program_for(scene.hostile, creation)
    _, records = ran(scene.evm, scene.early, program, scene.wallets[:8], creation=creation)
    flags = [flag for flag, _ in records]
    assert flags == [VALUE, FAILED, FAILED_HUNGRY, FAILED, FAILED, VALUE, VALUE, VALUE]
    assert records[0] == (VALUE, 10**18)
    assert records[7] == (VALUE, 0)


def test_an_address_without_code_answers_for_nobody(scene: Scene, creation: bool) -> None:
    _, records = ran(scene.evm, scene.late, program_for(wallet(99), creation), scene.wallets[:3], creation=creation)
    assert [flag for flag, _ in records] == [FAILED] * 3


def test_it_reads_the_coin(scene: Scene, creation: bool) -> None:
    program = balance_program(creation=creation)
    _, records = ran(scene.evm, scene.late, program, (wallet(3), wallet(30), wallet(0)), creation=creation)
    assert records == [(VALUE, scene.evm.balance(of, scene.late.number)) for of in (wallet(3), wallet(30), wallet(0))]
    assert records[0][1] > 0 == records[1][1]


def test_further_arguments_follow_the_wallet(scene: Scene, creation: bool) -> None:
    # getPastVotes(address, uint256) with the block as the second argument
    selector = bytes.fromhex("3a46b1a8")
    tail = (scene.early.number).to_bytes(32, "big")
    program = program_for(scene.token, creation, selector, tail)
    _, records = ran(scene.evm, scene.late, program, scene.wallets[:3], creation=creation)
    assert records == [(VALUE, 0)] * 3  # nobody has delegated; without the argument the call would fail
    bare = program_for(scene.token, creation, selector)
    _, records = ran(scene.evm, scene.late, bare, scene.wallets[:3], creation=creation)
    assert [flag for flag, _ in records] == [FAILED] * 3


def test_arguments_that_come_first_stand_before_the_wallet(scene: Scene, creation: bool) -> None:
    # It answers the sum of the two words behind the selector.
    adding, first = wallet(77), 1 << 200
    program = program_for(adding, creation, bytes.fromhex("93f1a40b") + first.to_bytes(32, "big"))
    stands = {adding: bytes.fromhex("6004356024350160005260206000f3")}
    _, records = ran(scene.evm, scene.late, program, scene.wallets[:3], creation=creation, stands=stands)
    assert records == [(VALUE, first + int(one, 16)) for one in scene.wallets[:3]]


def test_where_gas_runs_short_it_says_who_was_not_tried(scene: Scene, creation: bool) -> None:
    # the third wallet burns all it may; what is left is too little to be sure of another
    program = program_for(scene.hostile, creation)
    wallets = [wallet(1), wallet(1), wallet(3), wallet(1), wallet(1)]
    _, records = ran(scene.evm, scene.early, program, wallets, creation=creation, gas=2 * GAS_EACH)
    assert [flag for flag, _ in records] == [VALUE, VALUE, FAILED_HUNGRY, UNTRIED, UNTRIED]


def test_a_reverting_wallet_of_many_costs_no_more_than_its_own_gas(scene: Scene) -> None:
    wallets = [wallet(2)] * 500 + [wallet(1)]
    _, records = ran(scene.evm, scene.early, program_for(scene.hostile, creation=False), wallets)
    assert [flag for flag, _ in records] == [FAILED] * 500 + [VALUE]


def test_seven_hundred_wallets_fit_into_creation_code(scene: Scene) -> None:
    wallets = [wallet(20 + n) for n in range(699)] + [wallet(7)]
    _, records = ran(scene.evm, scene.late, program_for(scene.token, creation=True), wallets, creation=True)
    assert records == [(VALUE, 0)] * 699 + [(VALUE, 7 * 10**18)]
    with pytest.raises(Reverted):
        ran(scene.evm, scene.late, program_for(scene.token, creation=True), wallets + wallets[:50], creation=True)


def test_the_assembler_writes_what_the_listing_says() -> None:
    listing = """
        1 300 ADD           ; a comment: JUMPDEST
        PUSH2:@end JUMPI
      end: JUMPDEST
        PUSH3:0a0b0c DATA:ff
    """
    assert assemble(listing).hex() == "600161012c0161000a575b620a0b0cff"


def entry(question: tuple[str | None, bytes, bytes], of: str) -> bytes:
    target, selector, tail = question
    return bytes.fromhex((target or "0x" + "00" * 20)[2:]) + selector + bytes.fromhex(of[2:]) + tail


@pytest.mark.parametrize("tail", [b"", (7).to_bytes(32, "big"), b"\x01" * 64], ids=len)
def test_several_questions_in_one_program_say_what_each_says_in_its_own(
    scene: Scene, creation: bool, tail: bytes
) -> None:
    """Also with contracts that fail, and the chain's own coin between them."""
    program = several_program(len(tail), creation=creation)
    questions = [(scene.token, BALANCE_OF, tail), (scene.hostile, BALANCE_OF, tail), (None, bytes(4), tail)]
    asked = [(question, of) for of in scene.wallets[:9] for question in questions]
    packed = ["0x" + entry(question, of).hex() for question, of in asked]
    time, records = ran(scene.evm, scene.late, program, packed, creation=creation)
    assert time == scene.late.timestamp
    for number, question in enumerate(questions):
        target, selector, arguments = question
        alone = (
            program_for(target, creation, selector, arguments)
            if target is not None
            else balance_program(creation=creation)
        )
        assert records[number::3] == ran(scene.evm, scene.late, alone, scene.wallets[:9], creation=creation)[1]


def test_several_questions_for_which_the_gas_does_not_suffice_are_left_untried(scene: Scene, creation: bool) -> None:
    program = several_program(0, creation=creation)
    packed = ["0x" + entry((scene.hostile, BALANCE_OF, b""), wallet(3)).hex()] * 9
    _, records = ran(scene.evm, scene.early, program, packed, creation=creation)
    flags = [flag for flag, _ in records]
    assert flags == sorted(flags, reverse=True)
    assert {FAILED_HUNGRY, UNTRIED} == set(flags)
