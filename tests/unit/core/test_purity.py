"""The core knows nothing of the world: only the standard library, and of it nothing that touches machine or time."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mockdesk.core

CORE = Path(mockdesk.core.__file__).parent
MODULES = sorted(CORE.rglob("*.py"))
WORLD = {
    "asyncio",
    "concurrent",
    "ctypes",
    "glob",
    "http",
    "io",
    "locale",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "platform",
    "queue",
    "sched",
    "select",
    "selectors",
    "shutil",
    "signal",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
BUILTINS = {"open", "print", "input", "exec", "eval", "compile", "__import__", "breakpoint"}
PRESENT = {"now", "utcnow", "today"}
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what a module imports: the module, and the name taken from it (or nothing)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def impurities(source: str) -> list[str]:
    """Return what a core module must not do."""
    tree = ast.parse(source)
    found = []
    for module, name in imported(tree):
        top = module.partition(".")[0]
        if top != "mockdesk" and (top not in sys.stdlib_module_names or top in WORLD):
            found.append(f"imports {module}")
        elif top == "mockdesk" and not module.startswith("mockdesk.core") and module != "mockdesk.lazy_dataclass":
            found.append(f"imports {module}, which stands above the core")
        elif top == "random" and name != "Random":
            found.append("uses the random numbers of the process")
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            found.append("changes a global")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
            found.append(f"calls {node.func.id}")
        elif isinstance(node, ast.Attribute) and node.attr in PRESENT and ast.unparse(node.value).startswith("date"):
            found.append(f"asks for {ast.unparse(node)}")
    return found + [f"has the mutable global {name}" for name in mutable_globals(tree)]


def mutable_globals(tree: ast.Module) -> Iterator[str]:
    """Yield the module's names that are bound to something that can change."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, MUTABLE):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if ast.unparse(target) != "__all__":
                yield ast.unparse(target)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_core_module_is_pure(module: Path) -> None:
    """A core with a socket, a thread, a file or a clock of its own could not be played in virtual time."""
    assert impurities(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import os.path",
        "from time import monotonic",
        "import flask",
        "import random",
        "from random import random",
        "from mockdesk.server import app",
        "from datetime import datetime\nx = datetime.now()",
        "def f():\n    open('x')",
        "cache = {}",
        "seen: set[int] = {1}",
        "def f():\n    global x\n    x = 1",
    ],
)
def test_the_test_can_fail(source: str) -> None:
    """A check that finds nothing in a bad module would prove nothing."""
    assert impurities(source) != []


def test_the_core_has_modules() -> None:
    """An empty list would make the test above green for nothing."""
    assert len(MODULES) > 20
