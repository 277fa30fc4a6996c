"""A rulebook is loaded whole or refused with every fault, and survives being frozen into a cycle."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cycle import roster_faults
from tests.workflows.broken_rulebooks import BROKEN, DELETED, RAW, SHIPPED, Fault, edited
from workflows import rulebook
from workflows.rulebook import RulebookInvalid, RuleFault, fault_text
from workflows.rulebook_faults import TEXTS
from workflows.rulebook_whole import latest_grace_end


def faults_of(data: Mapping[str, object]) -> tuple[RuleFault, ...]:
    with pytest.raises(RulebookInvalid) as caught:
        rulebook.parse(data, name="broken")
    return caught.value.faults


@pytest.mark.parametrize(
    ("changes", "expected"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_rulebook_is_refused_with_exactly_its_faults(
    changes: dict[str, object], expected: list[Fault]
) -> None:
    faults = faults_of(edited(changes))
    assert [(fault.path, fault.code, dict(fault.data)) for fault in faults] == expected


def test_an_empty_rulebook_lists_every_section_it_lacks() -> None:
    faults = faults_of({})
    assert {fault.code for fault in faults} == {"missing_key"}
    assert {fault.path for fault in faults} == set(RAW) - {"notes"}


def test_a_rulebook_of_nothing_but_wrong_types_is_refused_without_an_error() -> None:
    faults = faults_of(dict.fromkeys(RAW, 3.5))
    assert {fault.path for fault in faults} == set(RAW)
    assert {fault.code for fault in faults} == {"wrong_type"}


def _summed() -> list[str]:
    """Every number that takes part in a sum, found in the file and not in the code under test."""
    places = [
        f"{section}/{key}/points"
        for section in ("groups", "indicators", "components")
        for key in RAW[section]
    ]
    places += [f"parts/{part}/{key}/points" for part in ("public", "leader") for key in RAW["parts"][part]]
    return [*places, "score/base/points", *(f"quota/{key}/percent" for key in RAW["quota"])]


def _value_at(place: str) -> int:
    table = RAW
    for step in place.split("/"):
        table = table[step]
    return int(str(table))


@given(place=st.sampled_from(_summed()), cents=st.integers(1, 999_99))
def test_any_other_number_in_a_sum_is_noticed(place: str, cents: int) -> None:
    percent = place.endswith("percent")
    value: object = cents % 100 + 1 if percent else f"{cents // 100}.{cents % 100:02d}"
    assume(value != _value_at(place) if percent else cents != _value_at(place) * 100)
    assert any(fault.code.endswith("_sum") for fault in faults_of(edited({place: value})))


def _places(table: Mapping[str, object], above: str = "") -> list[str]:
    places = []
    for key, value in table.items():
        places.append(f"{above}{key}")
        if isinstance(value, dict):
            places += _places(value, f"{above}{key}/")
    return places


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(place=st.sampled_from(_places(RAW)), junk=JUNK)
def test_whatever_stands_at_a_place_it_is_read_or_refused_in_words(place: str, junk: object) -> None:
    faults: tuple[RuleFault, ...] = ()
    try:
        book = rulebook.parse(edited({place: junk}), name="fuzzed")
    except RulebookInvalid as invalid:
        faults = invalid.faults
    else:
        assert rulebook.thaw(book.content()) == book
    assert all(fault_text(fault, lang) for fault in faults for lang in ("zh", "en"))


def test_points_may_be_written_as_text_or_as_whole_numbers() -> None:
    for value in ("2.00", "2", 2):
        book = rulebook.parse(edited({"indicators/content.1.1/points": value}), name="municipal")
        assert book == rulebook.load()


def test_freezing_and_thawing_gives_the_same_rulebook() -> None:
    book = rulebook.load()
    assert rulebook.thaw(book.content()) == book
    assert hash(rulebook.thaw(book.content())) == hash(book)


def test_thawing_does_not_depend_on_the_order_in_which_a_database_keeps_keys() -> None:
    book = rulebook.load()
    shuffled = json.loads(json.dumps(book.content(), sort_keys=True), object_pairs_hook=_reversed)
    thawed = rulebook.thaw(shuffled)
    assert thawed == book
    assert [bonus.id for bonus in thawed.bonuses] == [bonus.id for bonus in book.bonuses]
    assert list(thawed.parts["leader"]) == ["team", "business", "conduct", "execution", "innovation"]


def _reversed(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return dict(reversed(pairs))


def test_the_content_is_plain_json_without_floats() -> None:
    def walk(value: object) -> None:
        assert isinstance(value, dict | list | str | int)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    walk(rulebook.load().content())


def test_the_digest_is_the_sha256_of_the_canonical_json() -> None:
    book = rulebook.load()
    text = json.dumps(book.content(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert book.digest == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_any_change_of_a_figure_changes_the_digest() -> None:
    changed = rulebook.parse(edited({"deadlines/grace_days/value": 4}), name="municipal")
    assert changed.grace_days == 4
    assert changed.digest != rulebook.load().digest


def test_changing_the_content_handed_out_does_not_change_the_rulebook() -> None:
    book = rulebook.load()
    book.content().clear()
    assert book.content()["name"] == "municipal"
    with pytest.raises(TypeError):
        book.quota["failed"] = 7  # type: ignore[index]  # what is proven is that this fails


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"name": DELETED}, "name", "missing_key"),
        ({"name": 7}, "name", "wrong_type"),
        ({"name": " "}, "name", "blank"),
        ({"bonuses": [{"points": "1"}]}, "bonuses", "wrong_type"),
        ({"bonuses": [{"id": "score.bonus.a"}, {"id": "score.bonus.a"}]}, "bonuses", "wrong_type"),
    ],
)
def test_a_damaged_frozen_rulebook_is_refused(change: dict[str, object], path: str, code: str) -> None:
    content = {
        key: value for key, value in (rulebook.load().content() | change).items() if value is not DELETED
    }
    with pytest.raises(RulebookInvalid) as caught:
        rulebook.thaw(content)
    assert (path, code) in [(fault.path, fault.code) for fault in caught.value.faults]


def test_a_syntax_error_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('zh = "甲"\nen = \n', encoding="utf-8")
    with pytest.raises(RulebookInvalid) as caught:
        rulebook.load(str(path))
    (fault,) = caught.value.faults
    assert (fault.path, fault.code, fault.data["line"]) == ("", "toml_syntax", "2")
    assert fault_text(fault, "zh") == "第2行不合TOML语法。"


def test_a_document_that_ends_too_early_is_a_fault_on_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('zh = "甲"\nen = ["open"\n', encoding="utf-8")
    with pytest.raises(RulebookInvalid) as caught:
        rulebook.load(str(path))
    assert [(fault.code, fault.data["line"]) for fault in caught.value.faults] == [("toml_syntax", "2")]


def test_a_key_given_twice_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[quota]\ngood = 1\ngood = 2\n", encoding="utf-8")
    with pytest.raises(RulebookInvalid) as caught:
        rulebook.load(str(path))
    assert [(fault.code, fault.data["line"]) for fault in caught.value.faults] == [("toml_syntax", "3")]


def test_a_file_in_another_encoding_or_not_there_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes('zh = "甲"'.encode("gb18030"))
    for name, code in (
        (str(path), "encoding"),
        (str(tmp_path / "no.toml"), "file_missing"),
        ("no", "file_missing"),
    ):
        with pytest.raises(RulebookInvalid) as caught:
            rulebook.load(name)
        assert [fault.code for fault in caught.value.faults] == [code]


def test_a_rulebook_of_ones_own_is_loaded_by_path_and_named_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(SHIPPED.read_bytes())
    assert rulebook.load(str(path)).name == "mine"


def test_the_refusal_names_every_fault_in_words() -> None:
    data = edited({"quota/failed/percent": 5, "zh": ""})
    with pytest.raises(RulebookInvalid) as caught:
        rulebook.parse(data, name="broken")
    assert str(caught.value).splitlines() == [
        "zh: This must not be blank.",
        "quota: The shares of the grades sum to 99 %, not to 100.",
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_fault_of_the_table_has_words_in_both_languages(lang: str) -> None:
    for _, changes, _ in BROKEN:
        for fault in faults_of(edited(changes)):
            text = fault_text(fault, lang)
            assert not re.search(r"[{}]", text)
            assert (re.search(r"[\u4e00-\u9fff]", text) is not None) == (lang == "zh")


def test_every_code_with_words_is_met_by_a_test() -> None:
    met = {code for _, _, faults in BROKEN for _, code, _ in faults}
    assert set(TEXTS) - met == {"file_missing", "encoding", "toml_syntax"}


@pytest.mark.parametrize(
    ("days", "end"), [(1, date(2001, 12, 3)), (5, date(2001, 12, 9)), (10, date(2001, 12, 16))]
)
def test_grace_is_judged_by_the_worst_weekday_the_due_date_can_fall_on(days: int, end: date) -> None:
    assert latest_grace_end(date(2001, 11, 30), days) == end


def test_the_windows_of_a_year_are_dates() -> None:
    book = rulebook.load()
    assert book.opens("plan", 2025) == date(2025, 1, 10)
    assert book.due("central_review", 2025) == date(2025, 12, 28)
    assert book.cutoff_date(2026) == date(2026, 12, 31)


def test_a_figure_is_found_by_its_path() -> None:
    book = rulebook.load()
    assert book.figure("quota.failed").value == "6"
    with pytest.raises(KeyError):
        book.figure("quota.superb")


def test_faults_are_told_in_chinese_with_chinese_punctuation() -> None:
    half_width = re.compile(r"[,;:()](?=[\u4e00-\u9fff{])|(?<=[\u4e00-\u9fff}])[,;:()]")
    told = [chinese for chinese, _ in (*TEXTS.values(), *roster_faults.TEXTS.values())]
    assert [one for one in told if half_width.search(one)] == []
