"""What the tests of the assessment share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from contracts.assess.judge import Assessment, assess
from contracts.assess.reading import document_of, read_document
from contracts.assess.source import Source

HERE = Path(__file__).parent
DOCUMENTS = HERE / "documents"
CONTRACT = Path(__file__).parents[3] / "openapi.yaml"


def path_of(name: str) -> Path:
    """Return the path of a document of the tests, or of the desk contract."""
    return CONTRACT if name == "openapi" else DOCUMENTS / f"{name}.yaml"


def assess_file(name: str) -> Assessment:
    """Assess a document of the tests."""
    return assess(read_document(path_of(name)))


def assess_data(data: dict[str, Any]) -> Assessment:
    """Assess a document that is at hand as values."""
    return assess(document_of(Source("document.yaml", "", data)))


def load(name: str) -> dict[str, Any]:
    """Return a document of the tests as values."""
    value: dict[str, Any] = yaml.safe_load(path_of(name).read_text(encoding="utf-8"))
    return value


def short(name: str) -> list[dict[str, Any]]:
    """Return the short documents of a file."""
    value: list[dict[str, Any]] = yaml.safe_load((HERE / "short" / f"{name}.yaml").read_text(encoding="utf-8"))
    return value


def verdicts(done: Assessment) -> dict[str, str]:
    """Return the verdict of each function by its name in the guide."""
    return {one.guide.value: one.verdict.value for one in done.findings}
