"""A small Discord on loopback sockets, for tests that run a real bot process."""

from tests.standin.answers import Interaction
from tests.standin.faults import Fault
from tests.standin.messages import Message
from tests.standin.people import NotPossibleError
from tests.standin.process import BotProcess
from tests.standin.server import Discord
from tests.standin.world import Channel, Guild, Member, Role

__all__ = [
    "BotProcess",
    "Channel",
    "Discord",
    "Fault",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "NotPossibleError",
    "Role",
]
