"""Rows for the floors; they exist in the benchmark's own database alone."""

from __future__ import annotations

from django.db import models


class Line(models.Model):
    """One of the forty rows of the floor's page."""

    day = models.DateField()
    topic = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.topic


class Note(models.Model):
    """What the floor's POST inserts."""

    author = models.CharField(max_length=40)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text
