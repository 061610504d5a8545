"""Several graders of one thing at once: one is first, the others are told so."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from grading.actions import record_grade
from grading.errors import GradedMeanwhile
from grading.models import GradeChange
from tests import factories as make
from tests.factories import AFTER_CLASS

GRADERS = 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the tests' SQLite is in memory, for one thread"
)
def test_of_many_first_grades_one_is_saved(seminar, participation, ta, companion, reading):
    question = make.QuestionFactory(reading=reading, author=companion)
    together = Barrier(GRADERS)

    def grade(number):
        together.wait()
        try:
            record_grade(
                component=participation,
                by=ta,
                at=AFTER_CLASS,
                state="scored",
                score=Decimal(number) / 10,
                version=question,
                based_on=None,
            )
        except GradedMeanwhile:
            return "told"
        else:
            return "saved"
        finally:
            connection.close()

    with ThreadPoolExecutor(GRADERS) as pool:
        outcomes = sorted(pool.map(grade, range(GRADERS)))
    assert outcomes == ["saved"] + ["told"] * (GRADERS - 1)
    assert GradeChange.objects.count() == 1
