"""The first start as a user sees it: real processes, real pip, no network."""

import json
import os
import signal
import time
import venv
from pathlib import Path

import pytest

from tests.ground.conftest import Project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills and links as POSIX has them")


def test_the_first_start_installs_and_the_second_starts_at_once(project: Project) -> None:
    named = ("--wheelhouse", str(project.wheelhouse))
    first = project.run("demo", *named, "--year", "2025", environ={"CYCLE_WHEELHOUSE": ""})
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == {
        "prefix": str(project.environment),
        "argv": ["demo", "--year", "2025"],
        "packages": ["pebble"],
    }
    assert "正在准备运行环境" in first.stderr
    assert "preparing the environment" in first.stderr
    second = project.run("seven", cwd=project.home, environ={"PYTHONPATH": str(project.root)})
    assert (second.returncode, second.stderr) == (7, "")
    assert json.loads(second.stdout)["prefix"] == str(project.environment)


def test_a_start_killed_midway_is_made_good_by_the_next(project: Project) -> None:
    killed = project.start("demo")
    begun = project.environment / "cycle-unfinished"
    while not begun.exists() and killed.poll() is None:
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert begun.exists()
    litter = project.environment / "litter"
    litter.mkdir()
    after = project.run("demo")
    assert json.loads(after.stdout)["packages"] == ["pebble"]
    assert not begun.exists()
    assert not litter.exists()


def test_two_first_starts_at_once_do_not_disturb_each_other(project: Project) -> None:
    both = [project.start("demo") for _ in range(2)]
    told = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert [json.loads(out)["packages"] for out, _ in told] == [["pebble"], ["pebble"]]
    assert sum("only once" in err for _, err in told) == 1


def test_somebody_elses_environment_is_filled_and_not_torn_down(project: Project) -> None:
    venv.EnvBuilder(with_pip=False, symlinks=True).create(project.environment)
    witness = project.environment / "witness"
    witness.touch()
    filled = project.run("demo")
    assert json.loads(filled.stdout)["packages"] == ["pebble"]
    assert witness.exists()


def test_what_pip_is_told_for_the_python_that_starts_us_holds(project: Project, tmp_path: Path) -> None:
    venv.EnvBuilder(with_pip=False, symlinks=True).create(tmp_path / "theirs")
    site = f"[global]\nno_index = true\nfind_links = {project.wheelhouse}\n"
    (tmp_path / "theirs" / "pip.conf").write_text(site, encoding="utf-8")
    python = tmp_path / "theirs" / "bin" / "python"
    first = project.run("demo", environ={"CYCLE_WHEELHOUSE": ""}, python=python)
    assert json.loads(first.stdout)["packages"] == ["pebble"], first.stderr


def test_an_installed_package_makes_no_environment(project: Project) -> None:
    (project.root / "lock").rename(project.root / "elsewhere")
    plain = project.run("demo", "--wheelhouse", "unused")
    assert json.loads(plain.stdout)["argv"] == ["demo"]
    assert not project.environment.exists()
