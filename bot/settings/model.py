"""Every setting, its default, and what may be written there.

A field's description completes the sentence "write …": it is the remedy when a value is refused.
"""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import NoDecode

from bot.domain.shared.addresses import parse_address
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.pasted_text import bare, read_json
from bot.domain.shared.types import Address

DISCORD_API = "https://discord.com/api/v10"
DISCORD_GATEWAY = "wss://gateway.discord.gg/"
_SQLITE_URL = "sqlite+aiosqlite:///"
_SQLITE = re.compile(r"sqlite(?:\+aiosqlite)?:///((?!:memory:)[^?#\n]+)")
_POSTGRES_URL = "postgresql+asyncpg://"
_POSTGRES = re.compile(
    r"postgresql(?:\+asyncpg)?://("
    r"(?:[^\s:/?#@]+(?::[^\s/?#@]*)?@)?"  # user and password; other signs are written as in an address, %40 for @
    r"(?:\[[0-9a-fA-F:.]+\]|[\w.-]+)?(?::\d{1,5})?"
    r"/[^\s/?#@]+"
    r"(?:\?(?:(?:host=/[\w./-]+|port=\d{1,5}|ssl=[a-z-]+)(?:&(?!$)|$))+)?)"
)
_LOOPBACK = re.compile(r"(https?|wss?)://(\[::1\]|localhost|127(?:\.\d{1,3}){3})(?::\d{1,5})?(?:/[\w./-]*)?")
_DOMAIN = re.compile(
    r"(?=.{1,253}(?::|$))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?"
)


def _token(value: SecretStr | None) -> SecretStr | None:
    text = bare(value.get_secret_value()) if value else ""
    if re.search(r"\s", text):
        raise ValueError("has a space in it")
    return SecretStr(text) if text else None


def _discord_or_loopback(discord: str, schemes: tuple[str, ...], text: str) -> str:
    """Return the address unless it could lead the token to a stranger."""
    if text.rstrip("/") == discord.rstrip("/"):
        return discord
    match = _LOOPBACK.fullmatch(text)
    if not match:
        raise ValueError("is neither Discord's own address nor one on this machine, so the token could leak")
    if match[1] not in schemes:
        raise ValueError(f"does not start with {' or '.join(scheme + '://' for scheme in schemes)}")
    if match[2][0].isdigit() and any(int(part) > 255 for part in match[2].split(".")):  # noqa: PLR2004 - a byte
        raise ValueError("is not an address")
    return text.rstrip("/")


def _api_base(text: str) -> str:
    return _discord_or_loopback(DISCORD_API, ("http", "https"), text)


def _gateway_url(text: str) -> str:
    return _discord_or_loopback(DISCORD_GATEWAY, ("ws", "wss"), text)


def _database_url(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if match := _SQLITE.fullmatch(text):
        return SecretStr(_SQLITE_URL + match[1])
    if not (match := _POSTGRES.fullmatch(text)):
        raise ValueError("is not the address of an SQLite file or of a PostgreSQL database")
    return SecretStr(_POSTGRES_URL + match[1])


def _several(value: object) -> object:
    """Read a list: JSON, or addresses one after another in one text, as the environment and hasty hands bring it."""
    if isinstance(value, list | tuple):
        return [part for each in value for part in (_parted(each) if isinstance(each, str) else [each])]
    if not isinstance(value, str):
        return value
    if not value.lstrip().startswith("["):
        return _parted(value)
    try:
        return _several(read_json(value))
    except ValueError:
        raise ValueError("is not a JSON list") from None


def _parted(text: str) -> list[str]:
    """Part addresses that stand in one text; a comma inside of an address stays in it."""
    words = re.split(r"[\s,;]+(?=[\"'\u201c\u2018]?[A-Za-z][A-Za-z0-9+.-]*://)" if "://" in text else r"[\s,;]+", text)
    return [word for each in words if (word := bare(each).rstrip(",;").rstrip())] or [text]


def _rpc_url(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().strip()
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not re.search(r"\s", text)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("is not a web address")
    return SecretStr(text)


def _finality(value: object) -> object:
    if isinstance(value, str):
        text = value.strip().lower()
        value = int(text) if text.isascii() and text.isdigit() else text
    if value in ("finalized", "safe") or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ValueError("is no finality")


def _contract(text: str) -> Address:
    try:
        return parse_address(text)
    except InvalidInput as error:
        raise ValueError(error.problem) from None


def _explorer(text: str | None) -> str | None:
    if text is None:
        return None
    if not re.fullmatch(r"https?://[^\s/@?#]+(?:/[^\s?#]*)?", text):
        raise ValueError("is not a web address")
    return text.rstrip("/")


def _base_url(text: str | None) -> str | None:
    if not text:
        return None
    address = text.strip().lower().rstrip("/")
    scheme, _, authority = address.partition("://")
    if (
        scheme not in ("http", "https")
        or "/" in authority
        or not (_DOMAIN.fullmatch(authority) or _LOOPBACK.fullmatch(address))
    ):
        raise ValueError("is not https:// and a host alone")
    if not _LOOPBACK.fullmatch(address) and scheme != "https":
        raise ValueError("does not start with https://, so what members send could be read and changed on the way")
    return address


def _host(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        raise ValueError("is not an IP address") from None


def _proxy(text: str) -> str:
    try:
        return str(ip_network(text.strip()))
    except ValueError:
        raise ValueError("is neither an IP address nor a network") from None


def _domain(text: str) -> str:
    if not _DOMAIN.fullmatch(text := text.strip().lower()):
        raise ValueError("is not a domain name")
    return text


Seconds = Annotated[int, Field(ge=1, le=3_600)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DiscordSettings(_Section):
    """Who the bot is on Discord, and where Discord is."""

    token: Annotated[SecretStr | None, AfterValidator(_token)] = Field(
        default=None, description="the bot's token, from the Bot page of discord.com/developers/applications"
    )
    api_base: Annotated[str, AfterValidator(_api_base)] = Field(
        default=DISCORD_API, description=f"{DISCORD_API}, or http://127.0.0.1:PORT/… for a stand-in on this machine"
    )
    gateway_url: Annotated[str, AfterValidator(_gateway_url)] = Field(
        default=DISCORD_GATEWAY,
        description=f"{DISCORD_GATEWAY}, or ws://127.0.0.1:PORT/… for a stand-in on this machine",
    )


class StorageSettings(_Section):
    """Where the facts are kept."""

    url: Annotated[SecretStr, AfterValidator(_database_url)] = Field(
        default=SecretStr("sqlite+aiosqlite:///data/folkmoot.sqlite3"),
        description="sqlite+aiosqlite:///FOLDER/FILE, with a fourth slash for a path from the root, "
        "or postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE",
    )

    backups: int = Field(
        default=0, ge=0, le=366, description="how many daily backups are kept, 0 (none are made) to 366"
    )
    backup_folder: str = Field(
        default="", max_length=1_000, description="the path of a folder; empty: backups, beside the database"
    )

    @field_validator("backups")
    @classmethod
    def _of_a_file(cls, backups: int, before: ValidationInfo) -> int:
        url = before.data.get("url")
        if backups and isinstance(url, SecretStr) and not url.get_secret_value().startswith(_SQLITE_URL):
            raise ValueError("is for SQLite alone: have pg_dump copy PostgreSQL")
        return backups

    @property
    def file(self) -> Path | None:
        """The SQLite file, None where PostgreSQL keeps the facts."""
        address = self.url.get_secret_value()
        return Path(address.removeprefix(_SQLITE_URL)) if address.startswith(_SQLITE_URL) else None

    @property
    def password(self) -> str | None:
        """PostgreSQL's, if the address holds one."""
        found = urlsplit(self.url.get_secret_value()).password
        return unquote(found) if found else None


class ChainSettings(_Section):
    """One chain and how to read it. RPC addresses are secrets, because keys hide in them."""

    name: str = Field(default="", max_length=40, description='what members call the chain, such as "Ethereum"')
    rpc_urls: Annotated[
        tuple[Annotated[SecretStr, AfterValidator(_rpc_url)], ...], BeforeValidator(_several), NoDecode
    ] = Field(min_length=1, max_length=10, description='a list of addresses such as ["https://…", "https://…"]')
    finality: Annotated[Literal["finalized", "safe"] | int, BeforeValidator(_finality)] = Field(
        default="finalized", description='"finalized", "safe", or a number of confirmations such as 12'
    )
    multicall: Annotated[str, AfterValidator(_contract)] | None = Field(
        default=None, description="the address of Multicall3 on this chain: 0x and 40 hexadecimal digits"
    )
    block_time: float = Field(
        default=12.0, gt=0, le=3_600, allow_inf_nan=False, description="the seconds between two blocks"
    )
    symbol: str = Field(default="ETH", min_length=1, max_length=16, description="the symbol of the chain's own coin")
    max_final_age: int = Field(
        default=3_600,
        ge=60,
        le=1_209_600,
        description="how many seconds old the newest final block may be for a vote to be submitted, 60 to 1209600",
    )
    explorer: Annotated[str | None, AfterValidator(_explorer)] = Field(
        default=None, description='the address of a block explorer, such as "https://etherscan.io"'
    )


class JobSettings(_Section):
    """How often each sweep looks for what is due."""

    open: Seconds = Field(default=10, description="the seconds between two looks, 1 to 3600")
    close: Seconds = Field(default=10, description="the seconds between two looks, 1 to 3600")
    observe: Seconds = Field(default=60, description="the seconds between two looks, 1 to 3600")
    audit: Seconds = Field(default=600, description="the seconds between two looks, 1 to 3600")
    roles: Seconds = Field(default=600, description="the seconds between two looks, 1 to 3600")
    outbox: Seconds = Field(default=5, description="the seconds between two looks, 1 to 3600")
    cards: Seconds = Field(default=5, description="the seconds between two looks, 1 to 3600")
    card_debounce: int = Field(
        default=10, ge=0, le=3_600, description="the seconds a card rests between two redrawings, 0 to 3600"
    )


class WebSettings(_Section):
    """The web pages, and what the bot is called there. There are pages only where `base_url` is set."""

    base_url: Annotated[str | None, AfterValidator(_base_url)] = Field(
        default=None,
        description='https:// and the host that members see, such as "https://vote.example.org"; nothing after it',
    )
    domain: Annotated[str, AfterValidator(_domain)] = Field(
        default="folkmoot.internal", description='your own domain without https://, such as "vote.example.org"'
    )
    host: Annotated[str, AfterValidator(_host)] = Field(
        default="127.0.0.1", description='the IP address to listen on: "127.0.0.1" behind a proxy on this machine'
    )
    port: int = Field(default=8080, ge=1, le=65_535, description="the port to listen on, 1 to 65535")
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(_proxy)], ...], BeforeValidator(_several), NoDecode
    ] = Field(
        default=(), max_length=20, description='a list of addresses or networks such as ["127.0.0.1", "10.0.0.0/8"]'
    )

    @property
    def origin(self) -> str:
        """What sign-in texts are for: the origin of the pages, or wallets would warn; else https and `domain`."""
        return self.base_url or f"https://{self.domain}"


class LoggingSettings(_Section):
    """What is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description='"DEBUG", "INFO", "WARNING" or "ERROR"'
    )
    format: Literal["text", "json"] = Field(default="text", description='"text" or "json"')


class Settings(_Section):
    """Everything an operator sets. Nothing here belongs to one guild; its printed form shows no secret."""

    discord: DiscordSettings = Field(default=DiscordSettings(), description="a section")
    storage: StorageSettings = Field(default=StorageSettings(), description="a section")
    chains: dict[Annotated[int, Field(ge=1, lt=2**53)], ChainSettings] = Field(
        default_factory=dict, description="a section for each chain by its number, such as [chains.1]"
    )
    jobs: JobSettings = Field(default=JobSettings(), description="a section")
    web: WebSettings = Field(default=WebSettings(), description="a section")
    logging: LoggingSettings = Field(default=LoggingSettings(), description="a section")

    def secrets(self) -> tuple[str, ...]:
        """Return every text that must not appear in a log, an error or a message."""
        kept = [url for chain in self.chains.values() for url in chain.rpc_urls]
        if self.discord.token:
            kept.append(self.discord.token)
        password = self.storage.password
        return (*(secret.get_secret_value() for secret in kept), *([password] if password else []))
