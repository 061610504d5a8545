"""What a course has handed in, as rows."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from courses.models import Course
from schedule.models.milestone import Milestone
from schedule.models.role import KEY_LENGTH, Role
from schedule.plan import calendar, values

LONGEST = 100_000  # characters of one answer
MOST_DAYS = 28  # from class: no date is reckoned from further away
HOURS = RegexValidator(
    r"\A[1-9][0-9]{0,2}(,[1-9][0-9]{0,2})*\Z", "Write hours with commas between, such as 24,2."
)


def _within(most: int, sentence: str) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(-most, sentence), MaxValueValidator(most, sentence)]


IN_DAYS = _within(MOST_DAYS, "At most 28 days.")
IN_MINUTES = _within(MOST_DAYS * 24 * 60, "At most 40,320 minutes, which are four weeks.")


def _unsaid(edge: str, *but: str) -> dict[str, None]:
    parts = (part for part in ("minutes", "days", "clock", "date") if part not in but)
    return dict.fromkeys(f"{edge}_{part}" for part in parts)


def _is_said(edge: str) -> models.Q:
    """That a moment has just what it is reckoned from."""
    at_class = {f"{edge}_from__in": ("start", "end"), f"{edge}_minutes__isnull": False}
    on_clock = {f"{edge}_from": "clock", f"{edge}_days__isnull": False}
    on_date = {f"{edge}_from": "date", f"{edge}_date__isnull": False}
    return (
        models.Q(**at_class, **_unsaid(edge, "minutes"))
        | models.Q(**on_clock, **{f"{edge}_clock__isnull": False}, **_unsaid(edge, "days", "clock"))
        | models.Q(**on_date, **_unsaid(edge, "date"))
    )


class Work(models.Model):
    """Something to hand in: by whom, for what, from when until when, and what happens to late ones.

    The columns are those of `schedule.plan.columns`; `schedule.plan.values.Work` says what they
    mean. `opens_from` and `due_from` say from where a moment is reckoned: from class start or end
    in elapsed minutes, on the clock so many days after (negative: before) the meeting's day, or on
    one of the course's fixed dates.
    """

    OWED_BY = [
        ("everybody", "Each student"),
        ("holders", "Who has one of the roles"),
        ("others", "Each student with none of the roles"),
        ("groups", "Each group"),
    ]
    PER = [
        ("required_reading", "Each required reading"),
        ("reading", "Each reading"),
        ("meeting", "The meeting"),
        ("once", "Nothing: it is asked once"),
    ]
    FROM = [
        ("start", "Class start"),
        ("end", "Class end"),
        ("clock", "The clock"),
        ("date", "A fixed date"),
    ]
    AFTER = [
        ("closed", "Nothing is taken any more"),
        ("late", "It is taken, and shown as late"),
        ("late_not_counted", "It is kept on record, and not counted"),
    ]
    SEEN_BY = [
        ("owner", "Who handed it in, and the staff"),
        ("holders_from_due", "Who has a role at the meeting, once it is due"),
        ("class", "The class"),
        ("public_when_released", "The class; everybody once it is released"),
    ]

    COUNTS = [
        ("all", "All of them"),
        ("best", "The best"),
        ("first", "The first that are handed in"),
    ]

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="works")
    key = models.SlugField(
        max_length=KEY_LENGTH, help_text="Its name in addresses and files; it never changes."
    )
    name = models.CharField(max_length=60, help_text="For example Question.")
    is_plural = models.BooleanField(
        default=False, help_text="Whether one says “are missing”, as of slides."
    )
    owed_by = models.CharField(max_length=10, choices=OWED_BY, default="everybody")
    roles = models.ManyToManyField(Role, blank=True, related_name="works")
    per = models.CharField("for", max_length=20, choices=PER, default="meeting")
    meetings = models.CharField(
        max_length=200,
        default=calendar.STUDENT_LECTURE,
        help_text="The kinds of meetings at which it is asked, with commas between.",
    )
    opens_from = models.CharField(max_length=10, choices=FROM, blank=True)
    opens_minutes = models.IntegerField(null=True, blank=True, validators=IN_MINUTES)
    opens_days = models.SmallIntegerField(null=True, blank=True, validators=IN_DAYS)
    opens_clock = models.TimeField(null=True, blank=True)
    opens_date = models.ForeignKey(
        Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="opening"
    )
    due_from = models.CharField(max_length=10, choices=FROM, default="start")
    due_minutes = models.IntegerField(null=True, blank=True, validators=IN_MINUTES)
    due_days = models.SmallIntegerField(null=True, blank=True, validators=IN_DAYS)
    due_clock = models.TimeField(null=True, blank=True)
    due_date = models.ForeignKey(
        Milestone, null=True, blank=True, on_delete=models.PROTECT, related_name="due"
    )
    after = models.CharField(
        "what comes later", max_length=20, choices=AFTER, default=values.After.CLOSED.value
    )
    closes_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), IN_MINUTES[1]],
        help_text="For so many minutes late work is taken. Empty: without end.",
    )
    can_withdraw = models.BooleanField(
        default=False, help_text="Whether it can be taken back until it is due."
    )
    remind_hours = models.CharField(
        max_length=60,
        blank=True,
        validators=[HOURS],
        help_text="Who has nothing in is reminded so many hours before, such as 24,2.",
    )
    is_either = models.BooleanField(
        "either", default=False, help_text="Whether the texts or the files are enough."
    )
    seen_by = models.CharField(max_length=20, choices=SEEN_BY, default=values.SeenBy.OWNER.value)
    points = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=10,
        validators=[MinValueValidator(Decimal("0.01"), "Nothing can be graded out of zero.")],
        help_text="It is graded from 0 to this.",
    )
    counts = models.CharField("what counts", max_length=5, choices=COUNTS, default="all")
    count_of = models.PositiveSmallIntegerField(
        "how many",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="So many of them count: say it where not all do.",
    )
    may_miss = models.PositiveSmallIntegerField(
        default=0, help_text="So many may be missed without harm, where all count."
    )
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("course_id", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("course", "key"), name="work_key_in_course"),
            models.CheckConstraint(
                condition=models.Q(counts="all", count_of=None)
                | models.Q(counts__in=("best", "first"), count_of__gte=1, may_miss=0),
                name="work_counting_is_whole",
            ),
            models.CheckConstraint(
                condition=_is_said("opens") | models.Q(opens_from="", **_unsaid("opens")),
                name="work_opening_is_whole",
            ),
            models.CheckConstraint(condition=_is_said("due"), name="work_due_is_whole"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def several(self) -> str:
        """Several of it within a sentence: “questions”, “slides”."""
        return values.several_of(self.name, is_plural=self.is_plural)


class Prompt(models.Model):
    """One thing that a work has written; its columns are those of `schedule.plan.values.Prompt`."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="prompts")
    key = models.SlugField(max_length=KEY_LENGTH)
    label = models.CharField(max_length=300)
    longest = models.PositiveIntegerField(
        default=20_000,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
        help_text="Characters, at most.",
    )
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    is_needed = models.BooleanField("needed", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("work_id", "position", "pk")
        constraints = (models.UniqueConstraint(fields=("work", "key"), name="prompt_key_in_work"),)

    def __str__(self) -> str:
        return self.label


class FileSlot(models.Model):
    """One file that a work takes; its columns are those of `schedule.plan.values.FileSlot`."""

    KINDS = [(kind.value, f".{kind.value}") for kind in values.FileKind]

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="files")
    key = models.SlugField(max_length=KEY_LENGTH)
    label = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=KINDS)
    most_mb = models.PositiveSmallIntegerField("MB at most", null=True, blank=True)
    most_pages = models.PositiveSmallIntegerField("pages at most", null=True, blank=True)
    is_needed = models.BooleanField("needed", default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("work_id", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("work", "key"), name="file_slot_key_in_work"),
        )

    def __str__(self) -> str:
        return self.label
