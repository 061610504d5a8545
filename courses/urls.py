"""Addresses of rosters and invitations."""

from __future__ import annotations

from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("invitations/<str:secret>/", views.invitation, name="invitation"),
    path("c/<slug:slug>/roster/", views.roster, name="roster"),
    path("c/<slug:slug>/roster/import/", views.roster_import, name="roster-import"),
    path("c/<slug:slug>/roster/<int:enrolment>/invite/", views.invite, name="invite"),
]
