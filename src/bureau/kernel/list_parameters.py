"""One rule for every list: a field that a caller may not read narrows, orders and counts nothing.

A filter, a sort, a facet or a search over a field answers questions about it: "is there a case of
this phone number?" is reading the number. So a list declares which fields each of its parameters
tells about, and asks `refuse_unreadable` before it looks at any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from bureau.kernel.errors import InvalidInput, NotAllowed

# parameter, or `parameter=value` for one value of it -> the fields it tells about
ParameterFields = Mapping[str, Collection[str]]
NOTHING_PROTECTED: Final[ParameterFields] = {}


def refuse_unreadable(
    asked: Mapping[str, Sequence[str]], fields: ParameterFields, unreadable: Collection[str]
) -> None:
    """Stop a list that is asked about fields which the caller may not read.

    Args:
        asked: the query's parameters with all their values (`dict(request.GET.lists())`).
        fields: what the list's parameters tell about; one that is not named tells about nothing
            that is protected.
        unreadable: the fields that this caller may not read in the list's rows.

    Raises:
        NotAllowed: names the parameters. It does not depend on what the rows hold.
    """
    refused = [name for name in _given(asked) if set(fields.get(name, ())) & set(unreadable)]
    if refused:
        names = ", ".join(dict.fromkeys(refused))
        raise NotAllowed(f"You may not read what these parameters ask about: {names}.")


def _given(asked: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, values in asked.items():
        if any(values):
            plain = name.removesuffix("[]")
            yield plain
            yield from (f"{plain}={value}" for value in values)


def refuse_unknown(asked: Collection[str], known: Collection[str]) -> None:
    """Stop a list that is asked by parameters which it does not have.

    A filter that is passed over answers another question than was asked.

    Args:
        asked: names of the query's parameters.
        known: names that the list has; each may be written `name[]` too.

    Raises:
        InvalidInput: names each parameter, and those that there are.
    """
    unknown = sorted({name for name in asked if name.removesuffix("[]") not in known})
    if unknown:
        told = f"There is no such parameter here. Take: {', '.join(sorted(known))}."
        raise InvalidInput(fields={name[:60]: [told] for name in unknown[:20]})


def text_parameters(words: Mapping[str, str]) -> list[dict[str, object]]:
    """Optional texts of a query for the API's document: name -> description."""
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": text,
            "schema": {"type": "string"},
        }
        for name, text in words.items()
    ]
