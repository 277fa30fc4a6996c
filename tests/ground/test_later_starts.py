"""Starts after the first: what changed is brought up to date, what broke is made anew."""

import json
import os
import shutil

import pytest

from tests.ground.conftest import Project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills and links as POSIX has them")


def test_the_tests_add_their_packages_and_the_program_keeps_them(started: Project) -> None:
    no_tests = started.run("test")
    assert no_tests.returncode == 1
    assert "The tests come with the source" in no_tests.stderr
    demo = started.run("demo")
    assert (json.loads(demo.stdout)["packages"], demo.stderr) == (["pebble", "cairn"], "")


def test_a_changed_lock_file_is_installed_without_starting_over(started: Project) -> None:
    witness = started.environment / "witness"
    witness.touch()
    started.lock("run", "pebble", "cairn")
    updated = started.run("demo")
    assert json.loads(updated.stdout)["packages"] == ["pebble", "cairn"]
    assert "bringing the environment up to date" in updated.stderr
    assert witness.exists()


def test_an_environment_whose_python_is_gone_is_made_anew(started: Project) -> None:
    shutil.rmtree(started.environment / "bin")
    again = started.run("demo")
    assert again.returncode == 0, again.stderr
    assert "preparing the environment" in again.stderr
