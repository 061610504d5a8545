"""Facts that actions raise. `str()` of each is the sentence that the person is shown."""

from __future__ import annotations


class Refused(Exception):
    """An action was refused; nothing was changed."""


class PlanChanged(Refused):
    """What a person has agreed to would now do something else than they were shown."""

    def __init__(self) -> None:
        super().__init__("Something has changed since you looked. Look once more, then confirm.")


class InvitationNotValid(Refused):
    """The invitation is unknown, used, replaced or past its date."""

    def __init__(self) -> None:
        super().__init__(
            "This invitation is not valid any more. Ask the course staff for a new one."
        )


class NetIDTaken(Refused):
    """The NetID stands on another entry of the roster."""

    def __init__(self, netid: str) -> None:
        super().__init__(f"{netid} is on this roster already.")


class AddressTaken(Refused):
    """`address` would be that of two entries that are on the roster; both are named."""

    def __init__(self, address: str, owner: str, other: str) -> None:
        super().__init__(f"{address} is the address of {owner} and cannot be that of {other} too.")
        self.address = address
