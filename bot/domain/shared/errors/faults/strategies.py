"""What can be wrong with a list of strategies, with a parameter of one, and with the file that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.domain.shared.errors.bases import Fault

if TYPE_CHECKING:
    from bot.domain.shared.types import ChainId


class StrategyFlaw(Fault, Enum):
    """Kinds of what is wrong with a list, a strategy in it, or the file that holds it."""

    LIST_EMPTY = auto()
    NOT_A_LIST = auto()
    LIST_NESTS_TOO_DEEP = auto()
    NUMBER_TOO_LONG = auto()
    NO_NAME = auto()
    NETWORK_MISSING = auto()
    NOT_A_CHAIN_ID = auto()
    NOT_AN_OBJECT = auto()
    NOT_A_JSON_FILE = auto()
    FILE_NOT_FETCHED = auto()
    FILE_NOT_TEXT = auto()


class ParamFlaw(Fault, Enum):
    """Kinds of what is wrong with one parameter."""

    METHOD_MISSING = auto()
    ARGUMENTS_DO_NOT_FIT = auto()
    OUTPUTS_OF_UNKNOWN_TYPE = auto()
    METHOD_WITHOUT_OUTPUTS = auto()
    OUTPUT_NOT_NAMED = auto()
    OUTPUT_UNKNOWN = auto()
    OUTPUT_NOT_A_NUMBER = auto()
    NOT_MAKERS_NETWORK = auto()
    NOT_UNIS_NETWORK = auto()
    NAMES_NO_TOKEN = auto()
    ESTATES_MISSING = auto()
    TOKEN_WITHOUT_NETWORK = auto()
    LIST_ON_THE_WEB = auto()
    WEIGHTS_NOT_AN_OBJECT = auto()
    NOT_A_HAT = auto()
    IMPOSSIBLE_HAT = auto()
    DELEGATION_SPACE_MISSING = auto()
    NOT_A_SPACE_NAME = auto()
    SPACE_MISSING = auto()
    NOT_A_THRESHOLD = auto()
    INNER_NETWORK_MISSING = auto()
    START_BLOCKS_NOT_AN_OBJECT = auto()
    OVERRIDES_NOT_AN_OBJECT = auto()
    NOT_AN_OPERAND = auto()
    PRICE_ON_THE_WEB = auto()
    NOT_A_CHEF = auto()
    NO_SIDE_OF_A_PAIR = auto()
    SYMBOL_NOT_TEXT = auto()
    DAMPING_NOT_AN_OBJECT = auto()


@dataclass(frozen=True, slots=True)
class NotJson(Fault):
    """The text stops being JSON at a line and a column."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class TooManyStrategies(Fault):
    """A list may have `most` strategies."""

    most: int


@dataclass(frozen=True, slots=True)
class TooManyStrategiesInside(Fault):
    """With those inside others the list has `given` strategies, of which `most` are allowed."""

    given: int
    most: int


@dataclass(frozen=True, slots=True)
class NestsTooDeep(Fault):
    """A strategy stands inside more than `most` others."""

    most: int


@dataclass(frozen=True, slots=True)
class NotAListOf(Fault):
    """No list, or one of more than `most` entries."""

    most: int


@dataclass(frozen=True, slots=True)
class WholeNumberMissing(Fault):
    """A whole number from `low` to `high` is to be given; None: 2^256 - 1."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class NotAWholeNumber(Fault):
    """Something else than a whole number from `low` to `high` is given; None: 2^256 - 1."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class WholeNumberOutOfRange(Fault):
    """A whole number that is not from `low` to `high`; None: 2^256 - 1."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class NotOneOf(Fault):
    """A word that is none of `allowed`."""

    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WrongNumberOfStrategies(Fault):
    """`given` inner strategies, of which `least` to `most` are allowed."""

    given: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class NotAUsableNumber(Fault):
    """No number of at most `places` decimal places, or one below 0 where it must not be `signed`."""

    signed: bool
    places: int


@dataclass(frozen=True, slots=True)
class WrongNumberOfOperands(Fault):
    """`given` operands, and `operation` takes `needed`."""

    given: int
    needed: int
    operation: str


@dataclass(frozen=True, slots=True)
class NotAFunctionName(Fault):
    """No name of a function; `example` is one that takes an address."""

    example: str


@dataclass(frozen=True, slots=True)
class FactoryMissing(Fault):
    """On this network no factory of pairs is known, as there is on those `known`."""

    known: tuple[ChainId, ...]


@dataclass(frozen=True, slots=True)
class VeBioMissing(Fault):
    """On this network no veBIO is known, as there is on those `known`."""

    known: tuple[ChainId, ...]


@dataclass(frozen=True, slots=True)
class NameTooLong(Fault):
    """A name of more bytes than the `most` that the Delegate Registry holds."""

    most: int


@dataclass(frozen=True, slots=True)
class NetworkNotConfigured(Fault):
    """The bot does not read the chain `network`; `known` are those that it reads, as they are offered."""

    network: ChainId
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecimalsDiffer(Fault):
    """`stated` decimals are written, and the contract says `told`."""

    stated: str
    told: int


@dataclass(frozen=True, slots=True)
class ContractSilent(Fault):
    """The contract does not answer what `strategy` asks."""

    strategy: str


@dataclass(frozen=True, slots=True)
class FileTooLarge(Fault):
    """A file of `given` bytes, of which `most` are taken."""

    given: int
    most: int


StrategyFault = (
    StrategyFlaw
    | NotJson
    | TooManyStrategies
    | TooManyStrategiesInside
    | NestsTooDeep
    | NetworkNotConfigured
    | DecimalsDiffer
    | ContractSilent
    | FileTooLarge
)
ParamFault = (
    ParamFlaw
    | NotAListOf
    | WholeNumberMissing
    | NotAWholeNumber
    | WholeNumberOutOfRange
    | NotOneOf
    | WrongNumberOfStrategies
    | NotAUsableNumber
    | WrongNumberOfOperands
    | NotAFunctionName
    | FactoryMissing
    | VeBioMissing
    | NameTooLong
)
