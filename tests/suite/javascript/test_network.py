"""Addresses of a vendor lead to the desk under test; nothing else leaves the machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from websockets.sync.server import ServerConnection, serve

from contracts.lanes.site import Content, Elsewhere, Outside, Site, Through
from contracts.lanes.targets import BROWSER
from tests.suite.javascript.pages import LANES, integration, page_of


class _Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with the path, or with a script that tells it."""
        body = f"window.loaded = {json.dumps(self.path)};" if self.path.endswith(".js") else self.path
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/plain")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """Return the address of a server that answers with the path it was asked for."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as opened:
        threading.Thread(target=opened.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{opened.server_port}"
        opened.shutdown()


@pytest.fixture
def socket() -> Iterator[str]:
    """Return the address of a web socket that tells its path."""

    def tell(connection: ServerConnection) -> None:
        assert connection.request is not None
        connection.send(connection.request.path)

    with serve(tell, "127.0.0.1", 0) as opened:
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{opened.socket.getsockname()[1]}"
        opened.shutdown()


@pytest.mark.parametrize("lane", LANES)
def test_requests_to_a_vendors_host_go_to_the_desk(tmp_path: Path, lane: str, server: str) -> None:
    """A bundle with a hard-coded host of https runs without a change."""
    code = integration(
        userTyping="""async () => {
            const [one, two] = [await fetch("https://api.vendor.example/v2/chats?x=1"),
                await fetch(new Request("https://api.vendor.example/v2/other"))];
            return [await one.text(), await two.text()];
        }""",
    )
    how = {"rewrites": (("https://api.vendor.example", "{desk_url}/vendor"),), "desk_url": server}
    with page_of(code, tmp_path, lane, **how) as page:
        assert page.adapter.user_typing(True) == ["/vendor/v2/chats?x=1", "/vendor/v2/other"]


@pytest.mark.parametrize("lane", LANES)
def test_web_sockets_to_a_vendors_host_go_to_the_desk(tmp_path: Path, lane: str, socket: str) -> None:
    """The rule for https holds for wss."""
    code = integration(
        userTyping="""() => new Promise((resolve, reject) => {
            const socket = new WebSocket("wss://streaming.vendor.example/channels/7");
            socket.onmessage = (event) => resolve([event.data, socket instanceof WebSocket]);
            socket.onerror = () => reject(new Error("no socket"));
        })""",
    )
    how = {"rewrites": (("https://streaming.vendor.example", "{desk_url}/s"),), "desk_url": socket}
    with page_of(code, tmp_path, lane, **how) as page:
        assert page.adapter.user_typing(True) == ["/s/channels/7", True]


@pytest.mark.all
def test_old_fashioned_requests_are_rewritten_too(tmp_path: Path, server: str) -> None:
    """SDKs use XMLHttpRequest, and load further scripts by tags that they write themselves."""
    code = integration(
        userTyping="""() => new Promise((resolve) => {
            const request = new XMLHttpRequest();
            request.open("GET", "https://api.vendor.example/old");
            request.onload = () => {
                const script = document.createElement("script");
                script.src = "https://cdn.vendor.example/sdk/more.js";
                script.onload = () => resolve([request.responseText, window.loaded]);
                document.head.append(script);
            };
            request.send();
        })""",
    )
    rewrites = (("https://api.vendor.example", "{desk_url}"), ("https://cdn.vendor.example", "{desk_url}/cdn"))
    with page_of(code, tmp_path, BROWSER, rewrites=rewrites, desk_url=server) as page:
        assert page.adapter.user_typing(True) == ["/old", "/cdn/sdk/more.js"]


@pytest.mark.all
def test_a_vendors_sdk_by_its_public_address_is_a_file(tmp_path: Path) -> None:
    """A page's script tag names the vendor's host; offline, a file stands in its place."""
    folder = tmp_path / "vendor"
    folder.mkdir()
    (folder / "sdk.js").write_text("window.sdk = 'from a file';")
    code = integration(getName="() => window.sdk")
    how = {
        "scripts": ("https://sdk.vendor.example/v1/sdk.js",),
        "rewrites": (("https://sdk.vendor.example/v1", f"file:{folder}"),),
    }
    with page_of(code, tmp_path, BROWSER, **how) as page:
        assert page.adapter.get_name() == "from a file"


@pytest.mark.all
def test_what_would_leave_the_machine_is_blocked_and_told(tmp_path: Path) -> None:
    """A run that depended on the outside would be another one tomorrow; the remedy is named."""
    code = integration(userTyping="async () => fetch('https://api.vendor.example/').then(() => 1, (e) => e.name)")
    with page_of(code, tmp_path, BROWSER, origin="https://shop.example") as page:
        assert page.adapter.user_typing(True) == "TypeError"
        kind, text = page.wait_to_hear("blocked")
        assert (kind, "--rewrite" in text) == ("log", True)


def test_a_page_gets_nothing_from_outside_the_folder_of_its_bundle(tmp_path: Path) -> None:
    """What is beside the bundle is served to code that nobody has read."""
    inside = tmp_path / "dist"
    inside.mkdir()
    (inside / "bundle.js").write_text("1;")
    (tmp_path / "secret.js").write_text("2;")
    config = {
        "origin": "https://shop.example",
        "bundle": str(inside / "bundle.js"),
        "scripts": [],
        "rewrites": [["https://a.example", "file:" + str(inside)], ["https://b.example", "http://127.0.0.1:1/b"]],
    }
    site = Site(config)
    own = "https://shop.example/contracts/bundle/"
    assert site.answer(f"{own}bundle.js") == Content(b"1;", "text/javascript; charset=utf-8")
    assert site.answer(f"{own}%2e%2e/secret.js") is None
    assert site.answer("https://a.example/../secret.js") is None
    assert site.answer("https://a.example/bundle.js?v=1") == Content(b"1;", "text/javascript; charset=utf-8")
    assert site.answer("https://b.example/x") == Elsewhere("http://127.0.0.1:1/b/x")
    assert site.answer("https://shop.example/contracts/scripts/0/x.js") is None
    assert isinstance(site.answer("https://c.example/"), Outside)
    assert isinstance(site.answer("http://127.0.0.1:8900/v1"), Through)
