from django.urls import path

from zhanggui.desk import acting, earning, triage, views

urlpatterns = [
    path("", views.home, name="today"),
    path("freshness/", views.fresh, name="freshness"),
    path("search/", views.find, name="search"),
    path("findings/section/<slug:code>/", triage.section, name="finding-section"),
    path("findings/<int:finding_id>/", triage.finding, name="finding"),
    path("findings/<int:finding_id>/do/", acting.propose, name="finding-propose"),
    path("findings/<int:finding_id>/<slug:command>/", triage.decide, name="finding-decide"),
    path("proposals/", acting.proposals, name="proposals"),
    path("proposals/<int:proposal_id>/", acting.proposal, name="proposal"),
    path("proposals/<int:proposal_id>/<slug:command>/", acting.decide, name="proposal-decide"),
    path("outcomes/", earning.outcomes, name="outcomes"),
    path("detectors/", earning.detectors, name="detectors"),
    path("detectors/<str:code>/<slug:command>/", earning.switch, name="detector-switch"),
]
