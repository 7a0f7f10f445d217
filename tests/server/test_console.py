"""The console's page and files over HTTP: for each desk, with a policy that lets nothing foreign in."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from mockdesk import RunningServer
from tests.server.support import Desk, problem, session

FOLDER = files("mockdesk").joinpath("console")
MODULES = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".js"))


def test_the_page_of_each_desk(desk: Desk, server: RunningServer) -> None:
    """Whoever opens the console of an isolated desk must not play at another one."""
    for url in (desk.url, server.url):
        base = url.removeprefix(server.url)
        page = session().get(f"{url}/console")
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert f'data-base="{base}"' in page.text
        for address in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
            assert address.startswith(f"{base}/console/")
            assert session().get(server.url + address).status_code == 200
    problem(session().get(f"{server.url}/desks/none/console"), 404, "unknown_desk")


@pytest.mark.parametrize("name", ["", "/main.js", "/console.css"])
def test_nothing_foreign_is_let_in(desk: Desk, name: str) -> None:
    """What a user wrote could not run even if it became markup."""
    headers = session().get(f"{desk.url}/console{name}").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["page.html", "none.js", "..%2f__init__.py", "__init__.py", ".js", "%00.js"])
def test_no_other_file_is_served(desk: Desk, name: str) -> None:
    """The page without its base is of no use, and the package's other files are nobody's business."""
    problem(session().get(f"{desk.url}/console/{name}"), 404, "not_found")


def test_the_console_is_there_in_every_shape(server: RunningServer) -> None:
    """A desk that shows itself as another vendor's at its root has a console, too."""
    control = server.new_desk({"root_dialect": "genesys"})
    try:
        assert "Agent console" in session().get(f"{server.desk_url(control)}/console").text
    finally:
        server.remove_desk(control.name)


@pytest.mark.parametrize("name", MODULES)
def test_modules_make_no_markup_and_ask_nobody_else(name: str) -> None:
    """Text of users and agents is data: no module has a way to make markup or code of it, or an address elsewhere."""
    source = FOLDER.joinpath(name).read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\bimport\(", code)
    assert not re.search(r"https?://", code)
    assert len(source.splitlines()) <= 300


def test_every_module_is_reached_from_the_first() -> None:
    """A module that nothing imports is never run."""
    reached, left = set(), {"main.js"}
    while left:
        name = left.pop()
        reached.add(name)
        source = FOLDER.joinpath(name).read_text(encoding="utf-8")
        left |= {*re.findall(r'from "\./(\w+\.js)"', source)} - reached
    assert sorted(reached) == MODULES


def test_a_script_file_as_text(desk: Desk) -> None:
    """A page cannot read YAML; the mock does, and names each mistake with its line."""
    url = f"{desk.url}/_mock/script"
    text = "name: mine\nagents: [{id: ada}]\nrules: [{on: started, steps: [join]}]\n"
    assert session().put(url, json={"text": text}).json()["script"]["name"] == "mine"
    told = problem(session().put(url, json={"text": text.replace("join", "jion")}), 422, "invalid_script")
    assert "text:3" in told["detail"]
    problem(session().put(url, json={"text": text, "name": "echo"}), 422, "invalid_request")
