from __future__ import annotations

import os

import pytest
from coincurve import PublicKey
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from bot.chain.signatures.key_recovery import recover_all, signer
from bot.domain.shared.errors import SignatureRejected
from bot.domain.shared.types import Address
from bot.domain.wallets.erc6492_signature import SUFFIX, Wrapped, unwrap
from bot.domain.wallets.pasted_signature import parse_signature
from bot.domain.wallets.signature_claim import MAX_SIGNATURE, personal_digest
from bot.domain.wallets.signature_flaw import Flaw
from tests.chain.signatures.wallet_contracts import wrapped

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KEY = Account.from_key("0x" + "11" * 32)
TEXT = "vote.example wants you to sign in\n\nÜber 12 Monate: 長寿"
DIGEST = personal_digest(TEXT)
PUBLISHED_TEXT = (
    "As an IP token holder of IPNFT #37, I accept all terms that I've read here: "
    "ipfs://bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e\n\nChain Id: 31337\nVersion: 1"
)
PUBLISHED = (
    "0xde76962312da81d0d416687046df685da415a3ae4b65798056125860024ec91303b34de023f688a7cfd5f00bf1530975b83bc3737d7e4f"
    "dd8116dcaef96e13b51b"
)


def signed(text: str = TEXT) -> bytes:
    return bytes(KEY.sign_message(encode_defunct(text=text)).signature)


def with_v(raw: bytes, v: int) -> bytes:
    return raw[:64] + bytes([v])


def malleable() -> bytes:
    raw = signed()
    s = ORDER - int.from_bytes(raw[32:64], "big")
    return raw[:32] + s.to_bytes(32, "big") + bytes([55 - raw[64]])


def test_the_signer_of_a_personal_message_is_recovered() -> None:
    for text in (TEXT, "", "a" * 10_000):
        assert signer(personal_digest(text), signed(text)) == KEY.address.lower()


def test_a_published_signature_is_of_whom_it_is_said_to_be() -> None:
    found = signer(personal_digest(PUBLISHED_TEXT), parse_signature(PUBLISHED))
    assert found == "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"


def test_either_form_of_v_is_taken() -> None:
    raw = signed()
    assert signer(DIGEST, raw) == signer(DIGEST, with_v(raw, raw[64] - 27)) == KEY.address.lower()


def test_another_text_gives_another_signer() -> None:
    assert signer(personal_digest(TEXT + " "), signed()) != KEY.address.lower()


def test_the_twin_of_a_signature_would_recover_the_same_signer_were_it_taken() -> None:
    twin = malleable()
    key = PublicKey.from_signature_and_message(with_v(twin, twin[64] - 27), DIGEST, hasher=None)
    assert "0x" + keccak(key.format(compressed=False)[1:])[12:].hex() == KEY.address.lower()
    assert signer(DIGEST, twin) is Flaw.MALLEABLE


def test_a_compact_signature_is_told_apart() -> None:
    raw = signed()
    compact = raw[:32] + ((raw[64] - 27) << 255 | int.from_bytes(raw[32:64], "big")).to_bytes(32, "big")
    assert signer(DIGEST, compact) is Flaw.COMPACT


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        signed()[:-2],
        signed() + b"\0",
        with_v(signed(), 2),
        with_v(signed(), 29),
        with_v(signed(), 255),
        bytes(65),
        bytes(32) + signed()[32:],
        signed()[:32] + bytes(32) + b"\x1b",
        b"\xff" * 64 + b"\x1b",
        ORDER.to_bytes(32, "big") + signed()[32:],
        (5).to_bytes(32, "big") + signed()[32:],
    ],
)
def test_what_is_no_signature_is_no_signers(signature: bytes) -> None:
    assert signer(DIGEST, signature) is Flaw.MALFORMED


def test_many_are_recovered_each_in_its_place() -> None:
    some = [(digest := os.urandom(32), bytes(KEY.unsafe_sign_hash(digest).signature)) for _ in range(20)]
    some[7] = (some[7][0], b"\0" * 64)
    found = recover_all(some)
    assert found[7] is Flaw.COMPACT
    assert found[:7] + found[8:] == [KEY.address.lower()] * 19
    shifted = [(digest, some[at - 1][1]) for at, (digest, _) in enumerate(some)]
    assert KEY.address.lower() not in recover_all(shifted)


def test_a_signature_is_read_as_people_paste_it() -> None:
    raw = signed()
    for text in ("0x" + raw.hex(), raw.hex(), "0x" + raw.hex().upper(), f"  0x{raw.hex()}\n"):
        assert parse_signature(text) == raw
    assert parse_signature("0x") == b""
    assert len(parse_signature("0x" + "ab" * MAX_SIGNATURE)) == MAX_SIGNATURE


@pytest.mark.parametrize(
    "text", ["", "  ", "hello", "0x" + "zz" * 65, "0x0x" + "11" * 65, "0x1", "\uff11" * 130, "11 11", "ab" * 16_386]
)
def test_what_is_no_hexadecimal_is_refused(text: str) -> None:
    with pytest.raises(SignatureRejected) as caught:
        parse_signature(text)
    assert caught.value.signer is None


def test_a_wrapper_is_read_whole_or_not_at_all() -> None:
    factory = Address("0x" + "fa" * 20)
    whole = wrapped(factory, b"make it", b"signed")
    assert unwrap(whole) == Wrapped(factory=factory, preparation=b"make it", signature=b"signed")
    body = whole.removesuffix(SUFFIX)
    for size in range(len(body) - 31):
        assert unwrap(body[:size] + SUFFIX) is None
    for word in range(len(body) // 32):
        for wrong in (b"\xff" * 32, (2**255).to_bytes(32, "big"), (1 << 200).to_bytes(32, "big")):
            changed = body[: 32 * word] + wrong + body[32 * word + 32 :]
            assert unwrap(changed + SUFFIX) is None or word in {4, 6}, "only what is wrapped may be anything"


@given(st.binary(max_size=400))
def test_whatever_is_before_the_suffix_breaks_nothing(raw: bytes) -> None:
    found = unwrap(raw + SUFFIX)
    assert found is None or (found.preparation in raw and found.signature in raw)
