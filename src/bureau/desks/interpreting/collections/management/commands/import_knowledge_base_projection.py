"""`import_knowledge_base_projection`: facts in a South African language into a knowledge base."""

from __future__ import annotations

from bureau.desks.interpreting.collections.management.commands import import_hf_dataset
from bureau.desks.interpreting.imports import tasks
from bureau.desks.interpreting.imports.catalogue import PROJECTION, DataSet


class Command(import_hf_dataset.Command):
    help = "Import facts in one language (--lang, or all with --async) into a knowledge base."
    data_set: DataSet = PROJECTION
    all_kind = tasks.ALL_PROJECTIONS_KIND
    splits: tuple[str, ...] | None = None
