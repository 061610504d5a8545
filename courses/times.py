"""Instants in words, always with the zone's name. Pure: no Django, no clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def on_clock(clock: time) -> str:
    """“12:30 PM”, on whatever clock."""
    return f"{clock.hour % 12 or 12}:{clock:%M} {'PM' if clock.hour >= 12 else 'AM'}"


def day(on: date) -> str:
    """“Feb 28”."""
    return f"{on:%b} {on.day}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """“12:30 PM CST”."""
    local = instant.astimezone(zone)
    return f"{on_clock(local.time())} {local:%Z}"


def in_full(instant: datetime, zone: ZoneInfo) -> str:
    """“Fri, Feb 28, 12:30 PM CST”."""
    local = instant.astimezone(zone)
    return f"{local:%a, %b} {local.day}, {clock(instant, zone)}"


def exact(instant: datetime, zone: ZoneInfo) -> str:
    """“Fri, Feb 28, 2025, 12:30:05 PM CST”, for receipts."""
    local = instant.astimezone(zone)
    half = "PM" if local.hour >= 12 else "AM"
    return (
        f"{local:%a, %b} {local.day}, {local.year}, "
        f"{local.hour % 12 or 12}:{local:%M:%S} {half} {local:%Z}"
    )


def span(delta: timedelta) -> str:
    """A length of time in its two largest units: “2 h 14 min”, “3 days”, “less than a minute”."""
    minutes = int(abs(delta).total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days >= 3:
        return f"{days} days"
    if days:
        words = f"{days} day{'s' if days > 1 else ''}"
        return f"{words} {hours} h" if hours else words
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else "less than a minute"


def day_in_words(instant: datetime, at: datetime, zone: ZoneInfo) -> str:
    """“today”, “tomorrow”, “yesterday”, else “Fri, Feb 28”, by the calendar of `zone`."""
    local = instant.astimezone(zone)
    apart = (local.date() - at.astimezone(zone).date()).days
    return {0: "today", 1: "tomorrow", -1: "yesterday"}.get(apart, f"{local:%a, %b} {local.day}")


def due_in_words(due_at: datetime, at: datetime, zone: ZoneInfo) -> str:
    """“today at 12:30 PM CST, in 2 h 14 min” or “yesterday at 12:30 PM CST, 3 h ago”."""
    relative = f"in {span(due_at - at)}" if at < due_at else f"{span(at - due_at)} ago"
    return f"{day_in_words(due_at, at, zone)} at {clock(due_at, zone)}, {relative}"
