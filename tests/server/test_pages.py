"""The pages for people, as files: types, policies, caches, and what is said when a built file is missing."""

from __future__ import annotations

import gzip
import re
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from mockdesk.server.page_files import LIBRARY, PageFiles, installed_files
from mockdesk.server.page_policy import widget_policy
from mockdesk.server.pages import add_pages
from tests.server.support import Desk, session

WIDGET = Path(__file__).parents[2] / "mockdesk" / "widget"
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/", "/widget"])
def test_pages_may_call_nobody_else(desk: Desk, path: str) -> None:
    """The browser itself must refuse what a page should not do; a promise in the code is not enough."""
    headers = session().get(f"{desk.url}{path}").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    host = desk.url.split("/")[2]
    allowed = {"'self'", "'none'", "'unsafe-inline'", "data:", "blob:", f"ws://{host}", f"wss://{host}"}
    assert {source for sources in policy.values() for source in sources.split()} <= allowed
    assert "'unsafe-inline'" not in policy["script-src"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_forged_host_adds_nothing_to_the_policy() -> None:
    """The name of the host comes from the request: it must not smuggle in a source of its own."""
    assert widget_policy("127.0.0.1:8900").count("ws://127.0.0.1:8900") == 1
    for forged in ("a; script-src *", "a https://outside.example", "*", "a'unsafe-inline'"):
        assert widget_policy(forged) == widget_policy("")


@pytest.mark.parametrize("path", ["/", "/widget"])
def test_pages_ask_for_files_that_exist(desk: Desk, path: str) -> None:
    """A page with a dead reference stays empty without a word."""
    page = session().get(f"{desk.url}{path}").text
    found = re.findall(r'(?:<script src|<link rel="stylesheet" href)="([^"]+)"', page)
    assert found
    root = desk.url.partition("/desks/")[0]
    for reference in found:
        answer = session().get(f"{root}{unescape(reference)}")
        assert answer.status_code == 200, reference
        expected = "text/css; charset=utf-8" if ".css" in reference else "text/javascript; charset=utf-8"
        assert answer.headers["Content-Type"] == expected
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_each_module_imports_files_that_exist() -> None:
    """The browser asks for what a module imports; nobody sees a page of which one is missing."""
    files = installed_files()
    for module in (WIDGET / "page").glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', module.read_text()):
            assert files.find(name) is not None, f"{module.name} imports {name}"


def test_the_widget_is_sent_compressed_and_kept(desk: Desk) -> None:
    """It is by far the largest file: a second visit must not load it again."""
    page = session().get(f"{desk.url}/widget").text
    [version] = re.findall(rf"{re.escape(LIBRARY)}\?v=(\w+)", page)
    url = f"{desk.url}/widget/{LIBRARY}?v={version}"
    answer = session().get(url)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert sha256(answer.content).hexdigest().startswith(version)
    again = session().get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = session().get(url, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.content == answer.content
    assert plain.headers["ETag"] != answer.headers["ETag"]
    assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789abcdef"])
def test_only_its_checksum_makes_the_widget_immutable(desk: Desk, query: str) -> None:
    """A file that is kept for ever under a name that is not its own would outlive the next release."""
    answer = session().get(f"{desk.url}/widget/{LIBRARY}{query}")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_noted_checksums_are_those_of_the_files() -> None:
    """Whoever compares the checksum with a build of their own must compare what is shipped."""
    for line in (WIDGET / "built" / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        stored = WIDGET / "built" / name
        content = (
            stored.read_bytes() if stored.exists() else gzip.decompress(stored.with_name(f"{name}.gz").read_bytes())
        )
        assert sha256(content).hexdigest() == digest, name


@pytest.mark.parametrize(
    "name", ["demo.html", "tsconfig.json", "nothing.js", "..%2fpackage.json", "..%2flibrary%2fentry.js", ".js"]
)
def test_nothing_else_is_served(desk: Desk, name: str) -> None:
    """The pages' folder is no file server."""
    answer = session().get(f"{desk.url}/widget/{name}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_licences_are_shown(desk: Desk) -> None:
    """The licences ask to be handed on with the file."""
    answer = session().get(f"{desk.url}/widget/THIRD_PARTY_LICENSES.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    for name in ("@carbon/ai-chat 1.9.1: Apache-2.0", "react ", "lit ", "dompurify"):
        assert name in answer.text


@pytest.mark.parametrize("missing", ["carbon-ai-chat.js", "servicedesk.js"])
def test_a_missing_file_is_named(missing: str, tmp_path: Path) -> None:
    """A page that stays empty tells nobody that a build step was left out."""
    (tmp_path / "page").symlink_to(WIDGET / "page")
    (tmp_path / "built").mkdir()
    (tmp_path / "servicedesk.js").write_text("")
    if missing != "carbon-ai-chat.js":
        (tmp_path / "built" / "carbon-ai-chat.js.gz").write_bytes(gzip.compress(b""))
    integration = None if missing == "servicedesk.js" else tmp_path / "servicedesk.js"
    app = Flask("pages")
    add_pages(app, PageFiles(tmp_path, integration))
    answer = app.test_client().get("/widget")
    assert answer.status_code == 503
    assert "<li>" in answer.text
    assert missing in answer.text
    others = {"carbon-ai-chat.js", "servicedesk.js"} - {missing}
    assert not [one for one in others if f"<li>{one}" in answer.text]
    assert app.test_client().get("/").status_code == 200
