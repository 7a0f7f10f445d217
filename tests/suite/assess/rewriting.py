"""The same document written differently: other names of components, another order, references written out."""

from __future__ import annotations

import copy
import random
from typing import Any


def renamed(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return the document with every component called otherwise; the new names say nothing."""
    document = copy.deepcopy(document)
    key = "components" if "components" in document else None
    groups = document[key] if key else {name: document[name] for name in _SWAGGER if name in document}
    names = {
        (group, old): f"N{number * 7919 + seed}"
        for number, (group, old) in enumerate((group, old) for group in groups for old in groups[group])
    }
    for group in groups:
        groups[group] = {names[group, old]: value for old, value in groups[group].items()}
    if key is None:
        document.update(groups)

    def change(value: Any) -> Any:
        if isinstance(value, list):
            return [change(one) for one in value]
        if not isinstance(value, dict):
            return value
        changed = {name: change(one) for name, one in value.items()}
        if isinstance(changed.get("$ref"), str):
            parts = changed["$ref"].split("/")
            new = names.get((parts[-2], parts[-1]))
            changed["$ref"] = "/".join([*parts[:-1], new or parts[-1]])
        return changed

    return {name: change(value) for name, value in document.items()}


_SWAGGER = ("definitions", "parameters", "responses")


def shuffled(value: Any, seed: int) -> Any:
    """Return the document with the keys of every mapping, and the parameters of operations, in another order."""
    chance = random.Random(seed)

    def change(inner: Any, name: str) -> Any:
        if isinstance(inner, dict):
            items = [(key, change(one, key)) for key, one in inner.items()]
            chance.shuffle(items)
            return dict(items)
        if isinstance(inner, list):
            items = [change(one, "") for one in inner]
            if name in ("parameters", "oneOf", "anyOf", "allOf", "required"):
                chance.shuffle(items)
            return items
        return inner

    return change(value, "")


def written_out(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the document with some of its references replaced by what they refer to, those in themselves excepted."""

    def change(value: Any, open_references: tuple[str, ...]) -> Any:
        if isinstance(value, list):
            return [change(one, open_references) for one in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str) and reference not in open_references and chance.random() < 0.8:
            return change(copy.deepcopy(_target(document, reference)), (*open_references, reference))
        return {key: change(one, open_references) for key, one in value.items()}

    found: dict[str, Any] = {key: change(one, ()) if key == "paths" else one for key, one in document.items()}
    return found


def _target(document: dict[str, Any], reference: str) -> Any:
    value: Any = document
    for part in reference.removeprefix("#/").split("/"):
        value = value[part]
    return value
