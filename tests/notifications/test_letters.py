"""The letters: what they say, in both languages, and what can never get into them."""

import re
from calendar import month_name
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, meta

import notifications
from notifications.errors import TemplateFault
from notifications.notices import Letter
from notifications.rendering import FILES, LANGUAGES, Rendered, compile_letters, kinds, render
from notifications.samples import samples
from tests.notifications.keep_letters import KEPT, name, written

TEMPLATES = Path(notifications.__file__).parent / "templates"
MONTHS = month_name[1:]
COLOURS = {
    "zh": {"blue": "◆ 提醒（蓝）", "yellow": "▲ 临期（黄）", "red": "■ 逾期（红）"},
    "en": {"blue": "◆ Reminder (blue)", "yellow": "▲ Due soon (yellow)", "red": "■ Overdue (red)"},
}
DATE_ZH = re.compile(r"(?:(\d+)年)?(\d+)月(\d+)日")
DATE_EN = re.compile(rf"(\d+) ({'|'.join(MONTHS)})(?: (\d{{4}}))?")
NUMBER = re.compile(r"\d+(?:[.:-]\d+)*")
EVERY = [pytest.param(letter, id=f"{lang}-{name(letter)}") for lang in LANGUAGES for letter in samples(lang)]


class Page(HTMLParser):
    """What a reader sees, which elements there are, and whether each is closed where it should be."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        self.links += [value or "" for key, value in attrs if key in {"href", "src", "background", "action"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "title":
            self.text.append(data)


def sample(kind: str, lang: str = "zh", variant: str = "", **fields: object) -> Letter:
    """The sample of that name, with some fields changed."""
    key = ":".join(["sample", kind, *([variant] if variant else [])])
    [found] = [letter for letter in samples(lang) if letter.key == key]
    return replace(found, fields={**found.fields, **fields})


def figures(text: str) -> set[str]:
    """Every date (as month-day, with the year where it is said) and every number in a text."""
    dates = {f"{m}-{d}{'-' + y if y else ''}" for y, m, d in DATE_ZH.findall(text)}
    dates |= {f"{MONTHS.index(m) + 1}-{d}{'-' + y if y else ''}" for d, m, y in DATE_EN.findall(text)}
    return dates | set(NUMBER.findall(DATE_EN.sub(" ", DATE_ZH.sub(" ", text))))


def test_every_kind_has_its_three_files_in_both_languages_and_no_others() -> None:
    for lang in LANGUAGES:
        found = {path.relative_to(TEMPLATES / lang).as_posix() for path in (TEMPLATES / lang).rglob("*.*")}
        assert found == {"words.txt", *(f"{kind}/{file}" for kind in kinds() for file in FILES)}


def test_every_template_compiles_and_knows_the_ones_it_calls_for() -> None:
    compile_letters()
    for path in TEMPLATES.rglob("*.*"):
        parsed = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        for other in meta.find_referenced_templates(parsed):
            assert other is None or (TEMPLATES / other).is_file()


def test_html_takes_its_macros_from_html_only() -> None:
    """A macro of a text template would pass unescaped for markup; `words.txt` says nothing of a field."""
    for path in TEMPLATES.rglob("*.html"):
        called = re.findall(
            r"(?:import|include|extends) (.+?)(?: as \w+)? %}", path.read_text(encoding="utf-8")
        )
        assert {name for name in called if not name.endswith('.html"')} <= {'lang ~ "/words.txt"'}
    for lang in LANGUAGES:
        said = (TEMPLATES / lang / "words.txt").read_text(encoding="utf-8")
        assert set(re.findall(r"{{-? ?(\w+)", said)) <= {"days", "late"}


def test_there_is_a_sample_of_every_kind_and_no_two_have_one_key() -> None:
    for lang in LANGUAGES:
        assert {letter.kind for letter in samples(lang)} == set(kinds())
        assert max(Counter(letter.key for letter in samples(lang)).values()) == 1
    assert samples("zh") == samples("zh")
    assert [letter.key for letter in samples("zh")] == [letter.key for letter in samples("en")]


@pytest.mark.parametrize("letter", EVERY)
def test_a_sample_letter_reads_as_it_was_last_kept(letter: Letter) -> None:
    for path, text in written(letter).items():
        assert (KEPT / path).read_bytes() == text.encode("utf-8"), f"{path}: look, then keep the letters anew"


def test_no_letter_is_kept_that_is_no_sample() -> None:
    wanted = {path for lang in LANGUAGES for letter in samples(lang) for path in written(letter)}
    assert {path.relative_to(KEPT).as_posix() for path in KEPT.glob("*/*")} == wanted


@pytest.mark.parametrize("letter", EVERY)
def test_the_html_is_whole_and_calls_for_nothing_from_outside(letter: Letter) -> None:
    html = render(letter).html
    page = Page(html)
    assert page.seen.keys().isdisjoint({"script", "img", "link", "style", "form", "iframe", "input", "base"})
    link = letter.fields["link"]
    assert page.links == ([link] if link else [])
    assert set(re.findall(r"https?://[^\s\"'<]+", html)) == ({link} if link else set())
    assert "url(" not in html


@pytest.mark.parametrize("letter", EVERY)
def test_text_and_html_state_the_same_dates_and_numbers(letter: Letter) -> None:
    made = render(letter)
    listed = re.sub(r"^\d+\. ", "", made.body, flags=re.MULTILINE)
    shown = re.sub(r"(?m)^\d+\.$", "", "\n".join(Page(made.html).text))
    assert figures(listed) == figures(shown)


@pytest.mark.parametrize("key", [letter.key for letter in samples("zh")])
def test_both_languages_state_the_same_dates_and_numbers(key: str) -> None:
    zh, en = (render(next(letter for letter in samples(lang) if letter.key == key)) for lang in LANGUAGES)
    assert figures(zh.title) == figures(en.title)
    assert figures(zh.body) == figures(en.body)


@pytest.mark.parametrize("letter", EVERY)
def test_the_colour_is_said_in_words_in_text_and_html(letter: Letter) -> None:
    made = render(letter)
    first = made.body.splitlines()[0]
    band = next(text for text in Page(made.html).text if text.strip().strip("\xa0"))
    words = COLOURS[letter.to.lang]
    for said in (first, band):
        assert [word for word in words.values() if word in said] == (
            [words[letter.fields["colour"]]] if letter.fields["colour"] else []
        )


@pytest.mark.parametrize("letter", EVERY)
def test_every_letter_ends_with_office_and_date_and_whom_to_call(letter: Letter) -> None:
    made = render(letter)
    fields = letter.fields
    for text in (made.body, "".join(Page(made.html).text)):
        signed = text.rindex(fields["office"])
        assert text.rindex(str(fields["today"].year)) > signed
        assert (fields["contact"] or fields["office"]) in text[signed:]
        assert ("登录" in text[signed:] or "sign-in" in text[signed:]) is bool(fields["link"])
        assert "自动发出" in text or "sent automatically" in text


@pytest.mark.parametrize("letter", EVERY)
def test_plain_text_holds_no_markup(letter: Letter) -> None:
    made = render(letter)
    assert not re.search(r"<[a-z/!]|&\w+;|{{|{%", made.title + made.body)
    assert not re.search(r"[ \t]$", made.body, flags=re.MULTILINE)
    assert "\n\n\n" not in made.body


@pytest.mark.parametrize("lang", LANGUAGES)
def test_markup_in_a_name_or_a_reason_stays_text(lang: str) -> None:
    evil = '<script>alert("1")</script>&'
    for letter in samples(lang):
        hostile = replace(letter, to=replace(letter.to, name=evil), fields=_spoilt(letter.fields, evil))
        html = render(hostile).html
        assert "script" not in Page(html).seen
        assert "<script" not in html
    assert evil in render(sample("chase", lang, "ahead", note=evil)).body


def _spoilt(value: Any, evil: str) -> Any:  # every text of a letter but those that choose a colour
    if isinstance(value, dict):
        return {key: each if key == "colour" else _spoilt(each, evil) for key, each in value.items()}
    if isinstance(value, list):
        return [_spoilt(each, evil) for each in value]
    return evil if isinstance(value, str) and value else value


@pytest.mark.parametrize("letter", EVERY)
def test_a_letter_to_somebody_else_differs_in_the_name_alone(letter: Letter) -> None:
    one, other = (
        render(replace(letter, to=replace(letter.to, name=called))) for called in ("甲甲某", "乙<某>")
    )
    assert other.title == one.title
    assert other.body == one.body.replace("甲甲某", "乙<某>")
    assert other.html == one.html.replace("甲甲某", "乙&lt;某&gt;")
    assert (one.body.count("甲甲某"), one.html.count("甲甲某")) == (1, 1)


def test_no_field_can_stand_where_the_name_is_put() -> None:
    made = [render(sample("sent_back", reason=reason)) for reason in ("另有\ue000说明", "另有说明")]
    assert [text.body.count("另有\ue000说明") for text in made] == [1, 0]
    assert made[0].body.replace("\ue000", "") == made[1].body
    assert made[0].html.replace("\ue000", "") == made[1].html


@pytest.mark.parametrize("mark", ["\n", "\r", "\x00", "\x85", "\u2028", "\u2029", "\u202e", "\ud800"])
def test_no_field_can_make_a_second_subject_line(mark: str) -> None:
    with pytest.raises(TemplateFault, match=r"zh/accepted/subject\.txt"):
        render(sample("accepted", department=f"卫生局{mark}Bcc: x@example.invalid"))


def test_an_empty_subject_is_a_fault() -> None:
    with pytest.raises(TemplateFault, match=r"zh/delivery_failures/subject\.txt"):
        render(sample("delivery_failures", letters=[], setbacks=[]))


def test_a_reason_in_several_lines_cannot_pass_for_a_line_of_the_letter() -> None:
    made = render(sample("sent_back", reason="请补充。\r\n期限：12月31日\u2028部门：财政局"))
    assert "\n    请补充。\n    期限：12月31日\n    部门：财政局\n" in made.body
    assert "请补充。<br>期限：12月31日<br>部门：财政局" in made.html


def test_a_missing_field_is_named_with_its_template() -> None:
    for left_out, file in (("department", "subject.txt"), ("missing", "body.txt"), ("office", "body.txt")):
        fields = dict(sample("reminder", variant="blue").fields)
        del fields[left_out]
        with pytest.raises(TemplateFault, match=rf"^zh/reminder/{file}: '{left_out}' is undefined$"):
            render(replace(sample("reminder", variant="blue"), fields=fields))


def outcome(letter: Letter) -> Rendered | str:
    """The letter in words, or what the fault says."""
    try:
        return render(letter)
    except TemplateFault as fault:
        return str(fault)


@pytest.mark.parametrize("letter", EVERY)
def test_a_field_left_out_is_named_unless_the_letter_has_no_place_for_it(letter: Letter) -> None:
    whole = render(letter)
    for left_out in letter.fields:
        fields = {key: value for key, value in letter.fields.items() if key != left_out}
        found = outcome(replace(letter, fields=fields))
        assert found == whole or f"'{left_out}' is undefined" in str(found)


@pytest.mark.parametrize(("kind", "lang"), [("no_such_kind", "zh"), ("accepted", "fr")])
def test_a_kind_or_a_language_without_templates_is_a_fault(kind: str, lang: str) -> None:
    letter = sample("accepted")
    with pytest.raises(TemplateFault, match=f"{lang}/{kind}"):
        render(replace(letter, kind=kind, to=replace(letter.to, lang=lang)))


def test_what_is_no_date_is_a_fault() -> None:
    with pytest.raises(TemplateFault, match="None is not a date"):
        render(sample("reminder", variant="blue", due=None))
    with pytest.raises(TemplateFault, match="is not a date"):
        render(sample("reminder", variant="blue", due="2026-11-30"))


@pytest.mark.parametrize(
    ("lang", "due", "said", "end"),
    [
        ("zh", date(2026, 12, 4), "12月4日（周五）", "12月4日（周五）24:00"),
        ("zh", date(2027, 1, 3), "2027年1月3日（周日）", "2027年1月3日（周日）24:00"),
        ("en", date(2026, 12, 4), "Friday 4 December", "24:00 on Friday 4 December"),
        ("en", date(2027, 1, 3), "Sunday 3 January 2027", "24:00 on Sunday 3 January 2027"),
    ],
)
def test_a_day_names_its_year_only_where_it_is_another(lang: str, due: date, said: str, end: str) -> None:
    made = render(sample("readmitted", lang, due=due, today=date(2026, 12, 1)))
    assert made.title.count(said) == 1
    assert str(due.year) not in made.title.replace(said, "")
    assert end in made.body
    assert ("2026年12月1日" if lang == "zh" else "1 December 2026") in made.body


@pytest.mark.parametrize(
    ("lang", "left", "said"),
    [
        ("zh", 7, "还剩7个工作日"),
        ("zh", 0, "今天到期"),
        ("en", 7, "due in 7 working days"),
        ("en", 1, "due in 1 working day"),
        ("en", 0, "due today"),
    ],
)
def test_a_reminder_says_how_long_is_left(lang: str, left: int, said: str) -> None:
    made = render(sample("reminder", lang, "blue", days_left=left))
    assert made.title.endswith(said)
    assert said.casefold() in made.body.splitlines()[0].casefold()


def test_without_a_link_there_is_no_button() -> None:
    without = render(sample("accepted", link=""))
    assert "按钮" in render(sample("accepted")).html
    assert "按钮" not in without.html
    assert "查看" not in without.body


def test_the_calendar_file_is_spoken_of_only_where_there_is_one() -> None:
    letter = sample("accepted")
    assert letter.event is not None
    assert "取消原有的日程" in render(letter).body
    assert "可以加入日程" in render(replace(letter, event=replace(letter.event, cancelled=False))).body
    assert "日历" not in render(replace(letter, event=None)).body


def test_only_leaders_and_the_group_are_addressed_as_nin() -> None:
    addressed = {letter.kind for letter in samples("zh") if "您" in render(letter).body}
    assert addressed == {"leader_digest", "leader_weekly", "group_digest"}


def test_the_instant_of_sending_has_no_part_in_the_words() -> None:
    letter = sample("accepted")
    assert render(replace(letter, at=datetime(2030, 1, 1, tzinfo=UTC))) == render(letter)
