"""Files as they arrived."""

from __future__ import annotations

from django.db import models


class StoredFile(models.Model):
    """A file on the private storage; never served without a permission check.

    `path` is relative to MEDIA_ROOT and holds nothing that the sender chose; `name` is the
    sender's name for it, cleaned, for downloading.
    """

    path = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="Of a PDF.")
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
