from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "bureau.kernel.events"
    label = "events"

    def ready(self) -> None:
        """Write down what accounts and the vault report: they lie below and cannot know the log."""
        from bureau.kernel.accounts.audit import on_account_event
        from bureau.kernel.events.account_log import log_account_event
        from bureau.kernel.events.standing import ACCOUNT
        from bureau.kernel.events.streams import declare_watched
        from bureau.kernel.events.vault_log import log_vault_event
        from bureau.kernel.vault.audit import on_vault_event

        on_account_event(log_account_event)
        # every open socket of an account asks again when something happens to it
        declare_watched(ACCOUNT)
        on_vault_event(log_vault_event)
