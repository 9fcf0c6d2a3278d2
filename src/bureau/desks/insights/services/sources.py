"""Reading a job's source: the facet tables its charts need, and why some are missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings

from bureau.desks.insights import catalogue
from bureau.desks.insights.datasets import Dataset
from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.facets import FACETS
from bureau.desks.insights.models import ChartJob, SourceType
from bureau.kernel.files.services import local_path

OnPage = Callable[[int, int], None]
Tables = dict[str, Dataset]
Problems = dict[str, str]


def needed_facets(chart_job: ChartJob) -> list[str]:
    """The facets that the job's charts read, each once, in the order of the charts."""
    asked = chart_job.image_tasks.order_by("task_id")
    pairs = asked.values_list("algorithm_key", "algorithm_version")
    return list(dict.fromkeys(catalogue.get(key, version).facet for key, version in pairs))


def read_source(chart_job: ChartJob, on_page: OnPage) -> tuple[Tables, Problems]:
    """Read the source once.

    Args:
        on_page: told (records read, records in all) while a service is read.

    Returns:
        Facet -> table, and facet -> sentence why there is none.

    Raises:
        ValidationProblem: nothing that the job needs is there.
        ExternalApiProblem: the service did not deliver.
    """
    facets = needed_facets(chart_job)
    from_lens = chart_job.source_type == SourceType.LENS
    found = _from_lens(chart_job, facets, on_page) if from_lens else _from_file(chart_job, facets)
    tables, problems = found
    if not tables:
        raise ValidationProblem(" ".join(dict.fromkeys(problems.values())))
    return tables, problems


def _from_file(chart_job: ChartJob, facets: list[str]) -> tuple[Tables, Problems]:
    from bureau.desks.insights.ingestion.sandboxed import load_upload

    assert chart_job.source_file is not None
    encoding = str(chart_job.source_params.get("encoding") or "")
    loaded = load_upload(local_path(chart_job.source_file), facets, encoding)
    return loaded.datasets, {key: found.message for key, found in loaded.problems.items()}


def _from_lens(chart_job: ChartJob, facets: list[str], on_page: OnPage) -> tuple[Tables, Problems]:
    from bureau.desks.insights.ingestion.lens import LensClient, LensLimits
    from bureau.desks.insights.ingestion.lens_query import parse_lens_params
    from bureau.desks.insights.ingestion.lens_tables import count_lens

    env = settings.ENV
    limits = LensLimits(max_records=env.lens_max_records)
    client = LensClient(env.lens_api_token.get_secret_value(), env.lens_base_url, limits)
    answer = client.fetch(parse_lens_params(chart_job.source_params), on_page)
    return _split(count_lens(answer, facets), facets)


def _split(tables: Tables, facets: list[str]) -> tuple[Tables, Problems]:
    missing = [key for key in facets if key not in tables]
    return tables, {
        key: f"No record of the Lens search has a value for '{FACETS[key].header}'."
        for key in missing
    }


def why_missing(problems: Mapping[str, str], facet: str) -> ValidationProblem:
    """The refusal for a chart whose table is not there."""
    default = f"The source has no table '{FACETS[facet].header}'."
    return ValidationProblem(problems.get(facet, default))
