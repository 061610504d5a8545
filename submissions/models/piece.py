"""What was handed in: a piece is one thing asked of one owner, with every version that came."""

from __future__ import annotations

from django.db import models

from courses.models import Enrolment
from groups.models import StudentGroup
from schedule.models import FileSlot, Meeting, Prompt, Reading, Work
from submissions.models.files import StoredFile
from submissions.models.receipt import Receipt


class Piece(models.Model):
    """One work of a group or a student, for a meeting, a reading of it, or once in the term.

    `newest` is the number of its newest version; `withdrawn_at` is set while it is withdrawn, and
    handing in again clears it. Written by `submissions.actions`.
    """

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="pieces")
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="pieces"
    )
    reading = models.ForeignKey(
        Reading, null=True, blank=True, on_delete=models.PROTECT, related_name="pieces"
    )
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="pieces"
    )
    group = models.ForeignKey(
        StudentGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="pieces"
    )
    newest = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(group__isnull=False, enrolment=None)
                | models.Q(group=None, enrolment__isnull=False),
                name="piece_has_one_owner",
            ),
            models.CheckConstraint(
                condition=models.Q(reading=None) | models.Q(meeting__isnull=False),
                name="piece_on_a_reading_is_of_its_meeting",
            ),
            *(
                models.UniqueConstraint(
                    fields=("work", *fields, owner),
                    condition=models.Q(
                        **{f"{owner}__isnull": False}, **{f"{one}__isnull": True for one in empty}
                    ),
                    name=f"piece_once_per_{owner}_and_{name}",
                )
                for owner in ("enrolment", "group")
                for name, fields, empty in (
                    ("term", (), ("meeting", "reading")),
                    ("meeting", ("meeting",), ("reading",)),
                    ("reading", ("meeting", "reading"), ()),
                )
            ),
        )

    def __str__(self) -> str:
        return f"{self.work} of {self.owner}"

    @property
    def owner(self) -> StudentGroup | Enrolment:
        """Whose it is."""
        owner = self.group or self.enrolment
        assert owner is not None  # nosec B101 # a constraint of the table
        return owner


class Version(models.Model):
    """What a piece was from `at` on, with its receipt; never changed.

    Which version counts is said by `submissions.standing`. One that is released is shown to
    everybody who sees the course, if its work may be.
    """

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="version_of")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("piece_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("piece", "number"), name="version_once_in_piece"),
        )

    def __str__(self) -> str:
        return f"{self.piece}, version {self.number}"

    @property
    def texts(self) -> dict[str, str]:
        """What was written, by the keys of the prompts, in their order; what is empty is left out.

        Load `answers__prompt`.
        """
        return {one.prompt.key: one.text for one in self.answers.all()}

    @property
    def stored_files(self) -> dict[str, StoredFile]:
        """What was uploaded, by the keys of the files that are asked for. Load `files__slot`."""
        return {one.slot.key: one.stored for one in self.files.all()}


class Answer(models.Model):
    """What a version says to one prompt; there is none where nothing was written."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="answers")
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()

    class Meta:
        ordering = ("version_id", "prompt__position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("version", "prompt"), name="answer_once_per_prompt"),
        )

    def __str__(self) -> str:
        return self.text[:80]


class VersionFile(models.Model):
    """A file of a version. One that stays from version to version is named by each of them."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="files")
    slot = models.ForeignKey(FileSlot, on_delete=models.PROTECT, related_name="files")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        ordering = ("version_id", "slot__position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("version", "slot"), name="version_file_once_per_slot"),
        )

    def __str__(self) -> str:
        return str(self.stored)
