"""The address at which a course page is brought in."""

from __future__ import annotations

from django.urls import path

from coursepage import views

app_name = "coursepage"
urlpatterns = [path("courses/import/", views.import_page, name="import")]
