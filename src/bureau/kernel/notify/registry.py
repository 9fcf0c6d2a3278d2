"""Which carrier serves which channel; the settings decide, adapters load on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings

from bureau.kernel.notify.models import Channel
from bureau.kernel.notify.ports import Carrier

if TYPE_CHECKING:
    from bureau.environment import Environment

OFF = "off"
# channel -> adapters that can serve it; a dotted name for e-mail is a mail backend of Django
CHOICES: dict[str, tuple[str, ...]] = {
    Channel.EMAIL: ("file", "smtp"),
    Channel.SMS: ("file", "twilio", "sns", "gateway"),
    Channel.WHATSAPP: ("file", "twilio", "meta", "gateway"),
}
_FOLDERS = {"smtp": "email"}


def chosen(channel: str, env: Environment | None = None) -> str:
    """What the settings name for a channel: an adapter, a mail backend, or `off`."""
    env = env or settings.ENV
    return {
        Channel.EMAIL: env.notify_email,
        Channel.SMS: env.notify_sms,
        Channel.WHATSAPP: env.notify_whatsapp,
    }[Channel(channel)]


def carrier_for(channel: str, env: Environment | None = None) -> Carrier | None:
    """The carrier of a channel, or None when the channel is off.

    Raises:
        KeyError: the settings name none that exists (`notify.E001` says so at start).
    """
    env = env or settings.ENV
    name = chosen(channel, env)
    if name == OFF:
        return None
    if channel == Channel.EMAIL and "." in name:
        folder = "email"
    elif name in CHOICES[channel]:
        folder = _FOLDERS.get(name, name)
    else:
        raise KeyError(name)
    module = import_module(f"bureau.kernel.notify.adapters.{folder}")
    carrier: Carrier = module.carrier(env, channel)
    return carrier
