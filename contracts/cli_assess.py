"""``contracts assess``: which functions of the guide could a desk's API carry?"""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("assess")
@click.argument("openapi", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Settle doubts: which operation serves which function.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the report as JSON.")
def assess_command(openapi: Path, mapping_file: Path | None, json_file: Path | None) -> None:
    """Assess a desk's API by its OPENAPI document (OpenAPI 3.0 or 3.1, or Swagger 2; YAML or JSON).

    Exit code 0: every must have of the adoption guide is there, or likely; 1: one is doubtful or missing; 2: wrong use.
    """
    from contracts.assess.problems import BadInput

    try:
        sys.exit(_assess(openapi, mapping_file, json_file))
    except BadInput as error:
        raise click.ClickException(str(error)) from error


def _assess(openapi: Path, mapping_file: Path | None, json_file: Path | None) -> int:
    from contracts.assess.choices import read_choices
    from contracts.assess.judge import Conclusion, assess
    from contracts.assess.reading import read_document
    from contracts.assess.report import print_assessment
    from contracts.assess.report_json import assessment_json
    from contracts.publish import console
    from contracts.report_json import dump

    document = read_document(openapi)
    choices = read_choices(mapping_file, document) if mapping_file else {}
    done = assess(document, choices)
    print_assessment(console(), done, openapi.name)
    if json_file is not None:
        try:
            json_file.write_text(dump(assessment_json(done)), encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"--json {json_file}: {error.strerror}") from error
    return 0 if done.conclusion is Conclusion.CAN else 1
