"""E-mail through Django's mail backends: SMTP, or any other that is installed."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMessage, get_connection

from bureau.kernel.notify.ports import DeliveryDelayed, DeliveryRefused, Outgoing, Receipt

if TYPE_CHECKING:
    from bureau.environment import Environment

SMTP = "django.core.mail.backends.smtp.EmailBackend"
TIMEOUT_SECONDS = 15


class EmailCarrier:
    """Plain text mails from one sender.

    Args:
        backend: dotted name of a Django mail backend.
        sender: what stands in From.
        options: for the backend.
        outside: whether the backend is somebody else's service.
    """

    def __init__(
        self, backend: str, sender: str, options: dict[str, Any], *, outside: bool
    ) -> None:
        self.name = "smtp" if backend == SMTP else backend.split(".", maxsplit=1)[0]
        self.outside = outside
        self._backend, self._sender, self._options = backend, sender, options

    def send(self, message: Outgoing) -> Receipt:
        """Send one mail; its Message-ID is the same for every try."""
        # `<` and `>` and line breaks were refused when the settings were read
        domain = parseaddr(self._sender)[1].rpartition("@")[2] or "localhost"
        message_id = f"<{message.id}@{domain}>"
        headers = {
            "Message-ID": message_id,
            # says to mail programs that no person wrote it, so that none answers by itself
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        }
        mail = EmailMessage(
            message.heading, message.text, self._sender, [message.recipient], headers=headers
        )
        self._hand_over(mail)
        return Receipt(provider_id=message_id)

    def _hand_over(self, mail: EmailMessage) -> None:
        try:
            with get_connection(self._backend, **self._options) as connection:
                connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as problem:
            [(code, _), *_] = problem.recipients.values()
            raise _refusal(code) from None
        except smtplib.SMTPResponseException as problem:
            raise _refusal(problem.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise DeliveryRefused(
                "The mail server does not offer what the settings ask for.", reason="smtp_feature"
            ) from None
        except (smtplib.SMTPException, OSError) as problem:
            raise DeliveryDelayed(
                f"The mail server cannot be reached ({type(problem).__name__}).",
                reason="connection",
            ) from None


def carrier(env: Environment, channel: str) -> EmailCarrier:
    """SMTP with the settings `SMTP_*`, or the named backend with its own."""
    if env.notify_email != "smtp":
        return EmailCarrier(env.notify_email, env.notify_from, {}, outside=True)
    options = {
        "host": env.smtp_host,
        "port": env.smtp_port,
        "username": env.smtp_username,
        "password": env.smtp_password.get_secret_value(),
        "use_tls": env.smtp_security == "starttls",
        "use_ssl": env.smtp_security == "tls",
        "timeout": TIMEOUT_SECONDS,
    }
    return EmailCarrier(SMTP, env.notify_from, options, outside=False)


def _refusal(code: int) -> DeliveryDelayed | DeliveryRefused:
    """A reply of 4yz may change, one of 5yz will not (RFC 5321, section 4.2.1)."""
    reason = f"smtp_{code}"
    if 400 <= code < 500:
        return DeliveryDelayed(f"The mail server asks to come later ({code}).", reason=reason)
    return DeliveryRefused(f"The mail server refused the mail ({code}).", reason=reason)
