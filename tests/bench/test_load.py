"""What the load generators say, and how they are told."""

from __future__ import annotations

import json

import pytest

from bench.load.wrk import read_requests
from bench.load.wsload import Target, read_load
from bench.processes import CannotMeasure

WRK = """Running 2s test @ http://127.0.0.1:1/
  2 threads and 32 connections
Requests/sec:    231.10
JSON {"rate":231.1,"p50_ms":63.5,"p99_ms":112.8,"requests":469,"not_2xx":1,"socket_errors":2,"timeouts":3}
"""


def test_the_output_of_wrk_is_read() -> None:
    """A request that failed in any way is an error: fast refusals are no rate."""
    told = read_requests(WRK)
    assert (told.rate, told.p50_ms, told.p99_ms, told.requests, told.errors) == (231.1, 63.5, 112.8, 469, 6)


@pytest.mark.parametrize("output", ["", "unable to connect to 127.0.0.1", WRK.replace("469", "0")])
def test_a_run_without_an_answer_is_no_measurement(output: str) -> None:
    """Zero answers would give a rate of zero and a CPU of nothing for each."""
    with pytest.raises(CannotMeasure):
        read_requests(output)


@pytest.mark.parametrize("wrong", [{"failed": 1}, {"lost": 1}, {"answers_bad": 1}, {"incomplete": 1}])
def test_a_load_with_losses_is_no_measurement(wrong: dict[str, int]) -> None:
    """A server that loses sockets or refuses requests must not get a figure for being quick at it."""
    told = {"asked": 10, "opened": 10, "failed": 0, "lost": 0, "first_error": "handshake: 503"}
    read_load(json.dumps(told)).require_all_open()
    with pytest.raises(CannotMeasure, match="handshake: 503"):
        read_load(json.dumps(told | wrong)).require_all_open()


def test_what_is_no_object_is_refused() -> None:
    """A generator that died in the middle leaves half a line."""
    for line in ("", '{"stage":"opened"', "3"):
        with pytest.raises(CannotMeasure):
            read_load(line)


def test_a_target_is_a_line_of_five_fields() -> None:
    """The generator tells fields by tabs, and absent ones by a dash."""
    full = Target("/s?after=3", "byosd.v1, bearer.t", "/m", "Bearer t", 3)
    assert full.to_line() == "/s?after=3\tbyosd.v1, bearer.t\t/m\tBearer t\t3\n"
    assert Target("/s").to_line() == "/s\t-\t-\t-\t0\n"
