from __future__ import annotations

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "bureau.desks.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        """Register the desk's demonstration data and its part in a person's right to be forgotten."""
        from bureau.desks.knowledge import demo, privacy
        from bureau.kernel.ops.demo import register_seeder
        from bureau.kernel.vault.shredders import register_shredder

        register_seeder("knowledge", demo.seed)
        register_shredder("knowledge", privacy.erase, privacy.export)
