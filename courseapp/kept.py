"""What somebody sent and could not be taken: read from the request, and kept until they sign in.

A form that was open while its session ended is not lost: its fields (never files, passwords or
tokens) stay in the browser's session, which goes on through signing in, and are handed in from
there with one click. They are for the account whose page it was; signing out forgets them.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from courses.web import ACCOUNT_FIELD, account_mark, is_account_mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from courses.web import Request

SESSION_KEY = "kept"
KEPT_FOR = timedelta(hours=12)
# Characters that one browser's session holds, the newest first. Of a page that was made for
# nobody who is known next to nothing is kept, and only what a person can read before sending it.
MOST = 512 * 1024
MOST_OF_STRANGERS = 8 * 1024
MOST_TO_STRANGERS = 64 * 1024  # that are given back to them
MOST_FORMS = 8
LINE = 70  # characters

HANDED_IN = {
    "submissions:work-on-reading",
    "submissions:work-at-meeting",
    "submissions:work-once",
}
_NEVER_KEPT = {"csrfmiddlewaretoken", ACCOUNT_FIELD}
_MACHINE_NAME = re.compile(
    r"(?:\A_|\Ainitial-|(?:\A|-)(?:key|base|base_version|row|id|component|kind|duty|next|previewed"
    r"|action|index|select_across)\Z|_FORMS\Z|\Acolumn_)"
)
_PASSWORD = re.compile(r"(?:old)?password[12]?\Z")
_MACHINE_VALUE = re.compile(r"(?:on|[0-9a-f-]{16,64})\Z")


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it was sent; `label` is its name in words."""

    name: str
    value: str

    @property
    def label(self) -> str:
        """“Score” for `row-7-score`, “Related work” for `related_work`."""
        words = self.name.rsplit("-", 1)[-1].replace("_", " ").strip().capitalize()
        return "Your text" if words in ("", "Text") else words

    @property
    def is_hidden(self) -> bool:
        """Whether a machine wrote it: keys, versions, ticks, what is empty."""
        is_written = _MACHINE_NAME.search(self.name) or _MACHINE_VALUE.match(self.value)
        return bool(is_written or not self.value.strip())

    @property
    def rows(self) -> int:
        """How many lines to show it on."""
        return min(12, sum(1 + len(line) // LINE for line in self.value.splitlines()))


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: where it goes, what stands in it, and whose page it stood on.

    `account` is the mark of the page's account, "" where the page was made for nobody;
    `files` names the fields in which a file came; `at` is a UNIX time in seconds.
    """

    address: str
    view: str
    fields: tuple[Field, ...]
    files: tuple[str, ...]
    account: str
    at: float
    has_password: bool = False

    @property
    def shown(self) -> list[Field]:
        """The fields that a person filled in."""
        return [one for one in self.fields if not one.is_hidden]

    @property
    def hidden(self) -> list[Field]:
        """The other fields, which travel along."""
        return [one for one in self.fields if one.is_hidden]

    @property
    def verb(self) -> str:
        """What did not happen: it was not handed in, saved, sent or done."""
        if self.view in HANDED_IN:
            return "handed in"
        if self.view.startswith(("account_", "socialaccount_")):
            return "sent"
        return "saved" if self.shown or self.files else "done"

    @property
    def button(self) -> str:
        """What the button says that does it after all."""
        return {"handed in": "Hand it in", "sent": "Send it", "saved": "Save it"}.get(
            self.verb, "Do it now"
        )

    @property
    def length(self) -> int:
        """About how many characters it takes to keep."""
        around = len(self.address) + len(self.account) + sum(map(len, self.files))
        return around + sum(len(one.name) + len(one.value) + 50 for one in self.fields)

    def up_to(self, most: int) -> Sent:
        """The same with as many of its fields as `most` characters hold, from the first on."""
        room, fields = most, []
        for one in self.fields:
            room -= len(one.name) + len(one.value) + 200  # what stands around it on a page
            if room < 0:
                break
            fields.append(one)
        return replace(self, fields=tuple(fields), files=self.files[:MOST_FORMS])

    def is_of(self, user: Any) -> bool:
        """Whether the page was this account's, or nobody's."""
        return not self.account or self.account == account_mark(user)


def sent_by(request: Request) -> Sent:
    """The form that this POST carries; reads its body."""
    fields = tuple(
        Field(name, value)
        for name, values in request.POST.lists()
        if name not in _NEVER_KEPT and not _PASSWORD.match(name)
        for value in values
    )
    match = request.resolver_match
    return Sent(
        address=request.get_full_path(),
        view=match.view_name if match else "",
        fields=fields,
        files=tuple(request.FILES),
        account=request.POST.get(ACCOUNT_FIELD, ""),
        at=request.at.timestamp(),
        has_password=any(_PASSWORD.match(name) for name in request.POST),
    )


def keep(request: Request, sent: Sent) -> bool:
    """Keep it in the session, in place of what came for the same address before.

    False where it is too long, or nobody's and no hand-in: then the page that shows it is all.
    """
    is_known = is_account_mark(sent.account)
    most = MOST if is_known else MOST_OF_STRANGERS
    if sent.length > most or not (is_known or (sent.view in HANDED_IN and not sent.account)):
        return False
    kept, length = [sent], sent.length
    for one in kept_in(request)[: MOST_FORMS - 1]:
        if one.address != sent.address and length + one.length <= most:
            kept.append(one)
            length += one.length
    request.session[SESSION_KEY] = [asdict(one) for one in kept]
    if not request.user.is_authenticated:
        # Who signs in has as long a session as ever (courseapp.signals).
        request.session.set_expiry(int(KEPT_FOR.total_seconds()) + 60)
    return True


def kept_in(request: Request) -> list[Sent]:
    """What this browser's session keeps and is not too old, the newest first."""
    oldest = (request.at - KEPT_FOR).timestamp()
    found = [
        Sent(**stored | {"fields": tuple(Field(**one) for one in stored["fields"])})
        for stored in request.session.get(SESSION_KEY, ())
    ]
    return [one for one in found if one.at >= oldest]


def forget(request: Request, unwanted: Callable[[Sent], bool]) -> None:
    """Forget what is handed in, or is for nobody here any more; what is too old goes as well."""
    if SESSION_KEY not in request.session:
        return
    left = [asdict(one) for one in kept_in(request) if not unwanted(one)]
    if left:
        request.session[SESSION_KEY] = left
    else:
        del request.session[SESSION_KEY]
