"""What may vary is not judged: correct adapters and desks of other kinds come out clean, whatever is generated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from contracts.adapter import DeskDriver
from contracts.catalogue import catalogue
from contracts.desk.subject import desk_subject, further_checks
from contracts.run import Verifier
from contracts.subject import Subject
from contracts.verification import Options
from tests.suite.correct import LENIENT, Variant, all_variants

VARIANTS = all_variants()
SEQUENCES = 20
SEEDS = range(3)
MANY_SEEDS = range(20)


@contextmanager
def verifier_of(variant: Variant, driver: DeskDriver, *, brief: bool) -> Iterator[Verifier]:
    """Yield what verifies a variant: an adapter over the driver's desks, a desk over its own."""
    options = Options(sequences=SEQUENCES, brief=brief)
    if variant.desk is None:
        assert variant.factory is not None
        yield Verifier(Subject("adapter", variant.name, variant.factory), driver, options)
        return
    with variant.desk() as own:
        yield Verifier(desk_subject(variant.name), own, options)


def play(verifier: Verifier, seeds: range) -> None:
    """Play the scenarios, what a desk is probed with, and the sequences of each seed."""
    verifier.scenarios()
    if verifier.subject.kind == "desk":
        verifier.options = replace(verifier.options, sequences=0)  # the generated requests of a quick run
        further_checks(verifier)
    for seed in seeds:
        verifier.options = replace(verifier.options, sequences=SEQUENCES, seed=seed)
        verifier.sequences()


def blamed(verifier: Verifier, variant: Variant) -> dict[str, tuple[str, str, str]]:
    """Return what was found: where, what was expected, what came."""
    found = {id: tally.findings[0] for id, tally in verifier.tallies.items() if tally.findings}
    return {
        id: (one.run.name, one.judgement.expected, one.judgement.actual)
        for id, one in found.items()
        if id not in variant.lenient
    }


@pytest.mark.all
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: one.name)
def test_a_correct_subject_of_another_kind_is_not_blamed(variant: Variant, driver: DeskDriver) -> None:
    """A requirement that fits the reference alone would teach integrators the reference, not the contract."""
    with verifier_of(variant, driver, brief=True) as verifier:
        play(verifier, SEEDS)
        assert blamed(verifier, variant) == {}


@pytest.mark.long
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: one.name)
def test_no_seed_blames_a_correct_subject(variant: Variant, driver: DeskDriver) -> None:
    """A false alarm in one run of twenty is what makes people switch a suite off."""
    with verifier_of(variant, driver, brief=False) as verifier:
        play(verifier, MANY_SEEDS)
        assert blamed(verifier, variant) == {}


def test_there_are_enough_and_exceptions_are_explained() -> None:
    """An exception without a reason is a requirement that nobody dared to mend."""
    assert sum(one.factory is not None for one in VARIANTS) >= 12
    assert sum(one.desk is not None for one in VARIANTS) >= 6
    known = {one.id for one in catalogue()}
    assert LENIENT.keys() <= {one.name for one in VARIANTS}
    assert all(id in known and why for excused in LENIENT.values() for id, why in excused.items())
