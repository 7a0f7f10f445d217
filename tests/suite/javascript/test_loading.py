"""Loading a bundle: every form that integrators publish, and what is said when one cannot be loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.lanes.javascript import BundleFactory, PageOptions
from contracts.lanes.python_object import BadTarget
from contracts.lanes.stdio_peer import Limits
from contracts.lanes.targets import BROWSER, NODE, open_target
from contracts.smoke import Miswired
from tests.suite.javascript.pages import LANES, integration, needs, page_of

FACTORY = "({ callback }) => ({ getName: () => 'test', userTyping: async () => globalThis.brand ?? null })"


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize(
    ("name", "text", "how"),
    [
        ("bundle.js", f"window.WebChatServiceDeskFactory = {FACTORY};", {}),
        ("bundle.js", f"window.WebChatServiceDeskFactory = async (given) => ({FACTORY})(given);", {}),
        ("bundle.js", f"export default {FACTORY};", {}),
        ("bundle.mjs", f"export default {FACTORY};", {}),
        ("bundle.mjs", f"export const WebChatServiceDeskFactory = {FACTORY};", {}),
        ("bundle.js", f"export const connect = {FACTORY};", {"factory": "connect"}),
        ("bundle.js", f"var acme = {{ desk: {FACTORY} }};", {"factory": "acme.desk"}),
    ],
)
def test_forms_of_a_bundle(tmp_path: Path, lane: str, name: str, text: str, how: dict[str, Any]) -> None:
    """A bundler may make a script or a module, and the page may give the factory a name of its own."""
    with page_of(text, tmp_path, lane, name=name, **how) as page:
        assert page.adapter.get_name() == "test"


@pytest.mark.parametrize("lane", LANES)
def test_a_module_may_import_its_neighbours(tmp_path: Path, lane: str) -> None:
    """What is not bundled is loaded from beside the bundle."""
    (tmp_path / "part.mjs").write_text("export const name = 'in parts';")
    text = "import { name } from './part.mjs'; export default () => ({ getName: () => name });"
    with page_of(text, tmp_path, lane, name="bundle.mjs") as page:
        assert page.adapter.get_name() == "in parts"


@pytest.mark.parametrize("lane", LANES)
def test_scripts_globals_and_environment_are_there_before_the_bundle(tmp_path: Path, lane: str) -> None:
    """A vendor's SDK comes by a script tag, and a bundle reads its settings when it is loaded."""
    sdk = tmp_path / "sdk.js"
    sdk.write_text("window.sdk = { brand: 'Acme' };")
    text = (
        "const read = [sdk.brand, window.acme.desk.url, process.env.QUEUE, window.serviceDeskOptions.deskUrl];"
        "window.WebChatServiceDeskFactory = () => ({ getName: () => read.join(' ') });"
    )
    how = {
        "scripts": (str(sdk),),
        "globals": {"acme.desk": {"url": "{desk_url}/v2"}},
        "env": {"QUEUE": "sales"},
        "desk_url": "http://127.0.0.1:9/d",
    }
    with page_of(text, tmp_path, lane, **how) as page:
        assert page.adapter.get_name() == "Acme http://127.0.0.1:9/d/v2 sales http://127.0.0.1:9/d"


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("throw new RangeError('no licence');", "RangeError: no licence"),
        ("const a = ;", "SyntaxError"),
        ("window.somethingElse = 1;", "--factory"),
        ("export const other = 1;", "exports neither WebChatServiceDeskFactory nor a default"),
        ("window.WebChatServiceDeskFactory = () => { throw new Error('no options'); };", "Error: no options"),
        ("window.WebChatServiceDeskFactory = async () => null;", "the factory returned null"),
    ],
)
def test_a_bundle_that_cannot_be_loaded_is_miswired(tmp_path: Path, lane: str, text: str, said: str) -> None:
    """No requirement is to blame for it, and the message says what the page's console would have said."""
    with pytest.raises(Miswired, match=r"bundle\.js: ") as refused, page_of(text, tmp_path, lane):
        pass
    assert said in str(refused.value)


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize(
    "text",
    ["while (true);", "window.WebChatServiceDeskFactory = () => new Promise(() => {});"],
    ids=["in the script", "in the factory"],
)
def test_a_bundle_that_hangs_is_miswired(tmp_path: Path, lane: str, text: str) -> None:
    """A run that waits for a bundle must end, and leave no page behind."""
    needs(lane)
    (tmp_path / "bundle.js").write_text(text)
    target = open_target(str(tmp_path / "bundle.js"), lane)
    factory = target.factory
    assert isinstance(factory, BundleFactory)
    factory._limits = Limits(hello=1.5)
    try:
        with pytest.raises(Miswired, match=r"was not loaded: .* hung: no answer to the handshake"):
            factory("http://127.0.0.1:9", None, clock=_Clock(), options={})  # type: ignore[arg-type]
    finally:
        target.close()


class _Clock:
    def now(self) -> float:
        return 0.0


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    """A mistyped path, lane or option is named before anything is started."""
    bundle = tmp_path / "bundle.js"
    with pytest.raises(BadTarget, match="build the bundle first"):
        open_target(str(bundle), NODE)
    bundle.write_text(integration())
    with pytest.raises(BadTarget, match="its lanes are browser and node"):
        open_target(str(bundle), "python")
    with pytest.raises(BadTarget, match=r"--origin 'shop\.example' is no origin"):
        open_target(str(bundle), NODE, PageOptions(origin="shop.example"))
    with pytest.raises(BadTarget, match=r"--script 'sdk\.js': there is no such file"):
        open_target(str(bundle), NODE, PageOptions(scripts=("sdk.js",)))
    with pytest.raises(BadTarget, match="--rewrite api=x"):
        open_target(str(bundle), NODE, PageOptions(rewrites=(("api", "x"),)))
    with pytest.raises(BadTarget, match="say nothing here"):
        open_target("byosd_reference:connect", None, PageOptions())


def test_who_lacks_the_programs_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other lane, or a package, is one line away."""
    bundle = tmp_path / "bundle.js"
    bundle.write_text(integration())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadTarget, match=r"needs Node.js .* apt-get install nodejs"):
        open_target(str(bundle), NODE)
    with pytest.raises(BadTarget, match=r"pip install 'mockdesk\[browser\]'|apt-get install chromium"):
        open_target(str(bundle), BROWSER)


@pytest.mark.parametrize("lane", LANES)
def test_what_a_page_says_of_itself_is_heard(tmp_path: Path, lane: str) -> None:
    """Console errors stand in the trace; exceptions and rejections that nobody handled are judged by ERR-05."""
    code = integration(
        userTyping="""async () => {
            console.error("the queue is gone");
            setTimeout(() => { throw new TypeError("in a timer"); }, 1000);
            Promise.reject(new RangeError("in a promise"));
        }""",
    )
    with page_of(code, tmp_path, lane) as page:
        page.adapter.user_typing(True)
        assert page.wait_to_hear("the queue is gone")[0] == "log"
        assert page.wait_to_hear("RangeError: in a promise")[0] == "unhandled"
        page.clock.advance(1)
        assert page.wait_to_hear("TypeError: in a timer")[0] == "unhandled"
