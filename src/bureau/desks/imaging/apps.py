from __future__ import annotations

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "bureau.desks.imaging"
    label = "imaging"

    def ready(self) -> None:
        """Register the desk's background work, kind of file, demonstration data and first search."""
        from bureau.desks.imaging import demo, files, tasks  # noqa: F401  (registers the handlers)
        from bureau.desks.imaging.search.warming import warm_search
        from bureau.kernel.ops.demo import register_seeder
        from bureau.kernel.ops.schema import may_be_absent
        from bureau.kernel.ops.warming import register_warmer

        files.register_kinds()
        register_seeder("imaging", demo.seed)
        register_warmer("imaging", warm_search)
        models = self.get_model("Study"), self.get_model("Text")
        # a large first import works without them
        may_be_absent(*(index.name for model in models for index in model._meta.indexes))
