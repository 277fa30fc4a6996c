"""The same page by Django with its Jinja2 backend, as its manual has it.

It runs in an environment of its own (`pages_environment`), where nothing of the product is but these files; served by
`gunicorn cycle.bench.pages_django:application`, the settings of its database given as JSON by the environment.
"""

# mypy: disable-error-code="import-not-found,misc,no-any-return"
# Django is not in the environment in which types are checked, so nothing is known of what comes from there.

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.shortcuts import render
from django.urls import path

STAGES: Final = ("plan", "midyear", "yearend", "central_review", "inspection", "grading", "rectification")

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": json.loads(os.environ["CYCLE_BENCH_DATABASE"])},
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "DIRS": [str(Path(__file__).with_name("templates"))],
        }
    ],
    USE_TZ=True,
)
django.setup()

from django.db import models  # noqa: E402 -- models can be declared only once the settings stand


class Subject(models.Model):
    key = models.TextField(primary_key=True)
    kind = models.TextField()
    year = models.IntegerField()
    department = models.TextField()
    state = models.TextField()
    number = models.IntegerField()
    hash = models.TextField()
    record = models.TextField()
    wake = models.TextField(null=True)

    class Meta:
        app_label, db_table, managed = "board", "subject", False


class Deadline(models.Model):
    id = models.TextField(primary_key=True)
    subject = models.ForeignKey(Subject, models.DO_NOTHING, db_column="subject")
    state = models.TextField()
    visit = models.IntegerField()
    who = models.TextField()
    due = models.TextField()
    grace_until = models.TextField(null=True)
    provisional = models.BooleanField()
    armed_at = models.TextField()
    status = models.TextField()

    class Meta:
        app_label, db_table, managed = "board", "deadline", False


def board(request: Any, year: int) -> Any:
    departments = Subject.objects.filter(kind="department")
    names = {one.department: json.loads(one.record)["names"][-1]["name"] for one in departments}
    running = Deadline.objects.filter(status="open", subject__kind="appraisal", subject__year=year)
    clocks = {one.subject_id: one for one in running.order_by("-due")}
    wanted = Subject.objects.filter(kind="appraisal", year=year).order_by("key")
    rows = [_row(one, names[one.department], clocks.get(one.key)) for one in wanted]
    return render(request, "board.html", {"year": year, "rows": rows, "stages": STAGES})


def _row(appraisal: Subject, name: str, clock: Deadline | None) -> dict[str, Any]:
    stage, _, phase = appraisal.state.partition(".")
    return {
        "department": appraisal.department,
        "name": name,
        "at": STAGES.index(stage) if stage in STAGES else len(STAGES),
        "phase": phase,
        "who": clock.who if clock else "",
        "due": clock.due[5:] if clock else "",
        "grace": (clock.grace_until or "")[5:] if clock else "",
    }


urlpatterns = [path("<int:year>/board", board)]
application = get_wsgi_application()
