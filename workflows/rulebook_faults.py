"""What can be wrong with a rulebook: a fault is a place, a stable code and data; its words stand here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows import toml_file

TEXTS: dict[str, tuple[str, str]] = toml_file.TEXTS | {
    "missing_key": ("缺少此项。", "This key is missing."),
    "unknown_key": ("没有此项，请核对拼写。", "There is no such key; check its spelling."),
    "wrong_type": ("应为{expected}。", "This should be {expected}."),
    "blank": ("不能为空白。", "This must not be blank."),
    "empty": ("至少要有一项。", "There must be at least one entry."),
    "float": (
        "{value}是浮点数；分值请写成带引号的文字，其余写成整数。",
        "{value} is a binary fraction; write points as quoted text, all else as a whole number.",
    ),
    "not_points": (
        "“{value}”不是分值：至多三位整数、两位小数。",
        '"{value}" is not a number of points: at most three digits and two decimals.',
    ),
    "not_positive": ("{value}应大于零。", "{value} should be greater than zero."),
    "out_of_range": ("{value}不在{low}至{high}之间。", "{value} is not between {low} and {high}."),
    "date_invalid": (
        "“{value}”不是每年都有的日期，写法为 月月-日日。",
        '"{value}" is not a day of every year, written MM-DD.',
    ),
    "choice_unknown": ("“{value}”不可用，可用：{allowed}。", '"{value}" is not known; known: {allowed}.'),
    "list_duplicate": ("有重复：{value}。", "An entry is there twice: {value}."),
    "list_order": ("顺序应为{allowed}。", "The order should be {allowed}."),
    "rung_missing": ("缺少节点{value}。", "The rung {value} is missing."),
    "evidence_unknown": (
        "依据“{value}”不可用，可用：{allowed}。",
        'Evidence "{value}" is not known; known: {allowed}.',
    ),
    "clause_malformed": ("“{value}”不是条款编号。", '"{value}" is not a clause id.'),
    "id_malformed": ("“{value}”不是此表可用的编号。", '"{value}" is not an id of this table.'),
    "other_missing": (
        "依据为 ambiguous 的数字须在 other 中写明另一读法。",
        "A figure marked ambiguous must give the other reading in `other`.",
    ),
    "other_certain": (
        "依据为{evidence}的数字不应另有读法。",
        "A figure marked {evidence} has no other reading.",
    ),
    "other_same": (
        "另一读法“{value}”与所取或其他读法相同。",
        'The other reading "{value}" is there already.',
    ),
    "note_unknown": ("没有路径为“{value}”的数字。", 'There is no figure at "{value}".'),
    "group_unknown": ("没有分组{group}。", "There is no group {group}."),
    "group_sum": (
        "本组各指标合计{sum}分，应为{points}分。",
        "The indicators of this group sum to {sum}, not to {points}.",
    ),
    "central_sum": (
        "各组合计{sum}分，集中考评应为{points}分。",
        "The groups sum to {sum}, not to the {points} of the central review.",
    ),
    "parts_sum": ("各部分合计{sum}分，应为{points}分。", "The parts sum to {sum}, not to {points}."),
    "base_sum": (
        "三项合计{sum}分，基本分应为{points}分。",
        "The components sum to {sum}, not to {points}.",
    ),
    "base_not_hundred": ("基本分应为100分，不是{points}分。", "The base is {points} points, not 100."),
    "quota_sum": (
        "各等次比例合计{sum}%，应为100%。",
        "The shares of the grades sum to {sum} %, not to 100.",
    ),
    "date_order": (
        "{value}应晚于{before}（{than}）。",
        "{value} should come after {before} ({than}).",
    ),
    "grace_overlaps": (
        "{before}的宽限期最迟到{end}，须早于{value}。",
        "The grace of {before} can last until {end}, which should be before {value}.",
    ),
    "days_order": ("{value}应大于{before}（{than}）。", "{value} should be more than {before} ({than})."),
}

_TYPES: dict[str, tuple[str, str]] = {
    "table": ("表", "a table"),
    "text": ("带引号的文字", "quoted text"),
    "points": ("带引号的分值", "points as quoted text"),
    "number": ("整数", "a whole number"),
    "date": ("带引号的日期", "a date as quoted text"),
    "flag": ("true 或 false", "true or false"),
    "list": ("列表", "a list"),
}


@dataclass(frozen=True, slots=True)
class RuleFault:
    """`path` is the key's place with dots, empty for the whole file; `code` is a key of TEXTS."""

    path: str
    code: str
    data: Mapping[str, str] = field(default_factory=dict)


class RulebookInvalid(Exception):
    """The rulebook cannot be used; `faults` holds every fault found. Correct them all and load it again."""

    def __init__(self, faults: tuple[RuleFault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(f"{fault.path or 'rulebook'}: {fault_text(fault, 'en')}" for fault in self.faults)


def fault_text(fault: RuleFault, lang: str) -> str:
    """The fault in words, without its path; `lang` is zh or en."""
    place = 0 if lang == "zh" else 1
    data = dict(fault.data)
    if fault.code == "wrong_type":
        data["expected"] = _TYPES[data["expected"]][place]
    return TEXTS[fault.code][place].format_map(data)
