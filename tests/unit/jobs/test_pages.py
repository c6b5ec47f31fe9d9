"""The pages of jobs: whose jobs, live or ended, and what one may do."""

from __future__ import annotations

import pytest
from django.test import Client

from unit.jobs import work
from zhanggui.foundation.accounts import operations as accounts
from zhanggui.foundation.jobs import live, operations, queries
from zhanggui.foundation.jobs.models import Job

pytestmark = [pytest.mark.data, pytest.mark.django_db]


def person(name: str, role: str) -> tuple[Client, int]:
    from django.contrib.auth import get_user_model

    made = accounts.create_user(username=name, password="correct horse battery", language="en")
    accounts.grant_role(user_id=made.id, role=role)
    client = Client(headers={"accept-language": "en"})
    client.force_login(get_user_model().objects.get(pk=made.id))
    return client, made.id


def ask(actor_id: int, title: str = "Counting parcels") -> int:
    return operations.enqueue(kind="test", title=title, task=work.count, kwargs={"upto": 3}, actor_id=actor_id)


def test_people_see_their_own_jobs_the_owner_sees_all() -> None:
    clerk, clerk_id = person("clerk", "OPS")
    other, _other_id = person("other", "OPS")
    owner, _owner_id = person("boss", "OWN")
    job_id = ask(clerk_id)
    for client, sees in ((clerk, True), (other, False), (owner, True)):
        assert ("Counting parcels" in client.get("/jobs/").content.decode()) is sees
        assert client.get(f"/jobs/{job_id}/").status_code == (200 if sees else 404)
    assert other.post(f"/jobs/{job_id}/cancel").status_code == 404
    assert other.post(f"/jobs/{job_id}/restart").status_code == 404
    assert queries.job(job_id).status == "queued"


def test_strangers_are_asked_to_sign_in() -> None:
    reply = Client().get("/jobs/")
    assert reply.status_code in (302, 403)
    assert b"Counting" not in reply.content


def test_a_running_job_is_polled_and_an_ended_one_is_not() -> None:
    clerk, clerk_id = person("clerk", "OPS")
    job_id = ask(clerk_id)
    Job.objects.filter(pk=job_id).update(status="running", attempt=1)
    live.put(job_id, live.Sign(attempt=1, at=1e9, done=12, total=48, message="row 12"))
    page = clerk.get(f"/jobs/{job_id}/", headers={"hx-request": "true"}).content.decode()
    assert "<html" not in page
    assert "every 1s" in page
    assert "12 / 48" in page
    assert "row 12" in page
    Job.objects.filter(pk=job_id).update(status="queued", attempt=0)
    live.forget(job_id)
    operations.run(job_id)
    page = clerk.get(f"/jobs/{job_id}/").content.decode()
    assert "every 1s" not in page
    assert "counted to 3" in page
    assert 'href="/orders/"' in page


def test_a_result_address_of_another_host_is_not_linked() -> None:
    clerk, clerk_id = person("clerk", "OPS")
    job_id = ask(clerk_id)
    Job.objects.filter(pk=job_id).update(status="done", result={"url": "https://elsewhere.example/"})
    assert "elsewhere.example" not in clerk.get(f"/jobs/{job_id}/").content.decode()


def test_cancel_and_run_again_from_the_page() -> None:
    clerk, clerk_id = person("clerk", "OPS")
    job_id = ask(clerk_id)
    assert clerk.post(f"/jobs/{job_id}/cancel").status_code == 302
    assert queries.job(job_id).status == "cancelled"
    reply = clerk.post(f"/jobs/{job_id}/restart", follow=True)
    assert "Only a job that was cut off can be run again." in reply.content.decode()
    Job.objects.filter(pk=job_id).update(status="lost")
    assert "Run it again" in clerk.get(f"/jobs/{job_id}/").content.decode()
    clerk.post(f"/jobs/{job_id}/restart")
    assert queries.job(job_id).status == "queued"


def test_the_empty_list_says_what_will_be_here() -> None:
    clerk, _id = person("clerk", "OPS")
    assert "No job has been run yet" in clerk.get("/jobs/").content.decode()


def test_the_health_check_is_public_and_says_nothing_else(client: Client) -> None:
    reply = client.get("/healthz")
    assert (reply.status_code, reply.content) == (200, b"ok")
