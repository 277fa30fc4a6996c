"""The options many commands share, spelled once."""

from __future__ import annotations

from typing import Annotated

import typer

Lang = Annotated[str, typer.Option("--lang", help="文字的语言：zh 或 en / language of the texts")]
Json = Annotated[
    bool, typer.Option("--json", help="只在标准输出上给出一份 JSON / one JSON document, nothing else")
]
Year = Annotated[
    int | None,
    typer.Option(
        "--year", min=1, max=9999, help="年度，默认最近一个进行中的年度 / default: the latest running"
    ),
]
As = Annotated[
    str, typer.Option("--as", metavar="PERSON", help="经办人的编号或姓名 / who acts, by id or name")
]
Behalf = Annotated[
    str,
    typer.Option(
        "--on-behalf-of",
        metavar="WHO",
        help="代谁办理：领导小组、党委、考核组、主要领导，或者分管领导的编号或姓名；须有 --document"
        " / in whose name: group, committee, team, chief, or a leader by id or name",
    ),
]
Document = Annotated[
    str, typer.Option("--document", metavar="TEXT", help="依据文件：文号和日期 / the document behind it")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由，记入历史 / why")]
OccurredOn = Annotated[
    str,
    typer.Option("--occurred-on", metavar="DATE", help="实际发生的日期，不是今天才写 / the day it happened"),
]
Key = Annotated[
    str,
    typer.Option("--key", metavar="TEXT", help="防重复的键：重复提交不会重办 / makes a repetition harmless"),
]
Due = Annotated[str, typer.Option("--due", metavar="DATE", help="（新的）截止日 / the (new) due date")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="哪一天 / the day")]
Text = Annotated[str, typer.Option("--text", metavar="TEXT", help="内容 / the text")]
TextFile = Annotated[
    str, typer.Option("--text-file", metavar="FILE", help="从 UTF-8 文件读内容 / the text, from a UTF-8 file")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="说明 / a note")]
Department = Annotated[
    str, typer.Argument(metavar="DEPARTMENT", help="部门：编号、名称或别名 / its id, name or alias")
]
YearArgument = Annotated[int, typer.Argument(metavar="YEAR", min=1, max=9999, help="年度 / the year")]
