"""What every template of the console may ask for."""

from __future__ import annotations

from typing import Any

from django import template

from bureau.console import desks
from bureau.kernel.accounts.models import User

register = template.Library()


@register.simple_tag
def desks_of(person: Any) -> list[desks.Desk]:
    """The desks at which the visitor may sit; none for nobody."""
    return desks.desks_of(person) if isinstance(person, User) else []


@register.filter
def section(path: str) -> str:
    """The first part of an address: `imaging` of `/imaging/?q=x`."""
    return path.strip("/").partition("/")[0]
