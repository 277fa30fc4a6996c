"""The sample letters as they were last looked at: `python -m tests.notifications.keep_letters` keeps them anew.

Look at what changed (`git diff`, and the HTML in a browser) before the new ones are committed.
"""

from pathlib import Path

from notifications.notices import Letter
from notifications.rendering import LANGUAGES, render
from notifications.samples import samples

KEPT = Path(__file__).parent / "kept_letters"


def name(letter: Letter) -> str:
    """The letter's kind and variant, as its files are called."""
    return letter.key.removeprefix("sample:").replace(":", "-")


def written(letter: Letter) -> dict[str, str]:
    """Each file of one letter, by its path below the folder, with its text."""
    made = render(letter)
    stem = f"{letter.to.lang}/{name(letter)}"
    return {f"{stem}.subject.txt": made.title + "\n", f"{stem}.txt": made.body, f"{stem}.html": made.html}


def keep() -> None:
    """Write every sample letter, and remove what no longer belongs to any."""
    wanted = {
        path: text for lang in LANGUAGES for letter in samples(lang) for path, text in written(letter).items()
    }
    for path in KEPT.glob("*/*"):
        if path.relative_to(KEPT).as_posix() not in wanted:
            path.unlink()
    for relative, text in wanted.items():
        path = KEPT / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    keep()
