"""Who may ask for what, cell by cell: the one place where all of it can be read at a glance.

A row is a machine, an action and, where several moves share the action, the roles it is for. In a cell: `+` may;
`-` lacks the role; `~` has the role but not the relation (not theirs, not assigned, not in charge); `r` is
recused, the matter being their own department's; `b` is a body the office may not speak for here.
"""

from __future__ import annotations

CODES = {
    "+": "",
    "-": "role_missing",
    "~": "relation_missing",
    "r": "recused",
    "b": "behalf_not_possible",
}

COLUMNS = (
    *("office", "group", "liaison", "liaison elsewhere", "head", "head elsewhere"),
    *("reviewer assigned", "reviewer not assigned", "leader in charge", "leader elsewhere"),
    *("inspector", "auditor", "admin", "scheduler", "import"),
    *("office for group", "office for team", "office for leader", "office for committee"),
    *("office at home", "group at home", "reviewer at home", "office at home for group"),
)

# office group | liaison, elsewhere, head, elsewhere | reviewer, not assigned | leader, elsewhere
#   | inspector auditor admin | scheduler import | for group team leader committee | at home: office group reviewer for-group
TABLE = """
"""
