"""The tree names no machine it was written on and no host a package or a script would come from."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.conftest import Plant
from tests.rules.tree import ROOT, files

# Put together from parts, so that this file does not find itself.
HOSTS = (
    *("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmmirror" + ".com", "yarnpkg" + ".com"),
    *(
        "unpkg" + ".com",
        "jsdelivr" + ".net",
        "cdnjs" + ".",
        "esm" + ".sh",
        "skypack" + ".dev",
        "bootcdn" + ".",
    ),
    *("fonts.google" + "apis", "gstatic" + ".com", "mirrors." + "aliyun", "tuna.tsinghua" + ".edu"),
    *("mirrors." + "cloud.tencent", "mirrors." + "ustc", "anaconda" + ".org", "https://" + "cdn."),
)
ADDRESS = re.compile(
    "|".join(re.escape(host) for host in HOSTS)
    + r"|--(?:extra-)?index"
    + r"-url\s*[= ]\s*\S+|https?://[^ \"]*/(?:simple|npm)/",
    re.IGNORECASE,
)
HOME = re.compile(r"(?<![\w.~-])/(?:root|home/\w+|Users/\w+|work)/|[A-Z]:\\+Users\\", re.ASCII)


def text_of(path: Path) -> str:
    """Return what a file says, empty if it is no text."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def betrayals(root: Path) -> Iterator[str]:
    """Yield each line that names a package host, a home folder or the folder the tree stands in."""
    here = re.escape(str(root)) if len(root.parts) > 2 else r"(?!)"
    forbidden = re.compile(f"{ADDRESS.pattern}|{HOME.pattern}|{here}", re.IGNORECASE)
    for path in files(root):
        name = path.relative_to(root).as_posix()
        if name.endswith((".min.js", ".min.css")):
            continue  # carried as their authors made them
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if found := forbidden.search(line):
                yield f"{name}:{number} {found[0]}"


def test_no_file_names_a_machine_or_a_package_host() -> None:
    assert list(betrayals(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        "see https://files." + "python" + "hosted.org/x.whl",
        "--extra-index" + "-url http://mirror.example/",
        "https://mirror.example" + "/simple/pip",
        "<script src='https://" + "cdn.example.org/x.js'>",
        "cd /" + "root/project",
        "C:" + "\\Users\\li\\cycle",
    ],
)
def test_a_host_or_a_home_folder_is_noticed(plant: Plant, line: str) -> None:
    assert len(list(betrayals(plant("docs/page.md", f"first line\n{line}\n")))) == 1


def test_the_folder_of_the_tree_itself_is_noticed(plant: Plant, tmp_path: Path) -> None:
    assert list(betrayals(plant("docs/page.md", f"cd {tmp_path}\n"))) == [f"docs/page.md:1 {tmp_path}"]
