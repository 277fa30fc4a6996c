"""Who is shown which page, cell by cell: the one place where all of it can be read at a glance.

A row is a method, a path and a letter for each who asks: `+` is answered, whatever the answer; `-` is refused; `.`
finds no such page; `>` is sent to the door to sign in. What is sent to a page is in SENT; where it is answered it may
still be refused for what it holds, and what is not the sender's to do is not done (tests/web/test_page_permissions.py).

The columns in groups: office, group, auditor, admin; the department's liaison, its head (who is of the group too);
its reviewer, its leader, inspector; liaison, reviewer and leader of others; office at home in it, nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENT: Final[Mapping[str, Mapping[str, str]]] = {
    "/account": {"do": "language", "lang": "zh"},
    "/accounts": {"only": "p-lai-suzhen"},
    "/accounts/p-lai-suzhen": {"hours": "1"},
    "/{year}/board": {"do": "chase"},
    "/{year}/departments/{department}/forms/plan": {"do": "save"},
    "/evidence/{year}/{department}/1": {"do": "withdraw"},
    "/{year}/departments/{department}/score": {"do": "object"},
    "/{year}/review/{department}": {"do": "send_back"},
    "/{year}/marking/{department}": {"do": "complete"},
    "/{year}/amend": {"do": "look", "department": "bangongshi"},
    "/{year}/setup": {"do": "approve", "digest": "x", "on_behalf_of": ""},
    "/{year}/setup/change": {"do": "look"},
    "/{year}/setup/dates": {"do": "look", "stage": "plan", "due": "2025-03-03"},
    "/imports/roster": {"do": "try"},
    "/decisions/{pending}": {"do": "drop"},
    "/do/appraisal_chase": {"year": "2025", "department": "bangongshi"},
}
"""Path to the fields of the form that is sent to it."""

TABLE: Final[Mapping[str, str]] = {
    "running": """
GET  /{year}/departments/{department}/forms/plan             +++- ++ .-- ..- +>
POST /{year}/departments/{department}/forms/plan             +++- ++ .-- ..- +>
POST /{year}/departments/{department}/forms/plan/draft       .... .. .-- ... .>
GET  /evidence/{year}/{department}                           +++- ++ .-- ..- +>
POST /evidence/{year}/{department}                           +++. ++ ... ... +>
GET  /evidence/{year}/{department}/1                         +++- ++ .-- ..- +>
POST /evidence/{year}/{department}/1                         ---. ++ ... ... ->
GET  /evidence/{year}/{department}/1/file                    +++- ++ .-- ..- +>
GET  /{year}/review                                          +++- ++ +-- ++- +>
GET  /{year}/review/{department}                             +++- ++ .-- ..- +>
POST /{year}/review/{department}                             +++- ++ .-- ..- +>
""",
    "reviewing": """
GET  /                                                       ++++ ++ +++ +++ +>
GET  /sign-in                                                ++++ ++ +++ +++ ++
GET  /welcome/x.y                                            .... .. ... ... ..
POST /sign-in                                                ---- -- --- --- --
POST /welcome/x.y                                            .... .. ... ... ..
GET  /account                                                ++++ ++ +++ +++ +>
POST /account                                                ++++ ++ +++ +++ +>
GET  /accounts                                               --++ -- --- --- ->
POST /accounts                                               ---+ -- --- --- ->
GET  /accounts/p-lai-suzhen                                  --++ -- --- --- ->
POST /accounts/p-lai-suzhen                                  ---+ -- --- --- ->
GET  /sign-ins                                               --++ -- --- --- ->
GET  /{year}/board                                           +++- ++ ++- +++ +>
POST /{year}/board                                           +++- ++ ++- +++ +>
GET  /{year}/home                                            +++- ++ ++- +++ +>
GET  /{year}/home?department={department}                    +++- ++ ++- ... +>
GET  /{year}/departments/{department}                        +++- ++ ++- ... +>
GET  /{year}/departments/{department}/progress               +++- ++ +-- ..- +>
POST /{year}/departments/{department}/progress               +++- ++ +-- ..- +>
GET  /{year}/departments/{department}/score                  +++- ++ ++- ... +>
POST /{year}/departments/{department}/score                  +++- ++ ++- ... +>
GET  /{year}/matters                                         +++- ++ +-+ ++- +>
GET  /{year}/matters/finding                                 +++- ++ .-+ +.- +>
GET  /{year}/matters/finding/{department}/1                  +++. ++ ..+ ... +>
GET  /{year}/marking                                         +++- -+ +-- -+- +>
GET  /{year}/marking/{department}                            +++- -. +-- -.- .>
POST /{year}/marking/{department}                            +++. -. +-- ... .>
GET  /{year}/grading                                         +++- -+ --- --- +>
POST /{year}/grading/ties                                    +++- -+ --- --- +>
GET  /{year}/charge                                          +++- ++ ++- +++ +>
GET  /{year}/charge/{department}                             ...- .. .+- ... .>
POST /{year}/charge/{department}                             ...- .. .+- ... .>
GET  /history                                                +++- -+ --- --- +>
GET  /verify                                                 +-+- -- --- --- +>
POST /verify                                                 +-+- -- --- --- +>
GET  /decisions                                              ++++ ++ +++ +++ +>
POST /decisions/{pending}                                    +--. .- ... ... ->
GET  /mail                                                   ++++ -+ --- --- +>
GET  /letters                                                ++++ ++ +++ +++ +>
GET  /letters/{letter}                                       +++. ++ ... ... +>
GET  /letters/{letter}/shown                                 +++. ++ ... ... +>
GET  /calendar                                               ++++ ++ +++ +++ +>
GET  /service                                                ++++ -+ --- --- +>
GET  /{year}/setup                                           +++- -+ --- --- +>
POST /{year}/setup                                           -+-- -+ --- --- ->
GET  /{year}/setup/rules                                     +++- -+ --- --- +>
POST /{year}/setup/rules                                     +--- -- --- --- +>
GET  /{year}/setup/change                                    +++- -+ --- --- +>
POST /{year}/setup/change                                    +++- -+ --- --- +>
GET  /{year}/setup/dates                                     +++- -+ --- --- +>
POST /{year}/setup/dates                                     +--- -- --- --- +>
GET  /{year}/teams                                           +++- -+ --- --- +>
POST /{year}/teams                                           +--- -- --- --- +>
GET  /roster                                                 ++++ -+ --- --- +>
GET  /roster/new-person                                      +--- -- --- --- +>
POST /roster/new-person                                      +--- -- --- --- +>
GET  /roster/people                                          ++++ -+ --- --- +>
GET  /roster/people/p-lai-suzhen                             ++++ -+ --- --- +>
POST /roster/people/p-lai-suzhen                             +--- -- --- --- +>
GET  /roster/new-department                                  +--- -- --- --- +>
POST /roster/new-department                                  +--- -- --- --- +>
GET  /roster/departments/{department}                        ++++ -+ --- --- +>
GET  /imports                                                +--- -- +-- -+- +>
GET  /imports/roster                                         +--- -- --- --- +>
POST /imports/roster                                         +--- -- --- --- +>
GET  /imports/roster/template.csv                            +--- -- --- --- +>
GET  /imports/marks/template.csv?year={year}                 +--- -- +-- -+- +>
GET  /lists/board.csv?year={year}                            +++- ++ ++- +++ +>
GET  /weekly                                                 +++- -+ -+- --+ +>
GET  /do/appraisal_chase?year={year}&department={department} +--. -- --- ... ->
POST /do/appraisal_chase                                     +++. ++ +++ ... +>
POST /sign-out                                               >>>> >> >>> >>> >>
""",
    "ratified": """
GET  /{year}/departments/{department}/score                  +++- ++ ++- ... +>
POST /{year}/departments/{department}/score                  +++- ++ ++- ... +>
GET  /lists/lines.csv?year={year}&department={department}    +++- ++ ++- ... +>
GET  /{year}/results                                         +++- ++ +++ +++ +>
GET  /{year}/amend                                           ++-- -+ --- --- +>
GET  /{year}/amend?department={department}                   ++-- -+ --- --- +>
POST /{year}/amend                                           ++-- -+ --- --- +>
GET  /{year}/uses                                            +++- ++ -+- +-+ +>
GET  /{year}/charts                                          +++- ++ +++ +++ +>
GET  /cases                                                  +++- -+ -+- --+ +>
GET  /cases/{year}/{department}                              ...- -. -.- --. .>
GET  /{year}/papers                                          +++- ++ +++ +++ +>
GET  /{year}/papers/issue                                    +--- -- --- --- +>
GET  /{year}/archive                                         +-+- -- --- --- +>
GET  /papers/void/{year}/x/1                                 ...- .. ... ... .>
GET  /papers/ranking?year={year}                             +++- ++ +++ +++ +>
GET  /papers/circular?year={year}                            +++- -+ --- --- +>
""",
}
"""Stage the city stands at to the rows that are asked for there."""
