"""E-mails about accounts. Messages lie above this room, so whoever carries them registers here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, repr=False)
class Letter:
    """One e-mail: to whom, which text (`messages/<template>.<language>.txt`), its values."""

    to: str
    template: str
    language: str
    values: Mapping[str, object] = field(default_factory=dict)


Carrier = Callable[[Letter], None]
_carriers: list[Carrier] = []


def carry_letters_by(carrier: Carrier) -> Callable[[], None]:
    """Hand letters to `carrier`, in the transaction of the deed; it sends after the commit.

    Returns:
        A function that ends it.
    """
    _carriers.append(carrier)
    return lambda: _carriers.remove(carrier)


def post(letter: Letter) -> None:
    """Send a letter once the caller's transaction has committed."""
    for carrier in _carriers:
        carrier(letter)


def address_here(request: HttpRequest, path: str) -> str:
    """The whole address of a page of this site, for a link in a letter."""
    public: str = settings.ENV.notify_public_url
    return public.rstrip("/") + path if public else request.build_absolute_uri(path)
