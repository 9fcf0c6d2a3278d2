"""Letters about accounts become messages; the accounts room lies below and cannot know them."""

from __future__ import annotations

from bureau.kernel.accounts.letters import Letter
from bureau.kernel.notify.models import Channel
from bureau.kernel.notify.services import send


def carry(letter: Letter) -> None:
    """Queue one e-mail; what it says may open an account, so it is kept from carriers outside."""
    send(Channel.EMAIL, letter.to, letter.template, letter.language, letter.values, sensitive=True)
