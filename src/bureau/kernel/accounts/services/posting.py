"""Letters that hold a link."""

from __future__ import annotations

from django.http import HttpRequest

from bureau.kernel.accounts import audit
from bureau.kernel.accounts.letters import Letter, address_here, post
from bureau.kernel.accounts.links import make_link
from bureau.kernel.accounts.models import MailedLink, User

Kind = MailedLink.Kind
# pages of the console, and the texts of `messages/`
PAGES = {
    Kind.RESET: "/password/reset/{}/",
    Kind.INVITATION: "/invitation/{}/",
    Kind.PROOF: "/email/confirm/{}/",
}
TEMPLATES = {
    Kind.RESET: "account_reset",
    Kind.INVITATION: "account_invitation",
    Kind.PROOF: "account_proof",
}


def send_link(request: HttpRequest, user: User, kind: MailedLink.Kind, to: str = "") -> None:
    """Send a link of this kind to the account's address (or `to`), in the caller's transaction."""
    page = PAGES[kind].format(make_link(user, kind))
    values = {"link": address_here(request, page), "username": user.username}
    post(Letter(to or user.email, TEMPLATES[kind], user.preferred_language, values))


def send_proof(request: HttpRequest, user: User) -> None:
    """Send the link that proves an account's address, in the caller's transaction."""
    send_link(request, user, Kind.PROOF)
    audit.record("account.email_proof_sent", user, user)
