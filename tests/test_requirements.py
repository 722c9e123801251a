"""The lock is whole, as it is installed without asking what else its packages need."""

from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")


def pinned() -> dict[str, Requirement]:
    """Canonical name to what the locks pin; of a package in two locks, its extras in either."""
    pins: dict[str, Requirement] = {}
    for lock in LOCKS:
        for line in (ROOT / lock).read_text("utf-8").splitlines():
            if line.endswith(" \\") and "==" in line and not line.startswith(" "):
                pin = Requirement(line.removesuffix(" \\"))
                if pin.marker is not None and not pin.marker.evaluate():
                    continue
                before = pins.setdefault(canonicalize_name(pin.name), pin)
                assert before.specifier == pin.specifier, f"{lock} pins another {pin.name}"
                before.extras |= pin.extras
    return pins


def needed() -> list[tuple[str, Requirement]]:
    """Each locked package that is installed, and one thing it needs here."""
    pins = pinned()
    installed = {str(canonicalize_name(d.name)): d for d in distributions()}
    found = []
    for name, pin in pins.items():
        for text in (installed[name].requires if name in installed else None) or []:
            need = Requirement(text)
            extras = ["", *pin.extras]
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras):
                found.append((name, need))
    return found


def test_there_is_much_to_look_at() -> None:
    assert len(pinned()) > 100
    assert len(needed()) > 200


def test_whatever_a_locked_package_needs_is_locked() -> None:
    pins = pinned()
    missing = [
        f"{name} needs {need}"
        for name, need in needed()
        if (pin := pins.get(canonicalize_name(need.name))) is None
        or not need.specifier.contains(next(iter(pin.specifier)).version, prereleases=True)
    ]
    assert missing == []


def test_an_extra_that_is_needed_is_named_in_the_lock() -> None:
    """An older pip takes a package with an extra for another one, and would look for the newest of it."""
    pins = pinned()
    unnamed = [
        f"{name} needs {need}"
        for name, need in needed()
        if not {canonicalize_name(e) for e in need.extras}
        <= {canonicalize_name(e) for e in pins[canonicalize_name(need.name)].extras}
    ]
    assert unnamed == []


@pytest.mark.parametrize("command_file", ["Makefile", "README.md", "Dockerfile"])
def test_the_lock_is_installed_as_it_stands(command_file: str) -> None:
    installs = [
        line
        for line in (ROOT / command_file).read_text("utf-8").splitlines()
        if "pip install" in line and any(lock in line for lock in LOCKS)
    ]
    assert installs
    assert all("--require-hashes --no-deps" in line for line in installs)
