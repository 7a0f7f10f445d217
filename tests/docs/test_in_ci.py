"""The workflows of docs/in-ci.md run: their commands are taken out of the YAML and run in some project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import yaml

from contracts.known_failures import read_known_failures

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(
    r"^```yaml\n# (\S+)\n(.*?)^```", (ROOT / "docs" / "in-ci.md").read_text(encoding="utf-8"), re.M | re.S
)
INSTALL = "python -m pip install mockdesk -e ."


def document(name: str) -> Any:
    """Return what a YAML block of the page holds."""
    return yaml.safe_load(dict(BLOCKS)[name])


def github() -> list[str]:
    """Return the scripts of the GitHub workflow's steps, in order."""
    steps = document(".github/workflows/conformance.yml")["jobs"]["conformance"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def gitlab() -> list[str]:
    """Return the commands of the GitLab job: one shell runs them all."""
    script = document(".gitlab-ci.yml")["conformance"]["script"]
    return [script[0], "\n".join(script[1:])]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an adapter and the page's file of known failures."""
    (tmp_path / "my_adapter.py").write_text("from byosd_reference import connect\n\n__all__ = ['connect']\n")
    (tmp_path / "known-failures.yaml").write_text(dict(BLOCKS)["known-failures.yaml"])
    return tmp_path


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return a CI server's environment in which ``contracts`` is this checkout's."""
    commands = folder / "commands"
    commands.mkdir(exist_ok=True)
    script = commands / "contracts"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m contracts "$@"\n')
    script.chmod(0o755)
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", **more}


def kept(name: str) -> Iterator[str]:
    """Yield the paths that a workflow keeps or hands to the server."""
    if name == "gitlab":
        artifacts = document(".gitlab-ci.yml")["conformance"]["artifacts"]
        yield from artifacts["paths"]
        yield artifacts["reports"]["junit"]
    else:
        steps = document(".github/workflows/conformance.yml")["jobs"]["conformance"]["steps"]
        yield next(step["with"]["path"] for step in steps if "upload-artifact" in step.get("uses", ""))


@pytest.mark.all
@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_the_workflows_commands_run(name: str, project: Path) -> None:
    """Who copies a workflow gets a green run of a correct adapter, and the reports that it hands on."""
    install, *scripts = github() if name == "github" else gitlab()
    assert install == INSTALL  # from an index there; here the checkout stands in
    told = environment(project, GITHUB_EVENT_NAME="pull_request", CI_PIPELINE_SOURCE="merge_request_event")
    for script in scripts:
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=project,
            env=told,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "known-failures.yaml:1: MSG-05 no longer fails" in done.stdout
    report = json.loads((project / "reports" / "conformance.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["seed"]) == ("conformant", 0)
    assert len(list(Xml.parse(project / "reports" / "junit.xml").iter("testcase"))) == report["summary"]["planned"]
    assert all((project / path).exists() for path in kept(name))


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_nights_take_another_seed_and_the_full_budget(name: str, project: Path) -> None:
    """The commands are run with a ``contracts`` that only says how it was called."""
    told = environment(
        project,
        GITHUB_EVENT_NAME="schedule",
        GITHUB_RUN_NUMBER="4711",
        CI_PIPELINE_SOURCE="schedule",
        CI_PIPELINE_IID="4711",
    )
    (project / "commands" / "contracts").write_text('#!/bin/sh\necho "$@"\n')
    script = (github() if name == "github" else gitlab())[-1]
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=project, env=told, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("verify adapter my_adapter:connect --seed 4711 --known-failures")
    assert "--quick" not in done.stdout


def test_the_example_of_known_failures_is_one(project: Path) -> None:
    """An example that the reader refuses would be copied all the same."""
    assert [one.id for one in read_known_failures(project / "known-failures.yaml")] == ["MSG-05", "LIF-13"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize("script", [*github(), *gitlab()])
def test_the_commands_are_good_shell(script: str) -> None:
    """A quote that is missing shows only on the server."""
    done = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_file_that_the_pages_link_exists() -> None:
    """A dead link in a page on reports is a bad report."""
    for page in ("in-ci.md", "reports.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        links = re.findall(r"\]\((?!http|#)([^)#]+)", text)
        assert links
        assert not [link for link in links if not (ROOT / "docs" / link).exists()], page
