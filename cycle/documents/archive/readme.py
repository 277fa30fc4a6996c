"""What an archive says of itself, for whoever opens it years later."""

from __future__ import annotations

from typing import Final

README: Final = "说明.txt"

_TEXT: Final = """\
{office}
{year}年度机关绩效考评档案
{draft}
一、内容

公文/            印发过的公文，按文号；“未印发”里是可以拟制而没有印发的，没有编号和日期
得分表/          每个部门一张，列明每项得分、扣分、加分，合计由表格自己计算
表格/            考评结果、问题、投诉、加分、申诉、佐证材料、后续事项、流转历史、决定和依据文件、信件、发文登记、人员等
佐证材料/        部门报送的文件，以内容的 SHA-256 摘要命名；原来的文件名见“表格/佐证材料存放.xlsx”
文本/            各部门填报的表、专报、当年所用的细则和名册等，以摘要命名，流转记录按摘要提到它们
history.jsonl    本年度全部{subjects}个事项的{rows}条流转记录，每行一条
checkpoint.json  各事项流转记录末条的编号和散列
archive.json     供程序读取的说明
manifest.sha256  全部文件的清单和摘要
verify.py        核验程序

二、核验

需要 Python 3.7 或者更新的版本，不需要安装别的，也不联网。在本文件夹里运行：

    python3 -I verify.py

它逐个核对清单上的文件，逐条核对流转记录是否首尾相接、散列与内容是否相符，与检查点、文本、佐证材料是否一致，
并把每个部门的得分明细加起来与审定的综合评分比较。全部相符，最后一行之前是“0处不符”。有不符的逐条列出。
清单也可以用 sha256sum -c manifest.sha256 核对。

核验程序说明档案从制成起没有改动。要防有人把全部内容连同清单一起换掉，请在移交时抄录清单的摘要
（核验程序的最后一行），与移交清单一起另行保存。当时的决定是否合乎细则，不在核验之列。

三、没有收入的内容

投诉人的姓名没有收入（{withheld}处），流转记录里只有加了随机数的摘要。发文登记同时登记着同年印发的其他年度的
公文，其内容在那些年度的档案里。填报中的草稿、登录记录、密钥不属于本年度档案。

四、流转记录的格式

每行是一个 JSON 对象。去掉 hash 和 seq 两个键，其余按键的码位升序、不留空白写成 UTF-8 文本，其 SHA-256 就是 hash；
previous 是同一事项上一条的 hash。把各条 data.record 按 RFC 7396 依次合并，就是该事项最后的样子：

    python3 -I verify.py --state cycle:{year}

分值以百分之一分为单位。
"""
_DRAFT: Final = "\n【草稿】本年度还没有归档，以下内容还会变动，不能作为档案移交。\n"


def readme(*, office: str, year: int, draft: bool, subjects: int, rows: int, withheld: int) -> bytes:
    """The text of the archive's 说明.txt; with a byte order mark, so that any editor takes it for UTF-8."""
    said = _TEXT.format(
        office=office,
        year=year,
        draft=_DRAFT if draft else "",
        subjects=subjects,
        rows=rows,
        withheld=withheld,
    )
    return said.replace("\n", "\r\n").encode("utf-8-sig")
