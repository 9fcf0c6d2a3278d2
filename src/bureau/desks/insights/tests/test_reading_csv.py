"""CSV files of both export forms are read in the encodings and delimiters people have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desks.insights.errors import ValidationProblem
from bureau.desks.insights.ingestion.delimited import DELIMITERS, decode
from bureau.desks.insights.ingestion.load import load_datasets


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_a_facet_table_is_read_in_any_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    lines = [("Applicants", "Number of documents"), ("ESPAÑA Y CÍA", "12"), ("NULL", "3")]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    loaded = load_datasets(text.encode(encoding), ["applicants"])
    assert loaded.datasets["applicants"].rows == (("ESPAÑA Y CÍA", 12), ("NULL", 3))


def test_a_results_list_with_title_rows_and_line_breaks_in_cells_is_read() -> None:
    text = (
        '"Espacenet";"";"";"";""\r\n"2 results found";"";"";"";""\r\n\r\n'
        '"No";"Title";"Inventors";"Applicants";"Publication number";"Family number"\r\n'
        '"1";"Ink; blue";"DOE JANE [EC] \r\nROE R [US]";"ACME [EC]";"EC1234A \r\nUS5678B";"77"\r\n'
        '"2";"Paste";"DOE JANE [EC]";"ACME [EC]";"EC1235A";"78"\r\n'
    )
    loaded = load_datasets(text.encode(), ["countries", "inventors"])
    assert loaded.datasets["countries"].rows == (("EC", 2), ("US", 1))
    assert loaded.datasets["inventors"].rows == (("DOE JANE", 2), ("ROE R", 1))


def test_a_facet_that_the_file_does_not_hold_is_a_problem() -> None:
    loaded = load_datasets(b"Inventors,Number of documents\nDOE JANE,2\n", ["countries"])
    assert "no sheet 'Countries (family)'" in loaded.problems["countries"].message


def test_text_without_a_known_header_is_refused_with_its_first_line() -> None:
    with pytest.raises(ValidationProblem, match="It starts with 'hello,world'"):
        load_datasets(b"hello,world\n1,2\n", ["countries"])


@given(st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"])))
def test_utf8_text_decodes_to_itself(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == (text, ())
