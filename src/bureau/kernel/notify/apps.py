from __future__ import annotations

from pathlib import Path

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "bureau.kernel.notify"
    label = "notify"

    def ready(self) -> None:
        from bureau.kernel.accounts import letters
        from bureau.kernel.notify import checks, retention, tasks  # noqa: F401  (register themselves)
        from bureau.kernel.notify.account_letters import carry
        from bureau.kernel.notify.shredder import erase_messages, export_messages
        from bureau.kernel.notify.templates import register_templates
        from bureau.kernel.vault.shredders import register_shredder

        register_templates(Path(__file__).parent / "messages")
        register_templates(Path(letters.__file__).parent / "messages")
        letters.carry_letters_by(carry)
        register_shredder("messages", erase_messages, export_messages)
