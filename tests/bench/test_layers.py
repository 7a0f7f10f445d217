"""The benchmark stands above everything: it knows the others, and nobody knows it."""

from __future__ import annotations

from tests.unit.test_imports import PACKAGES, imports, modules, within


def test_nothing_that_is_shipped_imports_the_benchmark() -> None:
    """It is not in the distribution."""
    for package in PACKAGES:
        for name, path in modules(package):
            assert not any(within(imported, "bench") for imported in imports(path)), name


def test_the_benchmark_imports_no_tests() -> None:
    """It must run where the tests are not."""
    for name, path in modules("bench"):
        assert not any(within(imported, "tests") for imported in imports(path)), name


def test_what_writes_the_report_measures_nothing() -> None:
    """Goals and tables are pure, so that a report can be made again of its figures."""
    impure = ("subprocess", "socket", "threading", "os", "time", "bench.processes", "bench.machine", "mockdesk")
    for name, path in modules("bench"):
        if name in ("bench.table", "bench.goals", "bench.remarks", "bench.sizes"):
            assert not any(within(imported, one) for imported in imports(path) for one in impure), name
