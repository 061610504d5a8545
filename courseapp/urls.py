"""Every address of the site; docs/architecture.md has them in a table."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from courseapp.health import healthz
from courseapp.pages.course import course_page, front
from courseapp.pages.home import course_home, home
from courseapp.pages.kept import kept
from courseapp.pages.rules import rules_page

urlpatterns = [
    path("", front, name="front"),
    path("home/", home, name="home"),
    path("kept/", kept, name="kept"),
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("c/<slug:slug>/", course_page, name="course"),
    path("c/<slug:slug>/rules/", rules_page, name="course-rules"),
    path("c/<slug:slug>/home/", course_home, name="course-home"),
    path("", include("courses.urls")),
    path("", include("submissions.urls")),
    path("", include("grading.urls")),
    path("", include("coursepage.urls")),
]
handler400 = "courseapp.pages.refused.bad_request"
handler403 = "courseapp.pages.refused.forbidden"
handler404 = "courseapp.pages.refused.not_found"
handler500 = "courseapp.pages.refused.server_error"

if settings.DEMO:
    from courseapp.pages.demo import demo_sign_in

    urlpatterns.append(path("demo/sign-in/", demo_sign_in, name="demo-sign-in"))
