"""What the jobs are called and what they did, in words."""

from __future__ import annotations

from collections.abc import Mapping

from cycle.operations.setbacks import REMIND
from workflows import words


def did_words(did: Mapping[str, int], lang: str) -> str:
    """What a run did, in words; what a later version counted, by its code."""
    known, actions = words.catalogue(lang)["scheduler.did"], words.catalogue(lang)["action"]
    said = []
    for code, count in did.items():
        if code.startswith("moved."):
            action = code.removeprefix("moved.")
            said.append(known["moved"].format(action=actions.get(action, action), count=count))
        else:
            said.append(known[code].format(count=count) if code in known else f"{code} {count}")
    return words.phrase("scheduler", "did_join", lang).join(said)


def job_word(lang: str, job: str) -> str:
    """What a job is called; its code where this version has no word for it."""
    return words.catalogue(lang)["scheduler.job"].get(job, job)


def action_word(lang: str, key: str, action: str) -> str:
    """The word for what the clock does to a subject; to remind is no move of a machine."""
    known = words.catalogue(lang)
    if action == REMIND:
        return known["scheduler"]["remind"]
    named = {**known["action"], **known.get(f"action.{key.partition(':')[0]}", {})}
    return named.get(action, action or "—")
