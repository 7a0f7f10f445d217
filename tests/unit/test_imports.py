"""The layers of ARCHITECTURE.md hold: who may import whom, and what the pure parts may use."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("mockdesk", "contracts", "byosd_reference")
LAYERS = ("mockdesk.core", "mockdesk.scripts", "mockdesk.dialects", "mockdesk.store", "mockdesk.server")
VENDORS = ("genesys", "twilio", "flex", "kustomer", "egain", "oracle", "incontact", "salesforce", "zendesk")


def modules(package: str) -> Iterator[tuple[str, Path]]:
    """Yield the dotted name and path of every module below a package."""
    for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path: Path, *, runtime_only: bool = False) -> set[str]:
    """Return the dotted names that a module imports; ``runtime_only`` leaves out TYPE_CHECKING blocks."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if runtime_only and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def within(name: str, package: str) -> bool:
    """Tell whether a dotted name is a package or lies below it."""
    return name == package or name.startswith(package + ".")


def test_the_core_is_pure() -> None:
    """A core with a socket, a thread or a clock of its own could not be played in virtual time."""
    forbidden = ("socket", "threading", "asyncio", "time", "subprocess", "selectors", "http", "urllib", "os", "pathlib")
    for name, path in modules("mockdesk.core"):
        for imported in imports(path):
            top = imported.partition(".")[0]
            assert top in sys.stdlib_module_names or within(imported, "mockdesk"), f"{name} imports {imported}"
            assert top not in forbidden, f"{name} imports {imported}"


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_import_downwards_only(layer: str) -> None:
    """A layer that knows what stands above it cannot be used, or tested, without it."""
    above = [*LAYERS[LAYERS.index(layer) + 1 :], "mockdesk.driver", "mockdesk.__main__"]
    for name, path in modules(layer):
        for imported in imports(path):
            assert not any(within(imported, other) for other in above), f"{name} imports {imported}"


def test_only_the_server_knows_flask() -> None:
    """Flask and sockets stand in one place, so that another server can take their place."""
    for layer in ("mockdesk.core", "mockdesk.scripts", "mockdesk.dialects", "mockdesk.store"):
        for name, path in modules(layer):
            tops = {imported.partition(".")[0] for imported in imports(path)}
            assert not tops & {"flask", "flask_sock", "werkzeug", "simple_websocket", "socket"}, name


def test_only_the_store_knows_sqlite_and_its_codec() -> None:
    """What the format is stands in one place; threads are the server's; and shapes of desk are no part of it."""
    for name, path in modules("mockdesk"):
        tops = {imported.partition(".")[0] for imported in imports(path)}
        if within(name, "mockdesk.store"):
            assert not tops & {"threading", "asyncio"}, name
            assert not any(within(imported, "mockdesk.dialects") for imported in imports(path)), name
        else:
            assert "cattrs" not in tops, name
            assert "sqlite3" not in tops or name == "mockdesk.server.store_writer", name


def test_a_server_without_a_store_loads_nothing_of_it() -> None:
    """Reading the codec takes a tenth of a second, which a cold start in CI must not pay for."""
    code = "import sys, mockdesk.__main__, mockdesk.server.running; print({'cattrs', 'sqlite3'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"


def test_the_suite_and_the_mock_do_not_know_each_other() -> None:
    """A vendor runs the suite without the mock; the mock must not agree with the suite by sharing its code."""
    for package, others in {
        "contracts": ("mockdesk", "byosd_reference", "tests", "tools", "bench"),
        "mockdesk": ("contracts", "byosd_reference", "tests", "tools", "bench"),
    }.items():
        for name, path in modules(package):
            for imported in imports(path):
                assert not any(within(imported, other) for other in others), f"{name} imports {imported}"


def test_the_reference_knows_the_interface_only() -> None:
    """An integrator copies the reference: it may use the types of the interface and nothing else of ours."""
    for name, path in modules("byosd_reference"):
        for imported in imports(path):
            if within(imported, "contracts"):
                assert within(imported, "contracts.adapter"), f"{name} imports {imported}"
            assert not within(imported, "mockdesk"), f"{name} imports {imported}"


def test_requirements_stand_on_the_trace_alone() -> None:
    """A requirement that reached for the runner or a socket would no longer be a pure function of the trace."""
    allowed = (
        "contracts.trace",
        "contracts.requirement",
        "contracts.views",
        "contracts.adapter",
        "contracts.requirements",
        "contracts.vocabulary",
    )
    for name, path in modules("contracts.requirements"):
        for imported in imports(path):
            if within(imported, "contracts"):
                ok = any(within(imported, one) for one in allowed) or imported.startswith("contracts.readings")
                assert ok or imported == "contracts", f"{name} imports {imported}"
            else:
                assert imported.partition(".")[0] in sys.stdlib_module_names, f"{name} imports {imported}"


def test_no_requirement_names_a_vendor() -> None:
    """A requirement speaks of what must hold for every desk; names of vendors would tie it to one."""
    for name, path in modules("contracts.requirements"):
        words = set(re.findall(r"[a-z]+", path.read_text(encoding="utf-8").lower()))
        assert not words & set(VENDORS), name


def test_no_circles() -> None:
    """A circle of imports has no bottom to start reading from."""
    names = {name: path for package in PACKAGES for name, path in modules(package)}
    graph = {
        name: {
            one for one in imports(path, runtime_only=True) if one in names and one != name and not within(name, one)
        }
        for name, path in names.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())
