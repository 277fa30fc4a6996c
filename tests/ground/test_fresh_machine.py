"""The whole first start in a system that has Python and nothing else, made for the occasion."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ground.conftest import ROOT
from tests.rules.tree import files

pytestmark = pytest.mark.long
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PASSED_ON = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Path]:
    """A Debian of this machine's release with python3 and certificates, and a copy of the program in it."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("needs root and debootstrap")
    release = platform.freedesktop_os_release()
    if release.get("ID") != "debian":
        pytest.skip("needs a Debian to take the release from")
    root = tmp_path / "system"
    made = subprocess.run(
        [
            "debootstrap",
            "--variant=minbase",
            "--include=python3,ca-certificates",
            release["VERSION_CODENAME"],
            root,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"debootstrap: {(made.stdout + made.stderr).strip().splitlines()[-1]}")
    for shared in (Path("/etc/resolv.conf"), CERTIFICATES):
        shutil.copy(shared, root / shared.relative_to("/"))
    for path in files(ROOT):
        target = root / "srv" / "program" / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    (root / "srv" / "home").mkdir()
    yield root
    shutil.rmtree(root)


def inside(system: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in the program's folder of that system, home empty, knowing only the way to an index."""
    own = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/srv/home", "PIP_CERT": str(CERTIFICATES)}
    passed = {name: value for name, value in os.environ.items() if name.upper() in PASSED_ON}
    return subprocess.run(
        ["chroot", system, "/bin/sh", "-c", 'cd /srv/program && exec "$@"', "sh", *command],
        env=own | passed,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_nothing_but_python_is_needed_to_start_and_to_test(system: Path) -> None:
    assert inside(system, "python3", "-c", "import ensurepip").returncode != 0
    first = inside(system, "python3", "-m", "cycle.bootstrap")
    assert first.returncode == 0, first.stderr
    second = inside(system, "python3", "-m", "cycle.bootstrap")
    assert (second.stdout, second.stderr) == ("/srv/program/.venv/bin/python\n", "")
    shown = inside(system, "python3", "-m", "cycle", "demo")
    assert shown.returncode == 0, shown.stderr
    assert "$ cycle history verify" in shown.stdout
    imported = inside(system, ".venv/bin/python", "-c", "import sqlmodel, transitions, openpyxl, psycopg")
    assert imported.returncode == 0, imported.stderr
    tested = inside(system, "python3", "-m", "cycle", "test", "tests/ground/test_databases.py")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert " passed" in tested.stdout.splitlines()[-1]
