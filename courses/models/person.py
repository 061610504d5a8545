"""The user model: somebody who can sign in, whatever courses they are in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from courses.prepared import Prepared

_with_pk: Prepared[Person] = Prepared(lambda pk: Person.objects.filter(pk=pk).order_by())


class PersonManager(BaseUserManager["Person"]):
    """Makes persons by email address; the address is the only sign-in name."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this address, whatever its capitals.

        Addresses are stored in small letters. The database must not fold them: PostgreSQL takes
        a long s for an S, so that somebody else's address would be found beside one's own.
        """
        return self.get(email=(username or "").strip().lower())

    def get(self, *args: Any, **kwargs: Any) -> Person:
        """As every manager's; by `pk` alone, as each request asks who is signed in, quicker.

        Not where Django makes a manager of some persons from this one, such as a group's.
        """
        pk = kwargs.get("pk")
        is_plain = type(self) is PersonManager and not args and list(kwargs) == ["pk"]
        if not is_plain or type(pk) is not int:
            return super().get(*args, **kwargs)
        found = _with_pk.first(pk)
        if found is None:
            raise self.model.DoesNotExist("There is no such account.")
        return found

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Store a person; without a password nobody can sign in by password.

        Raises ValueError when `email` is empty.
        """
        if not email:
            raise ValueError("A person needs an email address.")
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Store an operator, who may do everything in every course."""
        return self.create_user(email, password, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """An account. What a person is in a course is said by an `Enrolment`."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(
        default=True, help_text="Untick instead of deleting: the person can no longer sign in."
    )
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="person_email_unique_ignoring_case"),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name to greet and to list by."""
        return str(self)

    @property
    def is_staff(self) -> bool:
        """What Django's admin asks: operators only.

        Who teaches a course reaches the admin through `courses.permissions`.
        """
        return self.is_superuser
