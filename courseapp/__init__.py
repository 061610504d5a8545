"""Rostrum, a web application that runs a paper-reading seminar."""

from courseapp.celery import app as celery_app

__all__ = ["celery_app"]
