"""Routes that read accounts: with what people sign in to the pages, and who tried to. Never a password or a link."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from cycle.api.described import READ, problems
from cycle.api.entry import Secured
from cycle.api.reads_answers import Word, looking, summary
from cycle.board import accounts as board

router = APIRouter(prefix="/api/v1", tags=["account"], dependencies=[Secured])


class AccountShown(BaseModel):
    """One person's account; people without one are listed too. Instants in UTC."""

    person: str
    name: str
    email: str
    home: str
    roles: list[str]
    state: Literal["none", "invited", "active", "suspended", "left"]
    account: str
    link_expires: str | None
    link_over: bool
    password_set_at: str | None
    locked_until: str | None
    sessions: int
    last_in: str | None


class AccountList(BaseModel):
    items: list[AccountShown]
    total: int


class SignIn(BaseModel):
    """One attempt to sign in to the pages. Of a name that is nobody's the first digits of its SHA-256."""

    number: int
    at: str
    person: str | None
    name: str | None
    name_given: str
    address: str
    outcome: str


@router.get("/accounts", summary=summary("accounts"), responses=problems(*READ))
def accounts(request: Request) -> AccountList:
    """One's own; everybody's for administrators and auditors."""
    with looking(request, "account") as at:
        found = board.accounts(at.look, request.app.state.settings)
    return AccountList(items=[AccountShown.model_validate(one) for one in found], total=len(found))


@router.get(
    "/accounts/sign-ins", summary=summary("sign_ins"), response_model=list[SignIn], responses=problems(*READ)
)
def sign_ins(
    request: Request,
    person: Word = "",
    failed: bool = False,  # noqa: FBT001, FBT002 - a parameter of the query
    limit: Annotated[int, Query(ge=1, le=10_000)] = 50,
) -> Any:
    """The newest first, for administrators and auditors; `failed`: of those looked at what came to nothing."""
    with looking(request, "account") as at:
        return board.attempts(at.look, limit, who=person, failed=failed)
