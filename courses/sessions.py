"""Django's sessions in the database, found by a query whose SQL is made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.backends import db
from django.utils import timezone

from courses.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.sessions.base_session import AbstractBaseSession

_with_key = Prepared(
    lambda key: SessionStore.get_model_class().objects.filter(session_key=key).order_by()
)


class SessionStore(db.SessionStore):
    """The store that `SESSION_ENGINE` names; its rows and cookies are Django's."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = _with_key.first(self.session_key) if self.session_key else None
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found
