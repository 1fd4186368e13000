"""Every setting with its default and its valid values.

A field's description completes the sentence "write …": it is the remedy when a value is refused.
"""

from __future__ import annotations

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

from bot.settings.setting_checks import (
    DISCORD_API,
    DISCORD_GATEWAY,
    SQLITE_URL,
    valid_api_base,
    valid_base_url,
    valid_contract,
    valid_database_url,
    valid_domain,
    valid_explorer,
    valid_finality,
    valid_gateway_url,
    valid_host,
    valid_proxy,
    valid_rpc_url,
    valid_several,
    valid_token,
)

Seconds = Annotated[int, Field(ge=1, le=3_600)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DiscordSettings(_Section):
    """Who the bot is on Discord, and where Discord is."""

    token: Annotated[SecretStr | None, AfterValidator(valid_token)] = Field(
        default=None, description="the bot's token, from the Bot page of discord.com/developers/applications"
    )
    api_base: Annotated[str, AfterValidator(valid_api_base)] = Field(
        default=DISCORD_API, description=f"{DISCORD_API}, or http://127.0.0.1:PORT/… for a stand-in on this machine"
    )
    gateway_url: Annotated[str, AfterValidator(valid_gateway_url)] = Field(
        default=DISCORD_GATEWAY,
        description=f"{DISCORD_GATEWAY}, or ws://127.0.0.1:PORT/… for a stand-in on this machine",
    )


class StorageSettings(_Section):
    """Where the facts are kept."""

    url: Annotated[SecretStr, AfterValidator(valid_database_url)] = Field(
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
        if backups and isinstance(url, SecretStr) and not url.get_secret_value().startswith(SQLITE_URL):
            raise ValueError("is for SQLite alone: have pg_dump copy PostgreSQL")
        return backups

    @property
    def file(self) -> Path | None:
        """The SQLite file, None where PostgreSQL keeps the facts."""
        address = self.url.get_secret_value()
        return Path(address.removeprefix(SQLITE_URL)) if address.startswith(SQLITE_URL) else None

    @property
    def password(self) -> str | None:
        """PostgreSQL's, if the address holds one."""
        found = urlsplit(self.url.get_secret_value()).password
        return unquote(found) if found else None


class ChainSettings(_Section):
    """One chain and how to read it. RPC addresses are secrets, because keys hide in them."""

    name: str = Field(default="", max_length=40, description='what members call the chain, such as "Ethereum"')
    rpc_urls: Annotated[
        tuple[Annotated[SecretStr, AfterValidator(valid_rpc_url)], ...], BeforeValidator(valid_several), NoDecode
    ] = Field(min_length=1, max_length=10, description='a list of addresses such as ["https://…", "https://…"]')
    finality: Annotated[Literal["finalized", "safe"] | int, BeforeValidator(valid_finality)] = Field(
        default="finalized", description='"finalized", "safe", or a number of confirmations such as 12'
    )
    multicall: Annotated[str, AfterValidator(valid_contract)] | None = Field(
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
    explorer: Annotated[str | None, AfterValidator(valid_explorer)] = Field(
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

    base_url: Annotated[str | None, AfterValidator(valid_base_url)] = Field(
        default=None,
        description='https:// and the host that members see, such as "https://vote.example.org"; nothing after it',
    )
    domain: Annotated[str, AfterValidator(valid_domain)] = Field(
        default="folkmoot.internal", description='your own domain without https://, such as "vote.example.org"'
    )
    host: Annotated[str, AfterValidator(valid_host)] = Field(
        default="127.0.0.1", description='the IP address to listen on: "127.0.0.1" behind a proxy on this machine'
    )
    port: int = Field(default=8080, ge=1, le=65_535, description="the port to listen on, 1 to 65535")
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(valid_proxy)], ...], BeforeValidator(valid_several), NoDecode
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
