from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bureau.kernel.accounts"
    label = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from bureau.kernel.accounts import checks  # noqa: F401  (registers the checks)
        from bureau.kernel.accounts.services.sign_in import begin_browser_session
        from bureau.kernel.accounts.shredder import erase_account, export_account, identify
        from bureau.kernel.vault.shredders import register_shredder

        register_shredder("accounts", erase_account, export_account, identify)
        user_logged_in.connect(begin_browser_session, dispatch_uid="accounts.begin_browser_session")
