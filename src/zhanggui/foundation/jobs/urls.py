from django.urls import path

from zhanggui.foundation.jobs import views

urlpatterns = [
    path("", views.job_list, name="jobs"),
    path("<int:job_id>/", views.job_page, name="job"),
    path("<int:job_id>/cancel", views.cancel, name="job_cancel"),
    path("<int:job_id>/restart", views.restart, name="job_restart"),
]
