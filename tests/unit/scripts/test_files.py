"""Files: loading them, watching them, and the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockdesk.cli_scripts import scripts
from mockdesk.scripts import Broken, Reloaded, ScriptError, ScriptWatcher, builtin_names, builtin_text, load_script
from mockdesk.scripts.document import MAXIMUM_BYTES

GOOD = "name: mine\nagents: [{id: ada}]\nrules: [{on: started, steps: [join]}]\n"
BAD = GOOD.replace("join", "jion")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a good script."""
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD, encoding="utf-8")
    return file


def test_a_script_is_loaded_by_path_or_name(path: Path) -> None:
    """``--script`` takes either; a byte order mark of an editor is no mistake."""
    assert load_script(path).name == load_script(str(path)).name == "mine"
    assert load_script("echo").name == "echo"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert load_script(path).name == "mine"


def test_a_name_nobody_knows_gets_a_suggestion() -> None:
    """A slip in a name must not end in "file not found"."""
    with pytest.raises(ScriptError, match='there is no script "hapy_path"; did you mean "happy-path"'):
        load_script("hapy_path")


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (b"name: \xff\n", "1: (file): the file is not UTF-8; save it as UTF-8"),
        (b"a\nb: \xe9\n", "2: (file): the file is not UTF-8; save it as UTF-8"),
        (b"#" * (MAXIMUM_BYTES + 1), f"0: (file): the file is larger than {MAXIMUM_BYTES} bytes"),
        (None, "0: (file): the file cannot be read: No such file or directory; check the path"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, mistake: str) -> None:
    """The reasons outside of YAML are told in the same form as those inside."""
    file = tmp_path / "x.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ScriptError) as caught:
        load_script(file)
    assert str(caught.value).startswith(f"{file}:{mistake}")


class Disk:
    """A file in memory, with a signature that changes with every write."""

    def __init__(self) -> None:
        self.text: str | None = GOOD
        self.writes = 0
        self.reads = 0

    def write(self, text: str | None) -> None:
        """Replace the content; ``None`` removes the file."""
        self.text, self.writes = text, self.writes + 1

    def read(self, path: Path) -> str:
        """Return the content."""
        self.reads += 1
        return self.text or ""

    def signature(self, path: Path) -> object:
        """Return what changes with a write."""
        return None if self.text is None else self.writes


def test_a_watcher_loads_once_and_again_after_an_edit() -> None:
    """Looking often must cost nothing: an unchanged file is not even read."""
    disk = Disk()
    watcher = ScriptWatcher("x.yaml", read=disk.read, signature=disk.signature)
    assert isinstance(watcher.check(), Reloaded)
    assert [watcher.check() for _ in range(5)] == [None] * 5
    assert disk.reads == 1
    disk.write(GOOD.replace("mine", "edited"))
    change = watcher.check()
    assert isinstance(change, Reloaded)
    assert change.script.name == "edited"


def test_a_broken_edit_keeps_the_old_script_and_says_why() -> None:
    """A desk under --watch must survive every half-typed state of the file, and tell each once."""
    disk = Disk()
    watcher = ScriptWatcher("x.yaml", read=disk.read, signature=disk.signature)
    watcher.check()
    disk.write(BAD)
    change = watcher.check()
    assert isinstance(change, Broken)
    assert change.mistakes[0].message == 'unknown step "jion"'
    assert watcher.check() is None
    assert watcher.script is not None
    assert watcher.script.name == "mine"
    disk.write(GOOD)
    assert isinstance(watcher.check(), Reloaded), "the owner learns that the file is good again"


def test_a_file_that_was_only_touched_is_not_reloaded() -> None:
    """A reload drops the running programs, so it must not happen for nothing."""
    disk = Disk()
    watcher = ScriptWatcher("x.yaml", read=disk.read, signature=disk.signature)
    watcher.check()
    disk.write(GOOD)
    assert watcher.check() is None


def test_a_watcher_sees_real_files(path: Path) -> None:
    """The real reader notices an edit, a removal and the return."""
    watcher = ScriptWatcher(path)
    assert isinstance(watcher.check(), Reloaded)
    path.write_text(BAD)
    os.utime(path, (1, 1))
    assert isinstance(watcher.check(), Broken)
    path.unlink()
    change = watcher.check()
    assert isinstance(change, Broken)
    assert "cannot be read" in str(change.error)
    path.write_text(GOOD)
    assert isinstance(watcher.check(), Reloaded)
    path.unlink()
    assert isinstance(watcher.check(), Broken)
    path.write_text(GOOD)
    assert isinstance(watcher.check(), Reloaded), "also where the file comes back as it was"


def test_check_says_so_when_all_is_well(path: Path) -> None:
    """Exit code 0 and one line: quiet success would leave doubts whether anything was checked."""
    result = CliRunner().invoke(scripts, ["check", str(path), str(path)])
    assert (result.exit_code, result.output) == (0, "2 scripts checked, no mistakes\n")


def test_check_prints_one_line_per_mistake_and_exits_with_2(path: Path, tmp_path: Path) -> None:
    """CI reads the exit code, editors the lines ``FILE:LINE: key: what; remedy``; one bad file hides no other."""
    bad = tmp_path / "bad.yaml"
    bad.write_text(BAD + "rule: []\n")
    missing = tmp_path / "missing.yaml"
    result = CliRunner().invoke(scripts, ["check", str(bad), str(path), str(missing)])
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        f'{bad}:3: rules[0].steps[0]: unknown step "jion"; did you mean "join"?',
        f'{bad}:4: rule: unknown key "rule"; did you mean "rules"?',
        f"{missing}:0: (file): the file cannot be read: No such file or directory; check the path",
    ]


def test_list_and_show_and_schema() -> None:
    """What ``show`` prints is a file to start from, and ``schema`` is what an editor is given."""
    listed = CliRunner().invoke(scripts, ["list"]).output
    assert [line.split()[0] for line in listed.splitlines()] == builtin_names()
    assert CliRunner().invoke(scripts, ["show", "echo"]).output == builtin_text("echo")
    assert json.loads(CliRunner().invoke(scripts, ["schema"]).output)["title"]


def test_show_of_a_name_nobody_knows() -> None:
    """Wrong use is exit code 2 and a suggestion, not a traceback."""
    result = CliRunner().invoke(scripts, ["show", "ecoh"])
    assert result.exit_code == 2
    assert 'did you mean "echo"?' in result.output
