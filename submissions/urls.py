"""Addresses of this app, all below a course's; see docs/architecture.md."""

from __future__ import annotations

from django.urls import path

from submissions.views.meeting import meeting_page
from submissions.views.receipt import file_download, receipt_page
from submissions.views.work import withdraw_page, work_page

app_name = "submissions"

_AT_MEETING = "c/<slug:slug>/meetings/<int:meeting>/<slug:work>/"
_ON_READING = "c/<slug:slug>/readings/<int:reading>/<slug:work>/"
_ONCE = "c/<slug:slug>/works/<slug:work>/"

urlpatterns = [
    path("c/<slug:slug>/meetings/<int:meeting>/", meeting_page, name="meeting"),
    path(_AT_MEETING, work_page, name="work-at-meeting"),
    path(f"{_AT_MEETING}withdraw/", withdraw_page, name="withdraw-at-meeting"),
    path(_ON_READING, work_page, name="work-on-reading"),
    path(f"{_ON_READING}withdraw/", withdraw_page, name="withdraw-on-reading"),
    path(_ONCE, work_page, name="work-once"),
    path(f"{_ONCE}withdraw/", withdraw_page, name="withdraw-once"),
    path("c/<slug:slug>/receipts/<uuid:receipt>/", receipt_page, name="receipt"),
    path("c/<slug:slug>/files/<int:file>/", file_download, name="file"),
]
