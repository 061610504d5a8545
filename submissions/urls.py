"""Addresses of this app, all below a course's; see docs/architecture.md."""

from __future__ import annotations

from django.urls import path

from submissions.views.meeting import meeting_page
from submissions.views.question import question_page, withdraw_page
from submissions.views.receipt import file_download, receipt_page
from submissions.views.slides import slides_page
from submissions.views.summary import summary_page

app_name = "submissions"
urlpatterns = [
    path("c/<slug:slug>/meetings/<int:meeting>/", meeting_page, name="meeting"),
    path("c/<slug:slug>/meetings/<int:meeting>/slides/", slides_page, name="slides"),
    path("c/<slug:slug>/meetings/<int:meeting>/summary/", summary_page, name="summary"),
    path("c/<slug:slug>/readings/<int:reading>/question/", question_page, name="question"),
    path("c/<slug:slug>/readings/<int:reading>/question/withdraw/", withdraw_page, name="withdraw"),
    path("c/<slug:slug>/receipts/<uuid:receipt>/", receipt_page, name="receipt"),
    path("c/<slug:slug>/files/<int:file>/", file_download, name="file"),
]
