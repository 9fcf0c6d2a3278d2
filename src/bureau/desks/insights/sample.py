"""Sample workbooks: invented patent data in the two forms that Espacenet exports.

The same arguments give the same bytes, so that tests, demonstrations and benchmarks agree.
Run `python -m bureau.desks.insights.sample PATH [--results ROWS]`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import IO, Any

from bureau.desks.insights.facets import COUNT_HEADER, FACETS

SEED = 20250522
_CREATED = datetime(2025, 5, 22, 12, 12)
_QUERY = (
    'ta = "biopolymer*" AND (ta = "3D print*" OR ta = "additive manufactur*") AND cl = "B33Y70/00"'
)
# Ecuador and Namibia stand below the first fifteen: the one is always shown, the code of the
# other must not be taken for "not available".
_COUNTRIES = (
    *("CN", "US", "WO", "EP", "KR", "JP", "DE", "CA", "IN", "AU", "BR", "ES", "FR", "GB", "MX"),
    *("SE", "FI", "CO", "CL", "EC", "PE", "NA", "ZA", "AR"),
)
_LANGUAGES = ("en", "zh", "ja", "ko", "de", "es", "fr", "pt", "ru")
_MAIN_GROUPS = (
    *("B33Y70", "B33Y10", "B33Y80", "B33Y30", "B29C64", "B29K5", "C08L1", "C08L67", "C08L5"),
    *("C08L3", "C08L89", "C08J3", "C08J5", "C08K3", "C08K5", "C08K7", "C08B15", "C08H6", "A61L27"),
    *("A61L31", "A61K9", "A61K47", "A61F2", "C04B28", "C04B14", "B28B1", "C12N5", "C12M21"),
    *("D01F2", "D21H11", "B82Y30", "B82Y40", "Y02W30", "Y02P20", "Y10T428", "B32B27", "B05D1"),
)
_SUBGROUPS = ("00", "02", "04", "10", "20", "106", "118", "35", "56")
_SURNAMES = (
    *("GARCÍA", "MORALES", "VEGA", "ANDRADE", "CEVALLOS", "MCDONALD", "O'NEIL", "NULL", "NONE"),
    *("ZHANG", "WANG", "CHEN", "LIU", "KIM", "PARK", "TANAKA", "SATO", "MÜLLER", "SCHMIDT"),
    *("LINDGREN", "VIRTANEN", "ROSSI", "SILVA", "DE SOUZA", "VAN DIJK", "NGUYEN", "PATEL", "KHAN"),
)
_GIVEN = (
    *("ANA", "LUIS", "MEI", "JUN", "JAMES", "ERIK", "SOFÍA", "MARCO", "YUKI", "MIN-JUN", "LARS"),
    *("CARLA", "PRIYA", "OMAR", "HANNA"),
)
_PLACES = (
    *("QUITO", "GUAYAQUIL", "CUENCA", "SHENZHEN", "HANGZHOU", "DAEJEON", "OSAKA", "DRESDEN"),
    *("GOTHENBURG", "ESPOO", "TURIN", "PORTO ALEGRE", "ROTTERDAM", "BANGALORE", "WINDHOEK"),
)
_KINDS = (
    *("UNIV {}", "{} POLYTECHNIC", "{} BIOMATERIALS CO LTD", "{} ADDITIVE MFG GMBH", "{} CHEM LLC"),
    *("INST NAC DE POLIMEROS {}", "{} ACAD OF SCIENCE AND TECH INNOVATION CENTER", "LG {} LTD"),
)


def write_filters(target: str | IO[bytes], *, hits: int = 640, seed: int = SEED) -> None:
    """Write a "Filters" workbook: a query sheet and thirteen facet sheets.

    Args:
        hits: number of documents the invented search found.
    """
    random = Random(seed)
    tables: dict[str, Sequence[tuple[str | int, int]]] = {
        "countries": _falling(_COUNTRIES, hits * 3 // 5, 0.72),
        "languages": _falling(_LANGUAGES, hits * 9 // 10, 0.5),
        "earliest_publication_year": _years(random, hits, 2003, 2025),
        "earliest_priority_year": _years(random, hits, 2001, 2024),
        "ipc_main_groups": _falling(_MAIN_GROUPS, hits // 2, 0.9),
        "ipc_subgroups": _falling(_symbols(random, 150), hits // 3, 0.96),
        "cpc_main_groups": _falling(_MAIN_GROUPS, hits // 2, 0.89),
        "cpc_subgroups": _falling(_symbols(random, 150), hits // 3, 0.95),
        "cpc_offices": _falling(("CN", "EP", "US", "KR", "JP", "SE"), hits // 2, 0.5),
        "applicants": _falling(_applicants(random, 110), hits // 30, 0.94),
        "inventors": _falling(_inventors(random, 330), hits // 36, 0.97),
        "applicant_countries": _falling(_COUNTRIES, hits // 6, 0.75),
        "inventor_countries": _falling(_COUNTRIES, hits // 7, 0.75),
    }
    sheets: list[tuple[str, Iterable[Sequence[Any]]]] = [("Query", _query_sheet(hits))]
    for facet in FACETS.values():
        header = (facet.header, COUNT_HEADER)
        sheets.append((facet.sheet, [header, *tables[facet.key]]))
    _write(target, sheets)


def write_results(target: str | IO[bytes], rows: int, *, seed: int = SEED) -> None:
    """Write a "Results" workbook: title rows, a header, and one row a document."""
    random = Random(seed)
    names, firms = _inventors(random, 330), _applicants(random, 110)
    symbols = _symbols(random, 150)
    header = (
        *("No", "Title", "Inventors", "Applicants", "Publication number", "Earliest priority"),
        *("IPC", "CPC", "Publication date", "Earliest publication", "Family number"),
    )
    body = (_result(random, number, names, firms, symbols) for number in range(1, rows + 1))
    title: list[Sequence[Any]] = [("Espacenet",), (f"{rows} results found for {_QUERY}",), ()]
    _write(target, [("Results", [*title, header, *body])])


def _result(
    random: Random, number: int, names: Sequence[str], firms: Sequence[str], symbols: Sequence[str]
) -> Sequence[Any]:
    priority = date(2001, 1, 1) + timedelta(days=int(random.random() ** 0.5 * 8500))
    published = priority + timedelta(days=540 + int(random.random() * 60))
    offices = _some(random, _COUNTRIES, 3)
    return (
        number,
        f"Composite of biopolymer and filler no. {number}",
        "\r\n".join(f"{name} [{_one(random, _COUNTRIES)}]" for name in _some(random, names, 5)),
        "\r\n".join(f"{firm} [{_one(random, _COUNTRIES)}]" for firm in _some(random, firms, 2)),
        "\r\n".join(f"{office}{100_000 + number}A1" for office in offices),
        priority.isoformat(),
        "\r\n".join(_some(random, symbols, 6)),
        "\r\n".join(f"{symbol} (EP,US)" for symbol in _some(random, symbols, 8)),
        published.isoformat(),
        published.isoformat(),
        70_000_000 + number,
    )


def _query_sheet(hits: int) -> list[Sequence[Any]]:
    return [
        ("Espacenet",),
        ("Patent search",),
        (f"{hits} results found for {_QUERY}",),
        (),
        ("Query language: en / de / fr",),
        ("Filters: ",),
        ('Open the "Results" sheet (select tab below) to view the results.',),
    ]


def _falling(keys: Sequence[str], first: int, ratio: float) -> list[tuple[str | int, int]]:
    """Counts that fall geometrically to one, as facets of a search do."""
    return [(key, max(1, round(first * ratio**rank))) for rank, key in enumerate(keys)]


def _years(random: Random, hits: int, start: int, end: int) -> list[tuple[str | int, int]]:
    """A rising series that adds up to about `hits`; the second year has no row, as in real files."""
    years = [year for year in range(start, end + 1) if year != start + 1]
    weights = [1.16 ** (year - start) * (0.75 + random.random() / 2) for year in years]
    # The last two years are still being published.
    weights[-1] *= 0.15
    weights[-2] *= 0.6
    scale = hits / sum(weights)
    return [(year, max(1, round(w * scale))) for year, w in zip(years, weights, strict=True)]


def _one(random: Random, items: Sequence[str]) -> str:
    return items[int(random.random() * len(items))]


def _some(random: Random, items: Sequence[str], most: int) -> list[str]:
    chosen = (_one(random, items) for _ in range(1 + int(random.random() * most)))
    return list(dict.fromkeys(chosen))


def _distinct(make: Iterable[str], count: int) -> list[str]:
    found: dict[str, None] = {}
    for item in make:
        found[item] = None
        if len(found) == count:
            break
    return list(found)


def _inventors(random: Random, count: int) -> list[str]:
    pairs = (f"{_one(random, _SURNAMES)} {_one(random, _GIVEN)}" for _ in range(count * 20))
    return _distinct(pairs, count)


def _applicants(random: Random, count: int) -> list[str]:
    names = (_one(random, _KINDS).format(_one(random, _PLACES)) for _ in range(count * 50))
    return _distinct(names, count)


def _symbols(random: Random, count: int) -> list[str]:
    made = (f"{_one(random, _MAIN_GROUPS)}/{_one(random, _SUBGROUPS)}" for _ in range(count * 20))
    return _distinct(made, count)


def _write(target: str | IO[bytes], sheets: Iterable[tuple[str, Iterable[Sequence[Any]]]]) -> None:
    import xlsxwriter

    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False})
    # xlsxwriter stamps archive members with a fixed date; only this property follows the clock.
    workbook.set_properties({"title": "Sample patent data", "created": _CREATED})
    for name, rows in sheets:
        sheet = workbook.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    workbook.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: write one sample workbook."""
    parser = argparse.ArgumentParser(description="Write a workbook of invented patent data.")
    parser.add_argument("path", help="where to write the .xlsx file")
    parser.add_argument(
        "--results", type=int, metavar="ROWS", help="a Results list of this length, not Filters"
    )
    options = parser.parse_args(arguments)
    if options.results is None:
        write_filters(options.path)
    else:
        write_results(options.path, options.results)


if __name__ == "__main__":
    main()
