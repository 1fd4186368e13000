"""What stands before every page: attacks on paths, bodies, headers, origins and patience."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web as aio
from aiohttp.test_utils import TestClient, TestServer
from eth_account import Account

from bot.storage.unit_of_work import SqlStore
from bot.web.server.rate_limits import TokenBuckets
from bot.web.server.site import application
from bot.web.shared.json_requests import MOST_BYTES
from tests.disks import READ_ONLY, Disk
from tests.web.conftest import Web

STRICT = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
)
SECRET = "the-secret-of-a-stack-trace"


class Breaking:
    """Pages that fail in ways nobody foresaw."""

    def routes(self) -> tuple[aio.RouteDef, ...]:
        async def broken(_request: aio.Request) -> aio.Response:
            raise RuntimeError(SECRET)

        return (aio.get("/broken/{token}", broken), aio.post("/broken/{token}", broken))


async def raw(web: Web, sent: bytes) -> bytes:
    """Send bytes as they are, and return the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(web.url.rsplit(":", 1)[1]))
    try:
        writer.write(sent)
        await writer.drain()
        return await asyncio.wait_for(reader.read(100_000), 5)
    finally:
        writer.close()


def is_strict(headers: Any) -> None:
    assert sorted(part.strip() for part in headers["Content-Security-Policy"].split(";")) == sorted(STRICT)
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Server"] == "Folkmoot"
    assert "Set-Cookie" not in headers
    assert "Access-Control-Allow-Origin" not in headers


async def test_every_answer_has_the_headers_and_none_a_cookie(web: Web) -> None:
    ticket = await web.ticket()
    async with web.http.get(web.url) as front:
        page = await front.text()
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    for method, address in (
        ("GET", "/"),
        ("HEAD", "/"),
        ("GET", "/health"),
        ("GET", style),
        ("GET", "/nowhere"),
        ("DELETE", "/"),
        ("GET", ticket.removeprefix(web.url)),
        ("GET", "/link/" + "A" * 43),
        ("POST", ticket.removeprefix(web.url) + "/text"),
        ("OPTIONS", ticket.removeprefix(web.url) + "/text"),
        ("GET", "/%2e%2e/etc"),
    ):
        async with web.http.request(method, web.url + address) as answer:
            is_strict(answer.headers)
            kept = "public, max-age=31536000, immutable" if address == style else "no-store"
            assert answer.headers["Cache-Control"] == kept, address
            assert "Strict-Transport-Security" not in answer.headers


async def test_by_https_browsers_are_told_to_stay_there() -> None:
    made = application((), base_url="https://vote.example.org")
    async with TestClient(TestServer(made)) as client, client.get("/") as answer:
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"


async def test_health_says_that_it_runs_and_nothing_else(web: Web) -> None:
    async with web.http.get(web.url + "/health") as answer:
        assert answer.status == 200
        assert await answer.json() == {"status": "ok"}


async def test_while_the_database_fails_pages_say_that_nothing_was_recorded_and_health_that_it_fails(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = await web.ticket()
    await Disk(cast("SqlStore", web.app.store)).becomes(READ_ONLY)
    for _ in range(5):
        status, answer = await web.tell(f"{ticket}/text", {"address": Account.create().address})
        assert (status, answer["kind"]) == (503, "storage")
        assert "nothing was recorded" in answer["what"]
    async with web.http.get(web.url + "/health") as health:
        assert health.status == 503
        assert await health.json() == {"status": "failing"}
    (record,) = [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")]
    assert "it is read-only" in record.message
    assert record.exc_info is None


@pytest.mark.parametrize(
    "path",
    [
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/../../settings/model.py",
        "/static/%2e%2e%2fwords.py",
        "/link%2Fabc",
        "/link/%00",
        "/link/" + "A" * 42 + "%41",
        "//evil.example/",
        "/link//" + "A" * 43,
        "/\\evil",
        "/.git/config",
        "/" + "a" * 300,
        "/?" + "a" * 300,
        "/link/" + "A" * 43 + ";x=1",
        "/static/",
        "/link/",
        "/%ff",
    ],
)
async def test_odd_paths_lead_nowhere(web: Web, path: str) -> None:
    answer = await raw(web, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), answer[:50]
    assert b"root:" not in answer
    assert b"Traceback" not in answer
    assert len(path) < 10 or path.encode() not in answer.split(b"\r\n\r\n", 1)[1]


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE-SECRET\r\n\r\n",
        b"GET /link/SECRET\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /link/" + b"SECRET" * 2_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-SECRET: " + b"a" * 10_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-SECRET-%d: a\r\n" % n for n in range(100)) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x01SECRET\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: SECRET\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nSECRET",
    ],
)
async def test_what_is_no_request_is_answered_in_few_words_and_not_logged(
    web: Web, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await raw(web, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.0 4", b"HTTP/1.1 4")), answer[:60]
    assert b"Content-Security-Policy" in head
    assert b"aiohttp" not in answer
    assert b"SECRET" not in answer
    assert len(body) < 3_000
    assert "SECRET" not in caplog.text


async def test_what_nobody_foresaw_is_told_without_what_is_inside(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = application((Breaking(),), base_url="https://vote.example.org")
    async with TestClient(TestServer(made)) as client:
        async with client.get("/broken/t0k3n-in-the-address") as answer:
            assert answer.status == 500
            assert "on our side" in await answer.text()
            assert SECRET not in await answer.text()
        async with client.post("/broken/t0k3n-in-the-address") as answer:
            assert (await answer.json())["kind"] == "unforeseen"
    ours = [record for record in caplog.records if record.name.startswith("bot.web")]
    assert [record.getMessage() for record in ours] == [
        "a page failed: GET /broken/{token}",
        "a page failed: POST /broken/{token}",
    ]
    assert SECRET in caplog.text
    assert "t0k3n-in-the-address" not in "\n".join(logging.Formatter().format(record) for record in ours)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST"])
async def test_other_methods_are_refused(web: Web, method: str) -> None:
    ticket = await web.ticket()
    async with web.http.request(method, ticket, headers={"Origin": web.url}) as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "GET,HEAD"
        assert (await answer.json())["what"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "OURS", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "OURS.evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_no_other_site_can_ask_for_anything(web: Web, headers: Any) -> None:
    ticket = await web.ticket()
    given = {name: value.replace("OURS", web.url) for name, value in headers.items()}
    facts = {"address": "0x" + "11" * 20}
    async with web.http.post(ticket + "/text", json=facts, headers=given) as answer:
        assert answer.status == 403
    async with web.http.post(ticket + "/signature", json={"nonce": "a", "signature": "0x"}, headers=given) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": "OURS", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "same-origin"}]
)
async def test_our_own_page_can(web: Web, headers: Any) -> None:
    ticket = await web.ticket()
    given = {name: value.replace("OURS", web.url) for name, value in headers.items()}
    async with web.http.post(ticket + "/text", json={"address": "0x" + "11" * 20}, headers=given) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_what_a_form_can_send_is_refused(web: Web, kind: str) -> None:
    ticket = await web.ticket()
    headers = {"Origin": web.url, "Content-Type": kind}
    async with web.http.post(ticket + "/text", data=b'{"address":"0x"}', headers=headers) as answer:
        assert answer.status == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"address": NaN}',
        b'{"a":' * 5_000,
        b'{"address": 5}',
        b'{"address": ["0x"]}',
        b'{"address": null}',
        b'{"Address": "0x"}',
        b'{"address": "' + b"0" * 65 + b'"}',
    ],
)
async def test_what_our_page_does_not_send_is_refused(web: Web, body: bytes) -> None:
    ticket = await web.ticket()
    headers = {"Origin": web.url, "Content-Type": "application/json"}
    async with web.http.post(ticket + "/text", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["kind"] == "http"


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_large_body_is_refused(web: Web, chunked: bool) -> None:
    ticket = await web.ticket()

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MOST_BYTES // 1_000 + 2):
            yield b"a" * 1_000

    headers = {"Origin": web.url, "Content-Type": "application/json"}
    body = pieces() if chunked else b"a" * (MOST_BYTES + 1)
    async with web.http.post(ticket + "/text", data=body, headers=headers) as answer:
        assert answer.status == 413


async def test_a_compressed_body_is_not_unpacked(web: Web) -> None:
    ticket = await web.ticket()
    headers = {"Origin": web.url, "Content-Type": "application/json", "Content-Encoding": "deflate"}
    async with web.http.post(ticket + "/text", data=b'{"address":"0x"}' * 10, headers=headers) as answer:
        assert answer.status in (400, 413)


async def test_a_visitor_who_asks_too_often_waits_and_others_do_not() -> None:
    made = application(
        (),
        base_url="https://vote.example.org",
        trusted_proxies=["127.0.0.1"],
        buckets=TokenBuckets(burst=5, per_second=0.001),
    )

    async def ask(client: TestClient[Any, Any], forwarded: str) -> aiohttp.ClientResponse:
        return await client.get("/", headers={"X-Forwarded-For": forwarded})

    async with TestClient(TestServer(made)) as client:
        assert [(await ask(client, "198.51.100.1")).status for _ in range(7)] == [200] * 5 + [429] * 2
        refused = await ask(client, "198.51.100.1")
        assert int(refused.headers["Retry-After"]) > 0
        assert "Wait" in await refused.text()
        is_strict(refused.headers)
        assert (await ask(client, "198.51.100.2")).status == 200
        for forged in ("1.1.1.1", "2.2.2.2", "3.3.3.3"):
            assert (await ask(client, f"{forged}, 198.51.100.1")).status == 429


async def test_nobody_passes_for_another_visitor_without_a_trusted_proxy() -> None:
    made = application((), base_url="https://vote.example.org", buckets=TokenBuckets(burst=3, per_second=0.001))
    async with TestClient(TestServer(made)) as client:
        seen = [(await client.get("/", headers={"X-Forwarded-For": f"198.51.100.{n}"})).status for n in range(5)]
    assert seen == [200, 200, 200, 429, 429]


async def test_a_body_that_does_not_come_is_not_waited_for(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.shared.json_requests._SECONDS", 0.2)
    ticket = (await web.ticket()).removeprefix(web.url)
    head = f"POST {ticket}/text HTTP/1.1\r\nHost: x\r\nOrigin: {web.url}\r\nContent-Type: application/json\r\n"
    answer = await raw(web, head.encode() + b"Content-Length: 500\r\nConnection: close\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408")
