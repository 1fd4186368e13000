import pytest

from bot.chain.diagnosis import Question, diagnose
from bot.chain.endpoint import Endpoint
from bot.chain.network import Network
from bot.demo.evm import Evm
from bot.domain.errors import ChainFault
from tests.chain.nodes import CHAIN, Node, Patience, failing, refusing

NETWORK = Network(id=CHAIN, name="Testnet", rpc_urls=("https://node.example/secret-key",))


async def findings(node):
    answers = await diagnose(Endpoint(2, CHAIN, node, patient=False, sleep=Patience()), NETWORK)
    assert all(one.endpoint == 2 and one.detail and "secret" not in one.detail for one in answers)
    return [(one.question, one.fault) for one in answers]


async def test_a_good_endpoint_is_well_in_every_question(scene):
    assert await findings(Node(scene.evm)) == [(question, None) for question in Question]


@pytest.mark.parametrize(
    ("node", "question", "fault"),
    [
        (lambda evm: Node(evm, failing(None)), Question.CHAIN_ID, ChainFault.UNREACHABLE),
        (lambda evm: Node(evm, failing(401)), Question.CHAIN_ID, ChainFault.UNAUTHORIZED),
        (lambda _: Node(Evm(chain_id=5)), Question.CHAIN_ID, ChainFault.WRONG_CHAIN),
        (
            lambda evm: Node(evm, refusing(-32000, "finalized block not found", method="eth_getBlockByNumber")),
            Question.FINALITY,
            ChainFault.NO_FINALITY,
        ),
        (
            lambda evm: Node(evm, refusing(-32000, "missing trie node", method="eth_getBalance")),
            Question.ARCHIVE,
            ChainFault.NEEDS_ARCHIVE,
        ),
        (
            lambda evm: Node(evm, refusing(-32601, "no such method", method="eth_getBalance")),
            Question.ARCHIVE,
            ChainFault.BAD_ANSWER,
        ),
    ],
)
async def test_what_is_wrong_is_the_last_thing_found(scene, node, question, fault):
    found = await findings(node(scene.evm))
    assert found[-1] == (question, fault)
    assert all(earlier is None for _, earlier in found[:-1])
