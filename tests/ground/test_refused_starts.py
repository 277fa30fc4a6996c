"""Starts that cannot succeed say why and what to do, in both languages, and leave nothing wrong behind."""

import os
from pathlib import Path

import pytest

from tests.ground.conftest import Project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills and links as POSIX has them")


def test_a_package_that_is_not_the_locked_one_is_refused_with_the_log(project: Project) -> None:
    wheel = project.wheelhouse / "pebble-1.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes() + b"!")
    refused = project.run("demo")
    assert refused.returncode == 1
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert "运行环境没有装好" in refused.stderr
    assert "The environment could not be installed" in refused.stderr


def test_without_an_index_the_failure_says_what_to_do(project: Project) -> None:
    refused = project.run("demo", environ={"PIP_NO_INDEX": "1", "CYCLE_WHEELHOUSE": ""})
    assert refused.returncode == 1
    assert "PIP_INDEX_URL" in refused.stderr
    assert "--wheelhouse" in refused.stderr
    assert "No matching distribution found for pebble" in refused.stderr


def test_a_damaged_pip_is_never_run(project: Project) -> None:
    wheel = next((project.root / "lock").glob("pip-*.whl"))
    wheel.write_bytes(wheel.read_bytes()[:-1])
    refused = project.run("demo")
    assert refused.returncode == 1
    assert "does not match its checksum" in refused.stderr
    assert not (project.environment / "pyvenv.cfg").exists()


def test_a_missing_wheelhouse_is_bad_usage(project: Project, tmp_path: Path) -> None:
    refused = project.run("demo", "--wheelhouse", str(tmp_path / "nowhere"))
    assert refused.returncode == 2
    assert "The wheelhouse folder does not exist" in refused.stderr


def test_somebody_elses_broken_environment_is_left_alone(project: Project) -> None:
    project.environment.mkdir()
    (project.environment / "pyvenv.cfg").touch()
    refused = project.run("demo")
    assert refused.returncode == 1
    assert "Move it away" in refused.stderr
    assert (project.environment / "pyvenv.cfg").exists()
