"""Tokens over the interface: listed, issued and revoked. The text of a new one is shown in the answer, once."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from cycle import queries
from cycle.acts.asking import act_of, require_sight
from cycle.acts.fields import COMMON, body
from cycle.api.act_routes import PREFIX, UNBOUND, Done, Key, answered, only_json
from cycle.api.described import ACT, READ, problems, summary
from cycle.api.entry import Acting, ActRoute, Secured, service_of
from cycle.api.reads_answers import looking
from cycle.operations.catalogue import OPERATIONS
from cycle.operations.perform import perform
from cycle.operations.tokens import mint
from cycle.sight import Seen, shows

router = APIRouter(prefix=f"{PREFIX}/tokens", tags=["token"], dependencies=[Secured], route_class=ActRoute)

Wish: Any = body("token_issue", "person scope purpose days")
Grounds: Any = body("token_revoke", "")
TokenId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
JSON_ONLY: Final = Depends(only_json)


class TokenShown(BaseModel):
    """A token without its secret."""

    id: str
    state: Literal["issued", "revoked"]
    person: str
    scope: Literal["read", "act"]
    purpose: str
    expires: str


class TokenList(BaseModel):
    items: list[TokenShown]
    total: int


class Issued(Done):
    """`token` is shown here and nowhere again."""

    token: str
    person: str
    scope: str
    expires: str


@router.get("", summary=summary("token_list"), responses={**problems(*READ)})
def token_list(request: Request) -> TokenList:
    """One's own; every token for administrators and auditors."""
    with looking(request, "token") as at:
        rows = queries.of_kind(at.look.session, "token")
    shown = [
        TokenShown.model_validate(
            {"id": row.key.partition(":")[2], "state": row.state, **_public(row.record)}
        )
        for row in rows
        if shows(at.look.reader, "token", Seen(person=row.record["person"]))
    ]
    return TokenList(items=shown, total=len(shown))


def _public(record: Any) -> dict[str, Any]:
    return {field: record[field] for field in ("person", "scope", "purpose", "expires")}


@router.post(
    "",
    summary=summary("token_issue"),
    response_model=None,
    responses={201: {"model": Issued}, **problems(*(status for status in ACT if status != 412))},
    status_code=201,
    dependencies=[JSON_ONLY],
)
def token_issue(request: Request, caller: Acting, sent: Wish) -> JSONResponse:
    """Each request makes another token: there is no key to repeat it by, its text being kept nowhere."""
    values = sent.model_dump(exclude_none=True)
    act = act_of(caller.person, {name: values.pop(name, None) for name in COMMON}, None, token=caller.token)
    made = mint()
    arguments = {**values, "id": made.id, "sha256": made.sha256, "issued_by": caller.token}
    answer = perform(service_of(request), OPERATIONS["issue_token"], "issue_token", act, arguments)
    return JSONResponse({**answer, "token": made.text}, 201, {"Cache-Control": "no-store"})


@router.post(
    "/{token}/revoke",
    summary=summary("token_revoke"),
    response_model=None,
    responses={**UNBOUND},
    dependencies=[JSON_ONLY],
)
def token_revoke(
    request: Request, caller: Acting, token: TokenId, sent: Grounds, key: Key = None
) -> JSONResponse:
    act = act_of(caller.person, sent.model_dump(), key, token=caller.token)
    service = service_of(request)
    require_sight(service, caller.person, f"token:{token}")
    return answered(perform(service, OPERATIONS["revoke_token"], "revoke_token", act, {"id": token}), "")
