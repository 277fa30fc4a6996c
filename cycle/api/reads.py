"""The routes that read, put together. Who sees what is decided in `cycle.sight`, never here."""

from __future__ import annotations

from fastapi import APIRouter

from cycle.api import (
    reads_accounts,
    reads_city,
    reads_department,
    reads_desk,
    reads_history,
    reads_matters,
    reads_registers,
    reads_year,
)

router = APIRouter()
for _module in (
    *(reads_city, reads_year, reads_department, reads_matters, reads_registers),
    *(reads_desk, reads_history, reads_accounts),
):
    router.include_router(_module.router)
