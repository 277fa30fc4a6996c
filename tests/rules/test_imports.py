"""Who may import whom. Layers and siblings are contracts in pyproject.toml; the rest is counted here."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.rules.conftest import Plant
from tests.rules.tree import PACKAGES, ROOT, imports, sources

# One door for every outside thing: when it changes or has to go, one file does.
DOORS = {
    "transitions": ("workflows/engine.py",),
    "chinese_calendar": ("cycle/calendar_seed.py",),
    "openpyxl": ("cycle/documents/spreadsheet.py",),
    **dict.fromkeys(("docx", "docxtpl", "lxml"), ("cycle/documents/papers/rendering.py",)),
    "apscheduler": ("cycle/worker.py",),
    "aiosmtplib": ("notifications/mailer.py",),
    "alembic": ("cycle/schema.py", "cycle/migrations/"),
    # Beside the interface, what it and the pages are compared with.
    "fastapi": ("cycle/api/", "cycle/bench/plain_api.py", "cycle/bench/pages_bare.py"),
    "uvicorn": ("cycle/app.py",),
    "pwdlib": ("cycle/security.py",),
    "limits": ("cycle/api/limits.py",),
    "pypinyin": ("cycle/web/searched.py",),
    "prometheus_client": ("cycle/api/metrics.py",),
}
# The rows of a subject and its history are written by these two, and the second obeys the first.
ONLY_ADVANCE = ("cycle.operations.storing", "cycle/operations/advance.py")
SHAPES = {"cycle.operations.storing.Change"}


def broken_contracts(root: Path) -> str:
    """Return the import linter's report on a tree that breaks its contracts, empty if it keeps them."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""


def wrong_door(root: Path) -> Iterator[str]:
    """Yield each import of an outside thing by a module that is not its door."""
    for source in sources(root, *PACKAGES):
        for found in imports(source):
            doors = DOORS.get(found.module.split(".")[0])
            if doors and not source.path.startswith(doors):
                yield f"{source.path}:{found.line} imports {found.module}"


def not_standard(root: Path, folder: str, *also: str) -> Iterator[str]:
    """Yield each import in a folder from outside the standard library, that folder and `also`."""
    for source in sources(root, folder):
        for found in imports(source):
            known = found.module.split(".")[0] in sys.stdlib_module_names
            if not known and not found.module.startswith((folder.replace("/", ".") + ".", *also)):
                yield f"{source.path}:{found.line} imports {found.module}"


def writes_past_advance(root: Path) -> Iterator[str]:
    """Yield each import of the storing module by anybody but the write path."""
    module, allowed = ONLY_ADVANCE
    for source in sources(root, *PACKAGES):
        for found in imports(source):
            inside = found.module == module or found.module.startswith(module + ".")
            if inside and source.path != allowed and found.module not in SHAPES:
                yield f"{source.path}:{found.line} imports {found.module}"


def test_the_import_contracts_are_kept() -> None:
    assert broken_contracts(ROOT) == ""


def test_each_outside_thing_comes_in_by_one_door() -> None:
    assert list(wrong_door(ROOT)) == []


def test_the_rules_need_only_the_standard_library_and_the_state_machine() -> None:
    assert list(not_standard(ROOT, "workflows", "transitions.")) == []


def test_the_first_start_needs_only_the_standard_library() -> None:
    known = ("cycle.bootstrap", "cycle.__main__.", "cycle.cli.main")
    found = [
        line for line in not_standard(ROOT, "cycle", *known) if line.startswith(("cycle/__", "cycle/boot"))
    ]
    assert found == []


def test_only_advance_writes_through_storing() -> None:
    assert list(writes_past_advance(ROOT)) == []


def test_a_second_door_is_noticed_inside_a_function_too(plant: Plant) -> None:
    root = plant("cycle/web/page.py", "def f():\n    from openpyxl import Workbook\n")
    assert list(wrong_door(root)) == ["cycle/web/page.py:2 imports openpyxl.Workbook"]


def test_a_library_in_the_rules_is_noticed(plant: Plant) -> None:
    root = plant("workflows/grading.py", "import json\nimport pydantic\nfrom workflows import rulebook\n")
    assert list(not_standard(root, "workflows", "transitions.")) == [
        "workflows/grading.py:2 imports pydantic"
    ]


def test_a_way_past_advance_is_noticed(plant: Plant) -> None:
    root = plant("cycle/web/page.py", "from cycle.operations import storing\n")
    assert list(writes_past_advance(root)) == ["cycle/web/page.py:1 imports cycle.operations.storing"]


def test_a_broken_contract_is_noticed(plant: Plant) -> None:
    for package in PACKAGES:
        plant(f"{package}/__init__.py", "")
    plant("cycle/models.py", "")
    plant("workflows/grading.py", "import cycle.models\n")
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.importlinter]")
    assert "workflows.grading -> cycle.models" in broken_contracts(
        plant("pyproject.toml", "".join(contracts[1:]))
    )
