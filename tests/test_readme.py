"""The README against the code: every setting, verb and flag stands in it, and what it says to type is understood."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from qa.cli import app
from qa.exits import Exit
from qa.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.M | re.S)
VERBS: dict[str, Any] = dict(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
STAND_INS = {
    "DATE": "2023-07-15",
    "[the filters of ask]": "--as-of DATE --since DATE --until DATE --source NAME",
}


def usage_lines() -> list[str]:
    """Return the commands of the README's code blocks that begin with `python -m qa`."""
    lines = [line.strip() for _, block in BLOCKS for line in block.splitlines()]
    inline = re.findall(r"`(python -m qa \w[^`]*)`", README)
    return [line.removeprefix(".venv/bin/") for line in lines + inline if "python -m qa " in line]


def options(verb: str) -> set[str]:
    """Return the flags of a verb, `--wait/--no-wait` by the one that changes something."""
    found = set()
    for parameter in VERBS[verb].params:
        if parameter.param_type_name == "option":
            found.add((parameter.secondary_opts or parameter.opts)[-1])
    return found - {"--help"}


def arguments(usage: str) -> list[str]:
    """Turn a usage line into arguments: what is in brackets is given, all of several choices."""
    for written, meant in reversed(STAND_INS.items()):
        usage = usage.replace(written, meant)
    return shlex.split(re.sub(r"[\[\]|]", " ", usage).removeprefix("python -m qa"))


def test_every_setting_stands_in_the_readme() -> None:
    names = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert {name for name in names if f"`{name}`" not in README} == set()


def test_every_setting_of_the_readme_is_one() -> None:
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", README)) <= {
        PREFIX + n.upper() for n in Settings.model_fields
    }


def test_the_defaults_are_the_readme_s() -> None:
    defaults = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| `([^`]+)` \|", README, re.M))
    assert len(defaults) >= 5
    for name, written in defaults.items():
        default = Settings.model_fields[name.lower()].default
        is_path = isinstance(default, Path)
        assert (
            (default.relative_to(ROOT).as_posix() == written)
            if is_path
            else (type(default)(written) == default)
        )


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_flag_stands_in_its_usage(verb: str) -> None:
    shown = {flag for line in usage_lines() if verb in line.split() for flag in arguments(line)}
    for_all = set(re.findall(r"`(--\w+)", README[README.index("Every verb takes") :].split(".")[0]))
    assert options(verb) - shown - for_all == set()


@pytest.mark.parametrize("line", usage_lines())
def test_each_command_of_the_readme_is_understood(line: str) -> None:
    asked = CliRunner().invoke(app, [*arguments(line), "--help"])  # wrong flags are told before help is given
    assert asked.exit_code == 0, asked.output


def test_a_command_that_is_not_understood_would_be_found() -> None:
    assert CliRunner().invoke(app, ["ask", "Who?", "--colour", "--help"]).exit_code == 2


def test_every_exit_code_is_explained() -> None:
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.M)}
    assert explained == {int(code) for code in Exit}


def test_each_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"(?:^|`|\w=\S+ )make (\w+)", README, re.M))
    assert {"chat", "ask", "test"} <= named <= targets


def test_each_file_that_the_readme_names_exists() -> None:
    named = re.findall(r"`([\w./-]+\.(?:md|py|txt|toml))`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = [block for language, block in BLOCKS if language == "python"]
    example = example.replace(
        "Settings.load({}", f"Settings.load({{}}, index_dir=Path({str(tmp_path / 'store')!r})"
    )
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    assert names["nodes"]
