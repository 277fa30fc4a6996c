"""The lock files and the pip beside them."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cycle import __version__
from cycle.bootstrap import testing
from cycle.bootstrap.faults import Fault
from cycle.bootstrap.locks import Locks, digest, packages
from tests.ground.conftest import ROOT

LOCKS = Locks(ROOT / "lock")
GROUPS = {"run": ("run",), "test": ("run", "test"), "lint": ("lint",)}
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(group: str) -> dict[str, Requirement]:
    """Return what a lock file pins, by canonical name."""
    lines = LOCKS.path(group).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.removesuffix("\\")) for line in lines if line[:1].isalnum()]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def asked(part: str) -> Iterator[Requirement]:
    """Yield what pyproject.toml asks for: the program's dependencies, or those of a group."""
    source = DECLARED["project"]["dependencies"] if part == "run" else DECLARED["dependency-groups"][part]
    yield from map(Requirement, source)


@pytest.mark.parametrize("group", GROUPS)
def test_a_lock_file_pins_all_that_is_asked_for(group: str) -> None:
    pins = locked(group)
    for part in GROUPS[group]:
        for requirement in asked(part):
            pin = pins[canonicalize_name(requirement.name)]
            (version,) = (specifier.version for specifier in pin.specifier)
            assert requirement.specifier.contains(version), requirement


@pytest.mark.parametrize("group", GROUPS)
def test_every_pin_has_hashes_and_no_address(group: str) -> None:
    text = LOCKS.path(group).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=\w)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    assert len(blocks) == packages(LOCKS.path(group)) == len(locked(group))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)
    assert "://" not in text


@pytest.mark.parametrize("wider", ["test", "lint"])
def test_the_wider_locks_pin_the_same_versions(wider: str) -> None:
    narrow, wide = locked("run"), locked(wider)
    shared = narrow.keys() & wide.keys()
    assert {name: wide[name].specifier for name in shared} == {
        name: narrow[name].specifier for name in shared
    }
    assert wider == "lint" or shared == narrow.keys()


def test_the_pip_in_the_tree_is_the_one_its_checksum_names() -> None:
    assert LOCKS.pip().name.startswith("pip-")


@pytest.mark.parametrize(
    ("wheels", "sums", "code"),
    [
        ({}, {}, "pip_missing"),
        ({"pip-1.whl": b"a"}, {}, "pip_missing"),
        ({"pip-1.whl": b"a", "pip-2.whl": b"b"}, {"pip-1.whl": b"a", "pip-2.whl": b"b"}, "pip_missing"),
        ({"pip-1.whl": b"a"}, {"pip-1.whl": b"b"}, "pip_damaged"),
    ],
)
def test_any_other_pip_is_refused(
    tmp_path: Path, wheels: dict[str, bytes], sums: dict[str, bytes], code: str
) -> None:
    for name, content in {**sums, **wheels}.items():
        (tmp_path / name).write_bytes(sums.get(name, content))
        if name in sums:
            (tmp_path / f"{name}.sha256").write_text(f"{digest(tmp_path / name)}  {name}\n", encoding="ascii")
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Fault) as refused:
        Locks(tmp_path).pip()
    assert refused.value.code == code


def test_an_empty_checksum_is_no_checksum(tmp_path: Path) -> None:
    (tmp_path / "pip-1.whl").write_bytes(b"a")
    (tmp_path / "pip-1.whl.sha256").touch()
    with pytest.raises(Fault, match="pip_damaged"):
        Locks(tmp_path).pip()


def test_the_version_is_told_the_same_twice() -> None:
    assert DECLARED["project"]["version"] == __version__


def test_the_users_words_to_pytest_come_last() -> None:
    words = testing.command(["--long", "-n", "0"])[1:]
    ours = ["-n", "2", "--dist", "worksteal", "-o", "tmp_path_retention_policy=failed"]
    assert words == ["-m", "pytest", *ours, "--long", "-n", "0"]
