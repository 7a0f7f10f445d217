"""Runs pytest with the two plugins and no others, so that it does not matter what is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> pytest.RunResult:
    """Run pytest in a process of its own, in the folder of ``pytester``."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    plugins = ["-p", "contracts.pytest_plugin", "-p", "mockdesk.pytest_plugin"]
    return pytester.runpytest_subprocess(*plugins, "-p", "no:cacheprovider", *arguments, timeout=120)
