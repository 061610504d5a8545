"""Addresses of this app, all below a course's; see docs/architecture.md."""

from __future__ import annotations

from django.urls import path

from grading.views.book import export, gradebook_page, release
from grading.views.own import own_grades
from grading.views.student import excuse, student_page

app_name = "grading"
urlpatterns = [
    path("c/<slug:slug>/grades/", own_grades, name="own"),
    path("c/<slug:slug>/gradebook/", gradebook_page, name="gradebook"),
    path("c/<slug:slug>/gradebook/export/", export, name="export"),
    path("c/<slug:slug>/gradebook/<int:enrolment>/", student_page, name="student"),
    path("c/<slug:slug>/gradebook/<int:enrolment>/excuse/", excuse, name="excuse"),
    path("c/<slug:slug>/gradebook/components/<int:component>/release/", release, name="release"),
]
