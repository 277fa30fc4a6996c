"""What an act never goes without, said in the help of its command as the machines say it.

The options stay free to be left out: a refusal names everything that is missing at once, a usage error only one.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from inspect import Parameter
from typing import Annotated, Any, Final, get_args

from workflows.guards import text_given
from workflows.machines import MACHINES

REQUIRED: Final = "[必填 / required]"
ONE_OF: Final = "[两者必填其一 / one of the two is required]"


def of(does: str) -> Mapping[str, str]:
    """The options that every move of `does` (`finding.drop`) needs, with what its help says of them."""
    kind, _, action = does.partition(".")
    moves = [move for move in MACHINES[kind].moves if move.action == action]
    if not moves:
        raise KeyError(does)
    found = {}
    if all(move.reason for move in moves):
        found["reason"] = REQUIRED
    if all(move.document for move in moves):
        found["document"] = REQUIRED
    if all(text_given in move.needs for move in moves):
        found |= dict.fromkeys(("text", "text_file"), ONE_OF)
    return found


def marked(parameter: Parameter, needs: Mapping[str, str]) -> Parameter:
    """The option, its help saying so where it is needed."""
    if parameter.name not in needs:
        return parameter
    kind, option = get_args(parameter.annotation)
    told: Any = copy(option)
    told.help = f"{option.help} {needs[parameter.name]}"
    return parameter.replace(annotation=Annotated[kind, told])
