"""Pages: the list of jobs, one job with live progress, and the two things one can do to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhanggui.foundation.accounts import queries as accounts
from zhanggui.foundation.accounts.access import requires
from zhanggui.foundation.jobs import operations, queries
from zhanggui.foundation.jobs.contracts import JobInfo, JobNotFound
from zhanggui.kernel.statetable import IllegalTransition

PER_PAGE = 50
#: Who may run the installation sees everybody's jobs.
SEES_ALL = "settings.view"


@dataclass(frozen=True)
class ListPage:
    """What the list shows, as a page and as the fragment that replaces itself while something runs."""

    jobs: list[JobInfo]
    page: Page[Any]
    total: int
    all_people: bool
    moving: bool


@dataclass(frozen=True)
class JobPage:
    """One job, as a page and as the fragment that replaces itself until the job has ended."""

    job: JobInfo
    url: str


def _whose(request: HttpRequest) -> int | None:
    """The person to whom the view is limited; None for those who see all."""
    return None if accounts.can(request.user, SEES_ALL) else request.user.pk


@require_GET
@requires("jobs.view")
def job_list(request: HttpRequest) -> HttpResponse:
    whose = _whose(request)
    total = queries.count(actor_id=whose)
    page = Paginator(range(total), PER_PAGE).get_page(request.GET.get("page"))
    jobs = queries.jobs(actor_id=whose, offset=(page.number - 1) * PER_PAGE, limit=PER_PAGE)
    context = ListPage(jobs, page, total, all_people=whose is None, moving=any(j.active for j in jobs))
    template = "jobs/fragments/list.html" if getattr(request, "htmx", False) else "jobs/list.html"
    return render(request, template, {"view": context})


@require_GET
@requires("jobs.view")
def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    try:
        job = queries.job(job_id, actor_id=_whose(request))
    except JobNotFound as missing:
        raise Http404(str(missing)) from missing
    url = (job.result or {}).get("url", "")
    context = JobPage(job, url if isinstance(url, str) and url.startswith("/") else "")
    template = "jobs/fragments/job.html" if getattr(request, "htmx", False) else "jobs/job.html"
    return render(request, template, {"view": context})


@require_POST
@requires("jobs.view")
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    try:
        operations.request_cancel(job_id=job_id, actor_id=_whose(request))
    except JobNotFound as missing:
        raise Http404(str(missing)) from missing
    return redirect("job", job_id)


@require_POST
@requires("jobs.view")
def restart(request: HttpRequest, job_id: int) -> HttpResponse:
    try:
        operations.restart(job_id=job_id, actor_id=_whose(request))
    except JobNotFound as missing:
        raise Http404(str(missing)) from missing
    except IllegalTransition:
        messages.error(request, _("Only a job that was cut off can be run again."))
    return redirect("job", job_id)
