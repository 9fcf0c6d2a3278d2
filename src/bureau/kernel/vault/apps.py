from __future__ import annotations

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "bureau.kernel.vault"
    label = "vault"

    def ready(self) -> None:
        from bureau.kernel.vault import checks  # noqa: F401  (registers the check)
