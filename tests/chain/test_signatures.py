import time

import pytest
from coincurve import PublicKey
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_hash.auto import keccak

from bot.chain.signatures import personal_digest, recover
from bot.domain.errors import SignatureRejected
from tests.chain.nodes import Node, reader

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KEY = Account.from_key("0x" + "11" * 32)
TEXT = "vote.example wants you to sign in\n\nÜber 12 Monate: 長寿"


def signed(text=TEXT):
    return bytes(KEY.sign_message(encode_defunct(text=text)).signature)


def with_v(raw, v):
    return raw[:64] + bytes([v])


def test_the_signer_of_a_personal_message_is_recovered():
    for text in (TEXT, "", "a" * 10_000):
        assert recover(text, "0x" + signed(text).hex()) == KEY.address.lower()


def test_a_signature_is_taken_with_and_without_0x_and_with_either_form_of_v():
    raw = signed()
    low = raw[64] - 27
    for one in (raw, with_v(raw, low)):
        for text in ("0x" + one.hex(), one.hex(), "0x" + one.hex().upper(), f"  0x{one.hex()}\n"):
            assert recover(TEXT, text) == KEY.address.lower()


def test_another_text_gives_another_signer():
    assert recover(TEXT + " ", signed().hex()) != KEY.address.lower()


def malleable():
    raw = signed()
    s = ORDER - int.from_bytes(raw[32:64], "big")
    return raw[:32] + s.to_bytes(32, "big") + bytes([55 - raw[64]])


def test_the_twin_of_a_signature_would_recover_the_same_signer_were_it_taken():
    twin = malleable()
    key = PublicKey.from_signature_and_message(with_v(twin, twin[64] - 27), personal_digest(TEXT), hasher=None)
    assert "0x" + keccak(key.format(compressed=False)[1:])[12:].hex() == KEY.address.lower()


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "0x",
        "hello",
        "0x" + "zz" * 65,
        signed().hex()[:-2],
        signed().hex() + "00",
        signed()[:64].hex(),
        "0x0x" + signed().hex(),
        malleable().hex(),
        with_v(signed(), 2).hex(),
        with_v(signed(), 29).hex(),
        with_v(signed(), 255).hex(),
        "00" * 65,
        "00" * 32 + signed()[32:].hex(),
        signed()[:32].hex() + "00" * 32 + "1b",
        "ff" * 64 + "1b",
        (5).to_bytes(32, "big").hex() + signed()[32:].hex(),
        "\uff11" * 130,
    ],
)
def test_what_is_no_signature_is_refused(signature):
    with pytest.raises(SignatureRejected) as caught:
        recover(TEXT, signature)
    assert caught.value.signer is None


async def test_recovering_does_not_block_the_loop(scene):
    chain, signature = reader(Node(scene.evm)), signed().hex()
    began = time.perf_counter()
    for _ in range(50):
        assert await chain.recover(TEXT, signature) == KEY.address.lower()
    assert time.perf_counter() - began < 50 * 0.004
