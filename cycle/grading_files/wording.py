"""What a person reads about a fault, in Chinese or English, always on one line."""

from collections.abc import Mapping
from typing import Literal

from cycle.grading_files.columns import PREVIOUS_COLUMNS, SCORE_COLUMNS
from cycle.grading_files.faults import Fault

Language = Literal["zh", "en"]

_LONGEST_VALUE = 60
_HEADINGS_ZH = {column.name: column.zh for column in (*SCORE_COLUMNS, *PREVIOUS_COLUMNS)}

# Keyed by code, or by code and data["why"] where one code has several causes.
_ZH: Mapping[str, str] = {
    "file_missing": "找不到文件或无法读取，请核对路径和权限",
    "file_empty": "没有数据：除表头外没有任何一行有内容",
    "encoding": "编码无法识别，请另存为 UTF-8 或 GB18030（ANSI 中文）的 CSV",
    "format/kind": "文件类型不受支持，可用的有 {kinds}",
    "format/large": "文件过大，请删去多余的行列后另存",
    "format/csv": "CSV 引号不成对或内容损坏，请用表格软件重新另存为 CSV",
    "format/xlsx": "不是完好的 XLSX 文件，或设有打开密码，请重新另存为 XLSX",
    "format/json": "不是 cycle grade --json 输出的 JSON",
    "format/years": "年度“{value}”与前面的 {first} 不一致，一个文件只能是同一年度",
    "column_missing": "缺少“{heading}”一列",
    "column_duplicate": "“{heading}”一列出现 {times} 次，中英文表头只能留一个",
    "blank": "“{heading}”为空，没有分值也要填 0",
    "blank/text": "“{heading}”为空",
    "not_a_number": "“{value}”不是数字，只能写成 89.1 这样，不带单位、百分号或千位分隔符",
    "out_of_range": "“{value}”超出范围：应在 {low} 至 {high} 之间",
    "out_of_range/open": "“{value}”超出范围：应不小于 {low}",
    "out_of_range/digits": "“{value}”位数过多：最多 {digits} 位数字，请先四舍五入",
    "out_of_range/whole": "“{value}”应为不小于 {low} 的整数",
    "out_of_range/grades": "“{value}”不是等次，应为优秀、良好、达标、不达标或其代码",
    "formula": "是公式或以“=”开头，请改为固定的数值或文字",
    "duplicate_department": "部门“{value}”与第 {first} 行重复",
    "year_order": "上年结果的年度 {previous} 不早于本年度 {year}",
    "output_exists": "输出文件已存在，如要覆盖请加 --force",
    "output_kind": "输出文件名应以 .csv 或 .xlsx 结尾",
    "output_is_input": "输出文件与读入的文件相同，请换一个文件名",
    "output_failed": "无法写入输出文件：请核对目录、权限和磁盘空间",
    "output_text": "有文字超过表格单元格的长度上限，请改用 .csv 输出",
}
_EN: Mapping[str, str] = {
    "file_missing": "no such file, or it cannot be read; check the path and permissions",
    "file_empty": "no data: nothing but a header",
    "encoding": "unknown encoding; save the CSV as UTF-8 or GB18030",
    "format/kind": "this kind of file is not supported; use one of {kinds}",
    "format/large": "the file is too large; delete surplus rows and columns and save it again",
    "format/csv": "broken CSV, perhaps an unpaired quotation mark; save it again from a spreadsheet program",
    "format/xlsx": "no sound XLSX file, or it has a password; save it again as XLSX",
    "format/json": "not the JSON that cycle grade --json prints",
    "format/years": '"{value}" differs from {first} above; a file holds one year only',
    "column_missing": 'the column "{heading}" is missing',
    "column_duplicate": 'the column "{heading}" is there {times} times; keep one, in either language',
    "blank": '"{heading}" is blank; write 0 where there are no points',
    "blank/text": '"{heading}" is blank',
    "not_a_number": '"{value}" is not a number; write it like 89.1, without unit, per cent or separators',
    "out_of_range": '"{value}" is out of range: {low} to {high}',
    "out_of_range/open": '"{value}" is out of range: at least {low}',
    "out_of_range/digits": '"{value}" has too many digits: at most {digits}; round it first',
    "out_of_range/whole": '"{value}" must be a whole number, at least {low}',
    "out_of_range/grades": '"{value}" is no grade; use excellent, good, passed, failed or the Chinese words',
    "formula": "a formula, or text that begins with =; replace it by the fixed value",
    "duplicate_department": 'the department "{value}" is already in row {first}',
    "year_order": "the previous results are of {previous}, which is not before {year}",
    "output_exists": "the output file exists; add --force to replace it",
    "output_kind": "the name of the output file must end in .csv or .xlsx",
    "output_is_input": "the output file is one of the files read; choose another name",
    "output_failed": "the output file cannot be written; check folder, permissions and disk space",
    "output_text": "a text is longer than a spreadsheet cell can hold; write a .csv file instead",
}
_SENTENCES: Mapping[str, Mapping[str, str]] = {"zh": _ZH, "en": _EN}
_TEXT_COLUMNS = frozenset({"department", "category", "rank", "grade"})


def sentence(fault: Fault, language: str) -> str:
    """What is wrong and what to do about it; `language` is zh or en."""
    column = fault.column or ""
    heading = _HEADINGS_ZH.get(column, column) if language == "zh" else column
    shown = visible(fault.value or "")
    if len(shown) > _LONGEST_VALUE:
        shown = shown[:_LONGEST_VALUE] + "…"
    words = {"heading": heading, "value": shown, **fault.data}
    return _SENTENCES[language][_key(fault)].format_map(words)


def line(fault: Fault, language: str) -> str:
    """`FILE:ROW:COLUMN: message`; a part that does not apply stays empty, so the colons can be counted on."""
    row = "" if fault.row is None else str(fault.row)
    return f"{visible(fault.file)}:{row}:{fault.column or ''}: {sentence(fault, language)}"


def as_json(fault: Fault, language: str) -> dict[str, str | int | None]:
    return {
        "file": fault.file,
        "row": fault.row,
        "column": fault.column,
        "code": fault.code,
        "value": fault.value,
        "message": sentence(fault, language),
    }


def visible(text: str) -> str:
    """Text from a file as a terminal may show it: no line break, no control sequence, no hidden character."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _key(fault: Fault) -> str:
    why = fault.data.get("why")
    if fault.code == "blank" and fault.column in _TEXT_COLUMNS:
        why = "text"
    return fault.code if why is None else f"{fault.code}/{why}"
