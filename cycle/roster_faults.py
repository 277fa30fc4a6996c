"""What can be wrong with a roster: a fault is a place, a stable code and data; its words stand here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows import toml_file

TEXTS: dict[str, tuple[str, str]] = toml_file.TEXTS | {
    "missing_key": ("缺少此项。", "This key is missing."),
    "unknown_key": ("没有此项，请核对拼写。", "There is no such key; check its spelling."),
    "wrong_type": ("应为{expected}。", "This should be {expected}."),
    "blank": ("不能为空白。", "This must not be blank."),
    "empty": ("至少要有一项。", "There must be at least one entry."),
    "id_malformed": (
        "编号“{value}”应为小写字母、数字和连字符；人员编号以 p- 开头。",
        'The id "{value}" should be small letters, digits and hyphens; a person\'s begins with p-.',
    ),
    "id_duplicate": ("编号“{value}”重复。", 'The id "{value}" is there twice.'),
    "name_duplicate": (
        "“{value}”与部门{other}的名称或别名相同。",
        '"{value}" is already a name or alias of department {other}.',
    ),
    "category_unknown": (
        "类别“{value}”不可用，可用：{allowed}。",
        'Category "{value}" is not known; known: {allowed}.',
    ),
    "post_missing": ("部门缺少此岗位的人员。", "The department has nobody in this post."),
    "person_unknown": ("名册中没有人员{value}。", "There is no person {value} in the roster."),
    "post_role": (
        "任此岗位的{person}须有职责{role}。",
        "{person} holds this post and so needs the role {role}.",
    ),
    "post_home": (
        "任此岗位的{person}属于{home}，不属于本部门。",
        "{person} holds this post but belongs to {home}, not to this department.",
    ),
    "home_unknown": (
        "“{value}”既不是部门，也不在 homes 中。",
        '"{value}" is neither a department nor one of the homes.',
    ),
    "role_unknown": (
        "职责“{value}”不可用，可用：{allowed}。",
        'Role "{value}" is not known; known: {allowed}.',
    ),
    "role_duplicate": ("职责“{value}”重复。", 'The role "{value}" is there twice.'),
    "duties_mixed": (
        "{role}不得与其他职责兼任（现有：{roles}）。",
        "{role} is never held together with another role (held: {roles}).",
    ),
    "office_head_alone": ("绩效办主任须有职责 office。", "The head of the office needs the role office."),
    "email_malformed": ("“{value}”不是电子邮件地址。", '"{value}" is not an e-mail address.'),
    "email_duplicate": (
        "地址“{value}”已为{other}所用。",
        'The address "{value}" is already that of {other}.',
    ),
}

_TYPES: dict[str, tuple[str, str]] = {
    "table": ("表", "a table"),
    "text": ("带引号的文字", "quoted text"),
    "flag": ("true 或 false", "true or false"),
    "list": ("列表", "a list"),
    "texts": ("文字的列表", "a list of texts"),
}


@dataclass(frozen=True, slots=True)
class RosterFault:
    """`path` names the entry by its id, or by its number in the list from 1; `code` is a key of TEXTS."""

    path: str
    code: str
    data: Mapping[str, str] = field(default_factory=dict)


class RosterInvalid(Exception):
    """The roster cannot be used; `faults` holds every fault found. Correct them all and read it again."""

    def __init__(self, faults: tuple[RosterFault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(f"{fault.path or 'roster'}: {fault_text(fault, 'en')}" for fault in self.faults)


def fault_text(fault: RosterFault, lang: str) -> str:
    """The fault in words, without its path; `lang` is zh or en."""
    place = 0 if lang == "zh" else 1
    data = dict(fault.data)
    if fault.code == "wrong_type":
        data["expected"] = _TYPES[data["expected"]][place]
    return TEXTS[fault.code][place].format_map(data)
