"""The seed's three works, each handed in with one call: through the one action for any work."""

from __future__ import annotations

from submissions.actions.hand_in import hand_in
from submissions.actions.release import release, unrelease
from submissions.actions.withdraw import withdraw
from submissions.content import Content
from submissions.models import Piece, Version
from submissions.permissions import versions_visible_to
from submissions.queries import counting_version
from tests.works import Seen

QUESTION_LENGTH, ANSWER_LENGTH = 2000, 20_000
SUMMARY_KEYS = ("problem", "related_work", "solution", "drawbacks", "future")


def on(reading):
    """What is asked on this reading."""
    return ("question", reading.meeting_id, reading.pk)


def ask_question(*, reading, author, text, **how):
    return hand_in(thing=on(reading), by=author, answers={"text": text}, **how)


def withdraw_question(*, reading, author, at):
    return withdraw(thing=on(reading), by=author, at=at)


def hand_in_slides(*, meeting, group, by, upload, **how):
    uploads = {"upload": upload} if upload is not None else {}
    return hand_in(thing=("slides", meeting.pk, 0), by=by, group=group.pk, uploads=uploads, **how)


def hand_in_summary(*, meeting, group, by, answers=None, upload=None, **how):
    uploads = {"upload": upload} if upload is not None else {}
    thing = ("summary", meeting.pk, 0)
    return hand_in(
        thing=thing, by=by, group=group.pk, answers=answers or {}, uploads=uploads, **how
    )


def answers_as_text(answers):
    """The one text whose digest the receipt of a summary carries."""
    return Content({key: answers[key] for key in SUMMARY_KEYS}, {})._as_text


def question_of(author, reading) -> Piece | None:
    """The student's question on the reading, withdrawn or not."""
    return Piece.objects.filter(work__key="question", enrolment=author, reading=reading).first()


def versions(work="question", **about):
    """The versions of this work, in the order in which they came; `about` is of their piece."""
    found = {f"piece__{name}": value for name, value in about.items()}
    return Version.objects.filter(piece__work__key=work, **found).order_by("piece", "number")


def texts(work="question", **about):
    """What these versions say to their first prompt."""
    return [next(iter(one.texts.values()), "") for one in versions(work, **about)]


def release_slides(*, slides, at):
    release(version=_row(slides), at=at)
    slides.refresh_from_db()


def unrelease_slides(*, slides):
    unrelease(version=_row(slides))
    slides.refresh_from_db()


def _row(seen):
    return getattr(seen, "row", seen)


def _visible(work):
    def visible(person, at):
        return versions_visible_to(person, at).filter(piece__work__key=work)

    return visible


questions_visible_to = _visible("question")
slides_visible_to = _visible("slides")
summaries_visible_to = _visible("summary")


def _of_group(work):
    def found(meeting, group):
        return [Seen(one) for one in versions(work, meeting=meeting, group=group)][::-1]

    return found


slides_of, summaries_of = _of_group("slides"), _of_group("summary")


def counting_summary(found):
    one = counting_version(seen.row for seen in found)
    return None if one is None else Seen(one)
