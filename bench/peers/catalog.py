"""Which peers there are. Each answers a POST that creates something and gives it an id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import Launch

FILES = Path(__file__).parent / "files"
BODY = '{"subject":"hello","contact":{"name":"Ada"}}'
SQS_HEADERS = {
    "X-Amz-Target": "AmazonSQS.CreateQueue",
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, "
    "Signature=x",
}


@dataclass(frozen=True)
class Create:
    """The request that creates something; ``%d`` in the body stands for a number that never comes twice."""

    path: str = "/conversations"
    body: str = BODY
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """One peer: an npm package or a PyPI requirement of an exact version, and how it is started where it lies."""

    name: str
    title: str
    package: str
    version: str
    registry: str
    programs: tuple[str, ...]
    launch: Callable[[Path], Launch]
    task: str
    create: Create = Create()

    @property
    def requirement(self) -> str:
        """What the registry's client is asked for."""
        return f"{self.package}@{self.version}" if self.registry == "npm" else f"{self.package}=={self.version}"


def _prism(home: Path) -> Launch:
    program = "node_modules/@stoplight/prism-cli/dist/index.js"
    options = ("mock", "-h", "127.0.0.1", "-p", "{port}", "-v", "silent", "--errors", str(FILES / "prism.yaml"))
    return Launch(("node", "--no-deprecation", program, *options), "/healthz", home)


def _mockoon(home: Path) -> Launch:
    options = ("start", "-X", "--disable-admin-api", "-p", "{port}", "-l", "127.0.0.1")
    program = "node_modules/@mockoon/cli/bin/run.js"
    return Launch(("node", program, *options, "-d", str(FILES / "mockoon.json")), "/healthz", home)


def _wiremock(home: Path) -> Launch:
    # Without a bound its request journal grows without end under load.
    options = ("--bind-address", "127.0.0.1", "--max-request-journal-entries", "1000", "--disable-banner")
    jar = f"node_modules/wiremock/build/wiremock-standalone-{WIREMOCK_VERSION}.jar"
    files = ("--root-dir", str(FILES / "wiremock"))
    return Launch(("java", "-jar", jar, "--port", "{port}", *files, *options), "/healthz", home)


def _moto(home: Path) -> Launch:
    return Launch(
        (str(home / "venv/bin/python"), "-m", "moto.server", "-H", "127.0.0.1", "-p", "{port}"), "/moto-api/", home
    )


WIREMOCK_VERSION = "3.13.2"
PEERS = (
    Peer(
        "prism",
        "Prism",
        "@stoplight/prism-cli",
        "5.16.0",
        "npm",
        ("node", "npm"),
        _prism,
        "validates the body, answers a fixed example",
    ),
    Peer(
        "mockoon",
        "Mockoon",
        "@mockoon/cli",
        "9.9.0",
        "npm",
        ("node", "npm"),
        _mockoon,
        "answers a template with a new id",
    ),
    Peer(
        "wiremock",
        "WireMock",
        "wiremock",
        WIREMOCK_VERSION,
        "npm",
        ("java", "npm"),
        _wiremock,
        "matches the body, answers a template with a new id",
    ),
    Peer(
        "moto",
        "moto server",
        "moto[server]",
        "5.2.5",
        "PyPI",
        (),
        _moto,
        "creates a queue, which stays",
        Create("/", '{"QueueName":"q%d"}', SQS_HEADERS),
    ),
)
