"""The JSON that `cycle grade` prints, laid out as the rows of a table, so that it is checked like one."""

from typing import cast


class NotResults(ValueError):
    """This JSON is not what `cycle grade --json` prints."""


def rows_of_results(document: object) -> tuple[list[list[str]], str]:
    """A header with one row a result, and the year of the document, empty where it is not known."""
    if not isinstance(document, dict) or not isinstance(document.get("results"), list):
        raise NotResults("no results")
    results = [_result(entry) for entry in cast("list[object]", document["results"])]
    columns = list(dict.fromkeys(key for result in results for key in result))
    rows = [[_text(result.get(name)) for name in columns] for result in results]
    return [columns, *rows] if rows else [], _text(document.get("year"))


def _result(entry: object) -> dict[str, object]:
    if not isinstance(entry, dict):
        raise NotResults("a result is no object")
    return entry


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise NotResults("a value is no text and no number")
