"""YAML texts as nodes that know their lines; mistakes that PyYAML tells as errors of other kinds are its own here."""

from __future__ import annotations

import yaml


def composed(loader: yaml.SafeLoader) -> yaml.Node | None:
    """Return the root of the text that a loader reads, ``None``: the text is empty.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    try:
        root: yaml.Node | None = loader.get_single_node()
    except RecursionError as error:
        raise _marked(loader, "values are nested too deeply") from error
    except (ValueError, OverflowError) as error:
        raise _marked(loader, "an escape names a character that does not exist") from error
    return root


def _marked(loader: yaml.SafeLoader, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=loader.get_mark())
