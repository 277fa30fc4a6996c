"""Routes that read the city: who asks, the departments, the people, the working days."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from cycle.api.described import READ, problems
from cycle.api.entry import Secured
from cycle.api.reads_answers import (
    LISTED,
    TAGGED,
    Department,
    Known,
    Page,
    Paged,
    PersonId,
    Word,
    Year,
    looking,
    page,
    summary,
    tagged,
)
from cycle.api.reads_city_shapes import (
    Calendar,
    CalendarYear,
    Me,
    OneDepartment,
    OnePerson,
    Person,
    Post,
)
from cycle.api.reads_city_shapes import Department as DepartmentShown
from cycle.board import city
from cycle.board.names import year_meant

router = APIRouter(prefix="/api/v1", tags=["reading"], dependencies=[Secured])


@router.get("/me", summary=summary("me"), responses=problems(401, 403, 429, 500, 503))
def me(request: Request) -> Me:
    with looking(request, "me") as at:
        person, reader = at.asked.person, at.look.reader
        return Me.model_validate(
            {
                "person": person.id,
                "name": person.name,
                "home": person.home,
                "roles": list(person.roles),
                "lang": person.lang,
                "departments": sorted(reader.own),
                "in_charge_of": sorted(reader.charge),
                "scope": at.asked.caller.scope,
                "today": at.look.today.isoformat(),
                "year": year_meant(at.look.session),
            }
        )


@router.get(
    "/departments",
    summary=summary("departments"),
    response_model=Page[DepartmentShown],
    responses={**LISTED},
)
def departments(
    request: Request,
    paging: Paged,
    category: Word = "",
    state: Annotated[Literal["active", "all"], Query()] = "active",
) -> Any:
    """`posts` are null where they are not the reader's to see."""
    with looking(request, "department") as at:
        rows = city.departments(at.look, every=state == "all")
        kept = [row for row in rows if category in ("", row["category"])]
        return page(at.look, "departments", kept, paging)


@router.get(
    "/departments/{department}",
    summary=summary("department"),
    response_model=OneDepartment,
    responses={**TAGGED},
)
def department(request: Request, response: Response, department: Department, known: Known = None) -> Any:
    with looking(request, "department") as at:
        row = city.department_of(at.look, department)
        values = {**city.department_values(at.look, row), "number": row.number}
        return tagged(response, known, row.number, values)


@router.get(
    "/departments/{department}/posts",
    summary=summary("posts"),
    response_model=Page[Post],
    responses={**LISTED},
)
def posts(request: Request, paging: Paged, department: Department) -> Any:
    with looking(request, "posts") as at:
        return page(at.look, "posts", city.posts(at.look, department), paging)


@router.get("/people", summary=summary("people"), response_model=Page[Person], responses={**LISTED})
def people(request: Request, paging: Paged, role: Word = "", state: Word = "") -> Any:
    """Those who do not see the register see themselves."""
    with looking(request, "person") as at:
        return page(at.look, "people", city.people(at.look, role=role, state=state), paging)


@router.get("/people/{person}", summary=summary("person"), response_model=OnePerson, responses={**TAGGED})
def person(request: Request, response: Response, person: PersonId, known: Known = None) -> Any:
    with looking(request, "person") as at:
        row = city.person_of(at.look, person)
        values = {**city.person_values(row), "number": row.number}
        return tagged(response, known, row.number, values)


@router.get(
    "/calendars", summary=summary("calendars"), response_model=Page[CalendarYear], responses={**LISTED}
)
def calendars(request: Request, paging: Paged) -> Any:
    with looking(request, "calendar") as at:
        return page(at.look, "calendars", city.calendars(at.look), paging)


@router.get("/calendars/{year}", summary=summary("calendar"), responses=problems(*READ))
def calendar(request: Request, year: Year) -> Calendar:
    """A year nothing was imported for is provisional: Monday to Friday."""
    with looking(request, "calendar") as at:
        return Calendar.model_validate(city.calendar_values(at.look, year))
