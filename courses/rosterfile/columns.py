"""Which column of a file holds what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# What a column can be, and by which headers it is known, the surest first.
FIELDS: dict[str, str] = {
    "netid": "NetID",
    "name": "Name",
    "given": "Given name",
    "preferred": "Preferred given name",
    "family": "Family name",
    "email": "Email address",
    "status": "Status",
    "role": "Role",
}
_KNOWN_AS: dict[str, tuple[str, ...]] = {
    "netid": (
        "netid", "loginid", "sisloginid", "studentlogin", "username", "userid", "uniqname", "login",
        "user", "enterpriseid", "networkid", "unityid", "kerberos", "kerberosid", "eid",
        "sisuserid", "orgdefinedid",
    ),
    "name": (
        "name", "fullname", "studentname", "displayname", "student", "shortname", "sortablename",
        "learner", "learnername", "lastfirst", "lastnamefirstname", "namelastfirst",
    ),
    "given": ("givenname", "firstname", "given", "first", "forename", "legalfirstname"),
    "preferred": (
        "preferredgivenname", "preferredfirstname", "preferredfirst", "preferredname",
    ),
    "family": ("familyname", "lastname", "surname", "family", "last", "legallastname"),
    "email": (
        "email", "emailaddress", "mail", "useremail", "preferredemail", "studentemail",
        "universityemail", "campusemail", "institutionemail",
    ),
    "status": (
        "status", "enrollmentstatus", "enrolmentstatus", "registrationstatus", "registrationtype",
        "regstatus", "enrollmentstate", "enrolmentstate", "studentstatus", "coursestatus",
        "registrationstatusdescription", "statusdescription", "enrollstatus",
    ),
    "role": (
        "role", "roles", "courserole", "enrollmentrole", "enrolmentrole", "enrollmenttype",
        "userrole", "rolename", "coursemembershiprole",
    ),
}  # fmt: skip
_FIELD_OF = {known: name for name, all_known in _KNOWN_AS.items() for known in all_known}
_NUMBERED = re.compile(r" \(column \d+\)$")


def unnumbered(header: str) -> str:
    """The header as the file has it, without what `numbered` put behind."""
    return _NUMBERED.sub("", header)


def _plain(header: str) -> str:
    return re.sub(r"[^a-z]", "", unnumbered(header).lower())


def rank(cells: Sequence[str]) -> tuple[bool, int]:
    """How surely these cells are headers: whether one is an identity, and how many are known.

    `(False, 0)` for what is none: one known word alone may stand in any row.
    """
    fields = {_FIELD_OF[plain] for plain in map(_plain, cells) if plain in _FIELD_OF}
    has_identity = bool(fields & {"netid", "email"})
    return (has_identity, len(fields)) if has_identity or len(fields) > 1 else (False, 0)


def numbered(names: Sequence[str]) -> tuple[str, ...]:
    """The headers, each unlike the others: a nameless or repeated one has its column's number."""
    named = [name or f"column {number}" for number, name in enumerate(names, 1)]
    return tuple(
        f"{name} (column {number})" if named.count(name) > 1 else name
        for number, name in enumerate(named, 1)
    )


def guess_columns(headers: Sequence[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Which header holds which field: as `remembered` where that exists, else by known names.

    A name that several columns have is not guessed.
    """
    plain = {_plain(header): header for header in reversed(headers) if not _NUMBERED.search(header)}
    columns: dict[str, str] = {}
    for name, known in _KNOWN_AS.items():
        if remembered.get(name) in headers:
            columns[name] = remembered[name]
            continue
        header = next((plain[key] for key in known if key in plain), None)
        if header is not None and header not in columns.values():
            columns[name] = header
    return columns


def doubtful_columns(headers: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """A sentence for each field that was not guessed because several columns have its name."""
    doubts = []
    for name, known in _KNOWN_AS.items():
        several = [one for one in headers if _NUMBERED.search(one) and _plain(one) in known]
        if several and name not in columns:
            choices = " and ".join(f"“{one}”" for one in several)
            doubts.append(f"{FIELDS[name]}: the file has {choices}. Choose below which is meant.")
    return doubts
