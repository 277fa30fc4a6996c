"""Evidence: files handed in for a part of the year, replaced, withdrawn, and saved again under their own names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from cycle.acts.asking import act_of, bound, require_sight
from cycle.board import department, evidence, matters
from cycle.evidence_store import headers
from cycle.operations.evidence import KIND
from cycle.operations.evidence_files import hand_in, open_evidence
from cycle.operations.perform import Answer
from cycle.web import done
from cycle.web.doing import BY_NAME, asked
from cycle.web.entry import Visit, service_of, visiting
from cycle.web.forms import Unusable
from cycle.web.pages import page
from cycle.web.taking import Entered, back, read, take, whole
from cycle.web.troubles import theirs
from workflows import words
from workflows.errors import NotFound, Refused, Unmet
from workflows.evidence_guards import ROOM_MB
from workflows.file_kinds import KINDS

Values = dict[str, Any]

_PATH: Final = "/evidence/{year:year}/{department}"
_ONE: Final = f"{_PATH}/{{number:number}}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: handed in, or why not."""

    name: str
    why: Sequence[Values] = ()


def _place(request: Request) -> tuple[int, str]:
    return int(request.path_params["year"]), request.path_params["department"]


def _page(request: Request) -> Response:
    year, name = _place(request)
    with visiting(request, KIND) as visit:
        return evidence_page(visit, year, name)


def evidence_page(
    visit: Visit,
    year: int,
    name: str,
    *,
    given: Mapping[str, str] | None = None,
    outcomes: Sequence[Outcome] = (),
) -> Response:
    """What was handed in for a year and the form to hand in more; after some were refused with what came of each."""
    row = department.of_reader(visit.look, visit.service, year, name)
    about = (given or visit.request.query_params).get("about", "")
    files = evidence.files(visit.look, year, name)
    own = name in visit.look.reader.own
    subjects = evidence.subjects(visit.look, year, name) if own else {}
    return page(
        visit,
        "department/evidence.html",
        "evidence",
        status=409 if any(one.why for one in outcomes) else 200,
        year=year,
        row=row,
        own=own,
        about=about,
        note=(given or {}).get("note", ""),
        groups=_grouped(visit, files, about),
        alike=_alike(files),
        total=len(files),
        choices={kind: [(one, called(visit, one)) for one in codes] for kind, codes in subjects.items()},
        taking=any(subjects.values()),
        outcomes=outcomes,
        about_word=lambda code: called(visit, code),
        handed_in=whole(visit.request.query_params.get("files", "")),
        megabytes=visit.service.evidence_max_mb,
        room=ROOM_MB - (evidence.room(visit.look, year, name) >> 20),
        kinds=" ".join(KINDS),
        called=called(visit, about) if about else "",
    )


def _grouped(visit: Visit, files: Sequence[Values], about: str) -> list[tuple[str, str, list[Values]]]:
    """The files by what they are for; only those for `about` where it is given."""
    found: dict[str, list[Values]] = {}
    for one in files:
        if about in ("", one["about"]):
            found.setdefault(one["about"], []).append(one)
    return [(code, called(visit, code), found[code]) for code in sorted(found, key=_place_of)]


def _alike(files: Sequence[Values]) -> dict[int, Values]:
    """By number, of each file that stands the first of the others that is the same to the byte."""
    found: dict[int, Values] = {}
    first: dict[str, Values] = {}
    for one in (each for each in files if each["state"] != "withdrawn"):
        before = first.setdefault(one["newest"]["sha256"], one)
        if before is not one:
            found[one["matter"]] = {**before["newest"], "about": before["about"]}
    return found


def _place_of(code: str) -> tuple[int, list[tuple[int, str]]]:
    kind = 2 if code.startswith("content.") else 3 if code.startswith("target.") else 4 if ":" in code else 1
    return kind, [(int(part) if part.isdigit() else 0, part) for part in code.replace(":", ".").split(".")]


def called(visit: Visit, code: str) -> str:
    """What evidence is for, in words."""
    known = words.catalogue(visit.lang)
    if code in known["stage"]:
        return known["stage"][code]
    if code.startswith("target."):
        return known["form"]["target"].format(number=code.partition(".")[2])
    kind, _, rest = code.partition(":")
    if rest and kind in known["kind"]:
        return known["web.own"]["source"].format(kind=known["kind"][kind], n=code.rpartition(":")[2])
    return f"{code.removeprefix('content.')} {visit.look.voice.name(code)}"


def _files(entered: Entered) -> list[UploadFile]:
    """The files of a form."""
    return [one for one in entered.form.getlist("file") if isinstance(one, UploadFile) and one.filename]


def _take(entered: Entered) -> Response:
    """Each file is handed in by an act of its own; one that is refused does not keep the others back."""
    (year, name), service = _place(entered.request), service_of(entered.request)
    require_sight(service, entered.person, f"{KIND}:{year}:{name}:1", new=True)
    given = {"about": entered.text("about"), "note": entered.text("note")}
    arguments = {"year": year, "department": name, **given}
    answers: list[Answer] = []
    outcomes = []
    for place, file in enumerate(_files(entered)):
        shown = str(file.filename)
        key = f"{entered.text('once')}-{place}" if entered.text("once") else None
        try:
            act = act_of(entered.person, {}, key)
            answers.append(hand_in(service, "offer_evidence", act, arguments, name=shown, stream=file.file))
            outcomes.append(Outcome(shown))
        except Refused as refused:
            if not theirs(refused):
                raise
            outcomes.append(Outcome(shown, _worded(entered, refused)))
    if not outcomes:
        outcomes.append(Outcome("", _worded(entered, Refused(Unmet("evidence_empty")))))
    if any(one.why for one in outcomes):
        with visiting(entered.request, KIND) as visit:
            return evidence_page(visit, year, name, given=given, outcomes=outcomes)
    return back(done.told(f"/evidence/{year}/{name}?files={len(answers)}", answers[-1]))


def _worded(entered: Entered, refused: Refused) -> list[Values]:
    with visiting(entered.request, KIND) as visit:
        return visit.look.voice.entries(refused.unmet)


def _number(request: Request) -> int:
    return int(request.path_params["number"])


def _one(request: Request) -> Response:
    year, name = _place(request)
    with visiting(request, KIND) as visit:
        return one_page(visit, year, name, _number(request))


def one_page(
    visit: Visit, year: int, name: str, number: int, why: Sequence[Values] = (), *, did: str = ""
) -> Response:
    """One piece of evidence with every version there was; after a refusal with what is in the way."""
    found = evidence.one(visit.look, year, name, number)
    row = department.of_reader(visit.look, visit.service, year, name)
    own = name in visit.look.reader.own
    return page(
        visit,
        "department/evidence_one.html",
        "evidence",
        status=409 if why else 200,
        year=year,
        row=row,
        one=found,
        own=own,
        about=called(visit, found["about"]),
        may_replace=own and found["state"] in ("offered", "refused"),
        may_withdraw=own and found["state"] == "offered",
        in_the_way=why,
        did=did,
        megabytes=visit.service.evidence_max_mb,
        kinds=" ".join(KINDS),
    )


def _change(entered: Entered) -> Response:
    """Another file in the place of one, or none any more."""
    (year, name), number = _place(entered.request), _number(entered.request)
    did, path = entered.text("do"), f"/evidence/{year}/{name}/{number}"
    where = {"year": year, "department": name, "number": number}
    try:
        if did == "withdraw":
            return back(done.told(path, asked(entered, BY_NAME["evidence_withdraw"], where)))
        if did == "replace":
            return back(done.told(path, _replaced(entered, f"{KIND}:{year}:{name}:{number}")))
    except (Refused, Unusable) as trouble:
        if isinstance(trouble, Refused) and not theirs(trouble):
            raise
        unmet = trouble.unmet if isinstance(trouble, Refused) else ()
        with visiting(entered.request, KIND) as visit:
            return one_page(visit, year, name, number, visit.look.voice.entries(unmet), did=did)
    raise NotFound(did)


def _replaced(entered: Entered, subject: str) -> Answer:
    service = service_of(entered.request)
    require_sight(service, entered.person, subject)
    seen = f'"{entered.text("seen")}"' if entered.text("seen") else None
    act = bound(act_of(entered.person, {}, entered.text("once") or None), subject, seen)
    files = _files(entered)
    if not files:
        raise Refused(Unmet("evidence_empty"))
    given = {"subject": subject, "note": entered.text("note")}
    return hand_in(service, "replace_evidence", act, given, name=str(files[0].filename), stream=files[0].file)


def _file(request: Request) -> Response:
    (year, name), number = _place(request), _number(request)
    with visiting(request, KIND) as visit:
        matters.one(visit.look, KIND, year, name, number)
    version = whole(request.query_params.get("version", ""))
    key = f"{KIND}:{year}:{name}:{number}"
    path, called_, media = open_evidence(service_of(request), key, version)
    return _WholeFile(path, media_type=media, headers={**headers(called_), "Accept-Ranges": "none"})


class _WholeFile(FileResponse):
    """All of the file, whatever part was asked for: half of a piece of evidence is none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = [(name, value) for name, value in scope["headers"] if name not in (b"range", b"if-range")]
        await super().__call__({**scope, "headers": sent}, receive, send)


ROUTES: Final = (
    read(_PATH, _page),
    take(_PATH, _take),
    read(_ONE, _one),
    take(_ONE, _change),
    read(f"{_ONE}/file", _file),
)
