"""Settings: what is accepted, what is refused, and that no message holds a secret."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import DISCORD_API, DISCORD_GATEWAY, BadSettings, Settings, read_settings
from bot.settings.read import known_keys
from bot.storage.driver.engine import name_of, open_engine

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
SECRET = "s3cr3t-k3y"
Written = Callable[[str], Path]


@pytest.fixture(autouse=True)
def an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(text: str) -> Path:
        path = tmp_path / "settings.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(path: Path | None = None) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        read_settings(path)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    assert SECRET not in str(refused.value)
    return list(refused.value.problems)


def test_nothing_has_to_be_set_to_read_the_settings() -> None:
    settings = read_settings()
    assert settings == Settings()
    assert settings.discord.api_base == DISCORD_API
    assert settings.storage.file == Path("data/folkmoot.sqlite3")


def test_config_toml_here_is_read_when_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[jobs]\nopen = 77\n")
    assert read_settings().jobs.open == 77


def test_one_variable_is_enough_for_a_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_CHAINS__31337__RPC_URLS", '["http://127.0.0.1:8545"]')
    chain = read_settings().chains[31337]
    assert [url.get_secret_value() for url in chain.rpc_urls] == ["http://127.0.0.1:8545"]
    assert chain.finality == "finalized"


def test_one_plain_address_does_for_a_list_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_CHAINS__1__RPC_URLS", "https://node.example/a,b")
    assert read_settings().chains[1].rpc_urls[0].get_secret_value() == "https://node.example/a,b"


def test_a_variable_wins_over_the_file_and_leaves_the_rest_of_the_table(
    monkeypatch: pytest.MonkeyPatch, written: Written
) -> None:
    path = written(
        '[chains.31337]\nname = "Here"\nrpc_urls = ["http://file.example"]\nfinality = 3\n[chains.1]\nrpc_urls = ["http://one.example"]\n'
    )
    monkeypatch.setenv("FOLKMOOT_CHAINS__31337__RPC_URLS", '["http://127.0.0.1:8545"]')
    chains = read_settings(path).chains
    assert chains[31337].name == "Here"
    assert chains[31337].finality == 3
    assert chains[31337].rpc_urls[0].get_secret_value() == "http://127.0.0.1:8545"
    assert chains[1].rpc_urls[0].get_secret_value() == "http://one.example"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_JOBS__OPEN", "")
    monkeypatch.setenv("FOLKMOOT_NO_SUCH", "")
    assert read_settings().jobs.open == Settings().jobs.open


def test_text_that_looks_like_a_number_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_DISCORD__TOKEN", "123456")
    monkeypatch.setenv("FOLKMOOT_CHAINS__1__NAME", "1")
    monkeypatch.setenv("FOLKMOOT_CHAINS__1__RPC_URLS", "http://127.0.0.1:1")
    settings = read_settings()
    assert settings.discord.token is not None
    assert settings.discord.token.get_secret_value() == "123456"
    assert settings.chains[1].name == "1"


@pytest.mark.parametrize(("given", "kept"), [("12", 12), ("0", 0), ("safe", "safe"), ("Finalized", "finalized")])
def test_finality_is_a_tag_or_a_number_of_confirmations(
    monkeypatch: pytest.MonkeyPatch, given: str, kept: int | str
) -> None:
    monkeypatch.setenv("FOLKMOOT_CHAINS__1__RPC_URLS", "http://127.0.0.1:1")
    monkeypatch.setenv("FOLKMOOT_CHAINS__1__FINALITY", given)
    assert read_settings().chains[1].finality == kept


@pytest.mark.parametrize("given", ['"latest"', "-1", "true", "1.5", '"twelve"', "[]"])
def test_no_other_finality_is_accepted(written: Written, given: str) -> None:
    path = written(f'[chains.1]\nrpc_urls = ["http://127.0.0.1:1"]\nfinality = {given}\n')
    assert problems(path) == [
        'chains.1.finality: is no finality — write "finalized", "safe", or a number of confirmations such as 12'
    ]


@pytest.mark.parametrize(
    "address",
    [
        "https://discord.com.evil.example/api",
        "https://evil.example/api/v10",
        "http://127.0.0.1@evil.example/api",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://evil.example\\@127.0.0.1/",
        "http://127.0.0.1\\@evil.example/",
        "http://127.0.0.1#@evil.example/",
        "http://127.0.0.1?@evil.example/",
        "http://user:word@127.0.0.1/",
        "http://128.0.0.1/",
        "http://127.0.0.1.5/",
        "http://evil.127.0.0.1/",
        "http://evil127.0.0.1/",
        "http://127.0.0.1evil/",
        "http://localhost:80:80/",
        "http://127.0.0.999/",
        "http://[::2]/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://127.0.0.1/ http://evil.example",
        "http://127.0.0.1\n.evil.example",
        "discord.com/api/v10",
        "ws://127.0.0.1/",
        "",
    ],
)
def test_the_token_is_sent_to_discord_or_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, written: Written, address: str
) -> None:
    path = written(
        f"[discord]\napi_base = {address!r}\n"
        if "\n" not in address and "\\" not in address
        else f"[discord]\napi_base = '''{address}'''\n"
    )
    (problem,) = problems(path)
    assert problem.startswith("discord.api_base: ")
    assert f"write {DISCORD_API}, or http://127.0.0.1:PORT" in problem
    assert not address or address not in problem.split(" — ")[0]


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "127.8.9.10", "localhost:1", "[::1]:99"])
def test_a_stand_in_on_this_machine_is_accepted(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("FOLKMOOT_DISCORD__API_BASE", f"http://{host}/api/v10/")
    monkeypatch.setenv("FOLKMOOT_DISCORD__GATEWAY_URL", f"ws://{host}/gateway")
    discord = read_settings().discord
    assert discord.api_base == f"http://{host}/api/v10"
    assert discord.gateway_url == f"ws://{host}/gateway"


def test_discords_own_addresses_are_the_defaults() -> None:
    assert Settings().discord.gateway_url == DISCORD_GATEWAY == "wss://gateway.discord.gg/"


def test_each_wrong_key_and_value_is_one_line_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, written: Written
) -> None:
    path = written(
        f"""
        dicord = 1
        [discord]
        tokn = "{SECRET}"
        token = "{SECRET} {SECRET}"
        api_base = "https://evil.example/{SECRET}"
        [storage]
        url = "mysql://root:{SECRET}@db"
        [chains.mainnet]
        rpc_urls = ["http://{SECRET}.example"]
        [chains.1]
        rpc_url = ["https://{SECRET}.example"]
        multicall = "{SECRET}"
        block_time = "{SECRET}"
        [chains.2]
        rpc_urls = ["ftp://{SECRET}.example", "{SECRET}"]
        symbol = ""
        [chains.3]
        rpc_urls = []
        [chains."https://{SECRET}/"]
        [jobs]
        open = 0
        close = "{SECRET}"
        zzz = 1
        [web]
        domain = "https://{SECRET}.example"
        [logging]
        level = "{SECRET}"
        """
    )
    found = dict(problem.split(": ", 1) for problem in problems(path))
    assert found["dicord"] == "is no setting — did you mean discord?"
    assert found["discord.tokn"] == "is no setting — did you mean token?"
    assert found["discord.token"].startswith("has a space in it — write the bot's token")
    assert found["storage.url"].startswith("is not the address of an SQLite file or of a PostgreSQL database — write ")
    assert found["chains.mainnet"].startswith("is not a chain's number — write its EIP-155 chain id")
    assert found["chains.1.rpc_urls"].startswith("is missing — write a list of addresses")
    assert found["chains.1.rpc_url"] == "is no setting — did you mean rpc_urls?"
    assert found["chains.1.multicall"].startswith("The address is not an address — write the address of Multicall3")
    assert found["chains.1.block_time"] == "does not fit — write the seconds between two blocks"
    assert found["chains.2.rpc_urls"].startswith("is not a web address — write a list")
    assert found["chains.2.symbol"].startswith("is empty — write ")
    assert found["chains.3.rpc_urls"].startswith("is empty — write ")
    assert found["chains.…"].startswith("is not a chain's number")
    assert found["jobs.open"] == "is too small — write the seconds between two looks, 1 to 3600"
    assert found["jobs.close"] == "does not fit — write the seconds between two looks, 1 to 3600"
    assert (
        found["jobs.zzz"] == "is no setting — remove it; known here: "
        "audit, card_debounce, cards, close, observe, open, outbox, roles"
    )
    assert found["web.domain"].startswith("is not a domain name — write your own domain")
    assert found["logging.level"].startswith('does not fit — write "DEBUG"')


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("FOLKMOOT_DISCORD_TOKEN", "did you mean FOLKMOOT_DISCORD__TOKEN?"),
        ("FOLKMOOT_CHAINS__5__RPC_URL", "did you mean FOLKMOOT_CHAINS__5__RPC_URLS?"),
        ("FOLKMOOT_LOGGING", "did you mean FOLKMOOT_LOGGING__LEVEL?"),
        ("FOLKMOOT_JOBS__OPEN__NOW", "did you mean FOLKMOOT_JOBS__OPEN?"),
        ("FOLKMOOT_XYZZY", "remove it from the environment"),
    ],
)
def test_a_variable_that_sets_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, remedy: str) -> None:
    monkeypatch.setenv(name, SECRET)
    assert problems() == [f"{name}: is no setting — {remedy}"]


def test_a_wrong_value_from_the_environment_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_CHAINS__1__RPC_URLS", f'["ftp://{SECRET}"]')
    monkeypatch.setenv("FOLKMOOT_CHAINS__2__RPC_URLS", f"[{SECRET}")
    monkeypatch.setenv("FOLKMOOT_JOBS__CLOSE", SECRET)
    assert sorted(problem.split(" — ")[0] for problem in problems()) == [
        "FOLKMOOT_CHAINS__1__RPC_URLS: is not a web address",
        "FOLKMOOT_CHAINS__2__RPC_URLS: is not a JSON list",
        "FOLKMOOT_JOBS__CLOSE: does not fit",
    ]


def test_a_file_that_is_missing_or_not_toml_is_one_line(written: Written, tmp_path: Path) -> None:
    assert problems(tmp_path / "none.toml") == [
        f"{tmp_path}/none.toml: does not exist — copy config.example.toml to it and fill it in"
    ]
    (problem,) = problems(written(f"[discord]\ntoken = {SECRET}\n"))
    assert re.search(r"is not TOML \(line 2, column \d+\) — put text in quotes", problem)
    (problem,) = problems(tmp_path)
    assert "cannot be read" in problem


def test_printed_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_DISCORD__TOKEN", SECRET)
    monkeypatch.setenv("FOLKMOOT_CHAINS__1__RPC_URLS", f"https://node.example/{SECRET}")
    settings = read_settings()
    for text in (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump())):
        assert SECRET not in text
        assert "node.example" not in text
    assert settings.secrets() == (f"https://node.example/{SECRET}", SECRET)


def test_pydantics_own_refusal_holds_no_value() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"discord": {"token": [SECRET]}, "chains": {1: {"rpc_urls": [SECRET, 5]}}})
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "meant", "origin"),
    [
        ("https://vote.example.org", "https://vote.example.org", "https://vote.example.org"),
        ("https://Vote.Example.org:8443/", "https://vote.example.org:8443", "https://vote.example.org:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost:8080/", "http://localhost:8080", "http://localhost:8080"),
        ("", None, "https://folkmoot.internal"),
    ],
)
def test_the_pages_address_is_what_sign_in_texts_are_for(written: str, meant: str | None, origin: str) -> None:
    web = Settings.model_validate({"web": {"base_url": written}}).web
    assert (web.base_url, web.origin) == (meant, origin)


@pytest.mark.parametrize(
    "address",
    [
        "http://vote.example.org",
        "http://10.0.0.1:8080",
        "vote.example.org",
        "https://vote.example.org/folkmoot",
        "https://user@vote.example.org",
        "https://vote.example.org?x",
        "ftp://127.0.0.1",
        "http://127.0.0.1:80/x",
        "https://",
    ],
)
def test_pages_are_by_https_but_on_this_machine(written: Written, address: str) -> None:
    (problem,) = problems(written(f'[web]\nbase_url = "{address}"\n'))
    assert problem.startswith("web.base_url: ")
    assert "write https:// and the host that members see" in problem


def test_where_the_pages_listen_and_whom_they_believe(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(written('[web]\nhost = "localhost"\nport = 0\ntrusted_proxies = ["proxy.example"]\n'))
    assert [problem.split(" — ")[0] for problem in found] == [
        "web.host: is not an IP address",
        "web.port: is too small",
        "web.trusted_proxies: is neither an IP address nor a network",
    ]
    monkeypatch.setenv("FOLKMOOT_WEB__TRUSTED_PROXIES", '["127.0.0.1", "10.0.0.0/8"]')
    assert read_settings().web.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8")


def test_the_example_parses_and_shows_the_defaults() -> None:
    settings = read_settings(EXAMPLE)
    assert settings.discord.token is None
    for section in ("discord", "storage", "jobs", "web", "logging"):
        assert getattr(settings, section) == getattr(Settings(), section)


def test_every_setting_is_in_the_example_with_a_comment() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    written = tomllib.loads(text)
    keys = known_keys()
    assert ("chains", "*", "rpc_urls") in keys
    assert ("discord", "token") in keys
    for section, *rest in keys:
        table = written[section]
        if rest[0] == "*":
            table = table["1"]
        assert rest[-1] in table, f"{section}.{rest[-1]} is not in config.example.toml"
    assert not re.search(r"^\w+ = .*\n\w+ = .*\n\w+ =", text, re.MULTILINE), "a setting without a comment"


ONE_CHAIN = '[chains.1]\nrpc_urls = ["https://one.example/v1/a,b"]\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_as_any_editor_saves_it(tmp_path: Path, encoding: str, line_end: str) -> None:
    text = ONE_CHAIN.replace("\n", line_end)
    marked = encoding.endswith("-bom")
    data = ("\ufeff" + text).encode(encoding.removesuffix("-bom")) if marked else text.encode(encoding)
    (path := tmp_path / "config.toml").write_bytes(data)
    assert [url.get_secret_value() for url in read_settings(path).chains[1].rpc_urls] == ["https://one.example/v1/a,b"]


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("rpc_urls = [“https://one.example”]", 'write straight quotes there ("), not curly ones'),
        ("```toml", "take the ``` away, which frames code only elsewhere"),
        ("symbol\u200b = 'ETH'", "type that line anew: it holds signs that are not seen, as copied text may"),
        ("symbol\u00a0= 'ETH'", "type that line anew: it holds signs that are not seen, as copied text may"),
        ("symbol = ETH", "put text in quotes and lists in [ ]"),
    ],
)
def test_the_remedy_for_a_line_that_is_not_toml_is_about_what_stands_there(
    tmp_path: Path, line: str, remedy: str
) -> None:
    (path := tmp_path / "config.toml").write_text(f"{ONE_CHAIN}{line}\n", encoding="utf-8")
    (problem,) = problems(path)
    assert problem.startswith(f"{path}: is not TOML (line 3, column ")
    assert problem.endswith(f" — {remedy}")


TWO = ["https://one.example/v1", "https://two.example/?a=b,c"]


@pytest.mark.parametrize(
    "text",
    [
        *(separator.join(TWO) for separator in (",", ", ", " ", ";", "\n", " ,\n")),
        ",".join(TWO) + ",",
        ",".join(f'"{one}"' for one in TWO),
        ",".join(f"“{one}”" for one in TWO),
        "[" + ",".join(f'"{one}"' for one in TWO) + "]",
        "[" + ", ".join(f"“{one}”" for one in TWO) + "]",
        f'["{",".join(TWO)}"]',
        "\u200b" + "\u200b,\ufeff".join(TWO),
    ],
)
def test_two_addresses_in_one_text_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("FOLKMOOT_CHAINS__1__RPC_URLS", text)
    assert [url.get_secret_value() for url in read_settings().chains[1].rpc_urls] == TWO
    monkeypatch.delenv("FOLKMOOT_CHAINS__1__RPC_URLS")
    for value in (text, [text]):
        (path := tmp_path / "config.toml").write_text(f"[chains.1]\nrpc_urls = {json.dumps(value)}\n", encoding="utf-8")
        if not text.startswith("["):
            assert [url.get_secret_value() for url in read_settings(path).chains[1].rpc_urls] == TWO


def test_proxies_may_stand_in_one_text_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_WEB__TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")
    assert read_settings().web.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8")


def test_marks_that_nobody_sees_do_not_make_a_token_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_DISCORD__TOKEN", "\ufeff“abc.def\u200b”")
    token = read_settings().discord.token
    assert token is not None
    assert token.get_secret_value() == "abc.def"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+asyncpg://folkmoot:hush-hush%40@db.example:5433/folkmoot",
        "postgresql://folkmoot:hush-hush%40@/folkmoot?host=/run/postgresql",
        "postgresql+asyncpg://folkmoot:hush-hush%40@[::1]/folkmoot?ssl=require",
    ],
)
def test_the_address_of_postgresql_is_taken_and_its_password_never_shown(address: str) -> None:
    settings = Settings.model_validate({"storage": {"url": address}})
    assert settings.storage.file is None
    assert settings.secrets() == ("hush-hush@",)
    assert "hush" not in repr(settings) + str(settings) + settings.model_dump_json()
    engine = open_engine(settings.storage.url.get_secret_value())
    assert "hush" not in name_of(engine) + repr(engine)


@pytest.mark.parametrize(
    "address",
    ["postgresql+psycopg://u:hush@h/d", "postgresql://u:hush@h", "postgresql://u:hush@h/d?password=hush", "hush"],
)
def test_another_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"storage": {"url": address}})
    assert "hush" not in str(caught.value)


def test_daily_backups_of_postgresql_are_refused_with_the_tool_that_makes_them() -> None:
    with pytest.raises(ValidationError, match="pg_dump"):
        Settings.model_validate({"storage": {"url": "postgresql://h/d", "backups": 3}})
