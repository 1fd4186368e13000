"""Checks of single settings: each returns the value in canonical form, or raises ValueError saying what is wrong."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from pydantic import (
    SecretStr,
)

from bot.domain.shared.addresses import parse_address
from bot.domain.shared.errors import InvalidInput
from bot.domain.shared.pasted_text import bare, read_json
from bot.domain.shared.types import Address
from bot.presentation.refusals.invalid_input import input_refusal

DISCORD_API = "https://discord.com/api/v10"
DISCORD_GATEWAY = "wss://gateway.discord.gg/"
SQLITE_URL = "sqlite+aiosqlite:///"
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


def valid_token(value: SecretStr | None) -> SecretStr | None:
    """Return a token without surrounding whitespace, or None."""
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


def valid_api_base(text: str) -> str:
    """Return the address of Discord's API, or of a stand-in on loopback."""
    return _discord_or_loopback(DISCORD_API, ("http", "https"), text)


def valid_gateway_url(text: str) -> str:
    """Return the address of Discord's gateway, or of a stand-in on loopback."""
    return _discord_or_loopback(DISCORD_GATEWAY, ("ws", "wss"), text)


def valid_database_url(value: SecretStr) -> SecretStr:
    """Return the address of a database in the form that SQLAlchemy takes."""
    text = value.get_secret_value()
    if match := _SQLITE.fullmatch(text):
        return SecretStr(SQLITE_URL + match[1])
    if not (match := _POSTGRES.fullmatch(text)):
        raise ValueError("is not the address of an SQLite file or of a PostgreSQL database")
    return SecretStr(_POSTGRES_URL + match[1])


def valid_several(value: object) -> object:
    """Return a list of addresses from JSON, or from one text with addresses separated by commas or spaces."""
    if isinstance(value, list | tuple):
        return [part for each in value for part in (_parted(each) if isinstance(each, str) else [each])]
    if not isinstance(value, str):
        return value
    if not value.lstrip().startswith("["):
        return _parted(value)
    try:
        return valid_several(read_json(value))
    except ValueError:
        raise ValueError("is not a JSON list") from None


def _parted(text: str) -> list[str]:
    """Split a text into addresses; a comma inside an address does not split it."""
    words = re.split(r"[\s,;]+(?=[\"'\u201c\u2018]?[A-Za-z][A-Za-z0-9+.-]*://)" if "://" in text else r"[\s,;]+", text)
    return [word for each in words if (word := bare(each).rstrip(",;").rstrip())] or [text]


def valid_rpc_url(secret: SecretStr) -> SecretStr:
    """Return the address of an endpoint."""
    text = secret.get_secret_value().strip()
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not re.search(r"\s", text)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("is not a web address")
    return SecretStr(text)


def valid_finality(value: object) -> object:
    """Return what is final on a chain: a tag, or a number of confirmations."""
    if isinstance(value, str):
        text = value.strip().lower()
        value = int(text) if text.isascii() and text.isdigit() else text
    if value in ("finalized", "safe") or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ValueError("is no finality")


def valid_contract(text: str) -> Address:
    """Return a contract's address."""
    try:
        return parse_address(text)
    except InvalidInput as error:
        raise ValueError(input_refusal(error, str).what.removesuffix(".")) from None


def valid_explorer(text: str | None) -> str | None:
    """Return the address of an explorer without a slash at its end."""
    if text is None:
        return None
    if not re.fullmatch(r"https?://[^\s/@?#]+(?:/[^\s?#]*)?", text):
        raise ValueError("is not a web address")
    return text.rstrip("/")


def valid_base_url(text: str | None) -> str | None:
    """Return the address at which people reach the pages."""
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


def valid_host(text: str) -> str:
    """Return an address of this machine."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        raise ValueError("is not an IP address") from None


def valid_proxy(text: str) -> str:
    """Return a network of trusted proxies."""
    try:
        return str(ip_network(text.strip()))
    except ValueError:
        raise ValueError("is neither an IP address nor a network") from None


def valid_domain(text: str) -> str:
    """Return a domain in lower case."""
    if not _DOMAIN.fullmatch(text := text.strip().lower()):
        raise ValueError("is not a domain name")
    return text
