"""Who sees what, cell by cell: the one place where all of it can be read at a glance.

SEEN has a row for each resource and a cell for each role. In a cell: `+` sees it; `.` holds the role but does not
see this one; `-` the role sees nothing of the kind. A cell has a letter for each RELATION.

ROUTES has a row for each route that reads, the resource it asks for, and who may ask while the year is being
marked, of their own department and of another one: `+` is answered, `*` would be if the file were there or the
year ratified, `.` there is no such thing for them, `-` is refused. They ask with a token that reads; a draft, which
is nobody's but its writer's, asks for one that acts.
"""

from __future__ import annotations

ROLES = ("office", "group", "auditor", "admin", "department", "reviewer", "leader", "inspector")

RELATIONS = ("own", "unpublished", "untold", "other year", "other department", "home", "home untold")
"""Own (in charge of, assigned to, written by them), published and told; the same before the proposal; the same before
the department was told; another year of it, marked by others; somebody else's; of the department they are at home in,
before the proposal; the same before it was told.
"""

# Resource, then office group auditor | admin | department | reviewer | leader | inspector.
SEEN = """
me                    +++++++ +++++++ +++++++ +++++++ +++++++ +++++++ +++++++ +++++++
calendar              +++++++ +++++++ +++++++ +++++++ +++++++ +++++++ +++++++ +++++++
department            +++++++ +++++++ +++++++ +++++++ +++++++ +++++++ +++++++ +++++++
cycle                 +++++++ +++++++ +++++++ ------- +++++++ +++++++ +++++++ +++++++
rulebook              +++++++ +++++++ +++++++ ------- +++++++ +++++++ +++++++ +++++++
readiness             +++++++ +++++++ +++++++ ------- ------- ------- ------- -------
ties                  +++++++ +++++++ +++++++ ------- ------- ------- ------- -------
posts                 +++++++ +++++++ +++++++ +++++++ ++++... ------- ++++... -------
person                +++++++ +++++++ +++++++ +++++++ +++.... +++.... +++.... +++....

appraisal             +++++++ +++++++ +++++++ ------- ++++... +++.... ++++... -------
year_of_department    +++++++ +++++++ +++++++ ------- ++++... +++.... ++++... +++++++
deadlines             +++++++ +++++++ +++++++ ------- ++++... +++.... ++++... -------
forms                 +++++++ +++++++ +++++++ ------- ++++... +++.... ------- -------
lines                 +++++++ +++++++ +++++++ ------- ++++... +++.... ++++... -------
lines.deduction       +++++++ +++++++ +++++++ ------- ++++... ------- +.++... -------
lines.bonus           +++++++ +++++++ +++++++ ------- ++++... ------- +.++... -------
lines.central         +++++.. +++++.. +++++++ ------- +.++... +.+.... +.++... -------
lines.public          +++++.. +++++.. +++++++ ------- +.++... ------- +.++... -------
lines.leader          +++++.. +++++.. +++++++ ------- +.++... ------- ++++... -------
lines.cap             +++++.. +++++.. +++++++ ------- +.++... ------- +.++... -------
sums                  +++++.. +++++.. +++++++ ------- +.++... ------- +.++... -------
team                  +++++++ +++++++ +++++++ ------- +.++... +++.... ------- -------
marks                 +++++.. +++++.. +++++++ ------- +.++... +++.... ------- -------
marks.of_member       +++++.. +++++.. +++++++ ------- +.++... +.+.... ------- -------
beside                +++++.. +++++.. +++++++ ------- ------- +++.... ------- -------
rectification         +++++++ +++++++ +++++++ ------- ++++... ------- ++++... -------
history_of_appraisal  +++++++ +++++++ +++++++ ------- ++++... ------- ------- -------
receipts              +++++++ +++++++ +++++++ ------- ++++... ------- ++++... -------

results               +++++++ +++++++ +++++++ ------- +++++++ +++++++ +++++++ +++++++
result                +++++++ +++++++ +++++++ ------- +.++... ------- +.++... -------
case                  +++++++ +++++++ +++++++ ------- ------- ------- ++++... -------

settlement            +++++++ +++++++ +++++++ ------- ++++... ------- ++++... -------
eligibility           +++++++ +++++++ +++++++ ------- ++++... ------- ++++... -------
commendation          +++++++ +++++++ +++++++ ------- +++++++ ------- +++++++ -------
movement              +++++++ +++++++ +++++++ ------- +++++++ ------- +++++++ -------
talks                 +++++++ +++++++ +++++++ ------- ++++... ------- ++++... -------
years                 +++++++ +++++++ +++++++ ------- ++++... ------- ++++... -------

finding               ++++++. ++++++. +++++++ ------- ++.+... ------- ------- ++++++.
complaint             ++++++. ++++++. +++++++ ------- ++.+... ------- ------- ++++++.
complainant           +++++.. +++++.. +++++++ ------- ------- ------- ------- +++++..
bonus                 +++++++ +++++++ +++++++ ------- ++.+... ------- ------- -------
objection             +++++++ +++++++ +++++++ ------- ++.+... ------- ------- -------
evidence              +++++++ +++++++ +++++++ ------- ++.+... +++.... ------- -------
duty                  +++++++ +++++++ +++++++ ------- ++.+... ------- ------- -------

template              +++++++ ------- ------- ------- ------- +++.... ------- -------

history               +++++++ +++++++ +++++++ ------- ------- ------- ------- -------
verification          +++++++ ------- +++++++ ------- ------- ------- ------- -------
pending               +++++.. +++++.. +++++++ +++.... +++.... +++.... +++.... +++....
due                   +++++++ +++++++ +++++++ ------- ++++... +++.... ++++... -------
token                 +++.... +++.... +++++++ +++++++ +++.... +++.... +++.... +++....
account               +++.... +++.... +++++++ +++++++ +++.... +++.... +++.... +++....
reminder              +++++++ +++++++ +++++++ ------- +++.... +++.... +++.... +++....
letter                +++++++ +++++++ +++++++ +++.... ++++... +++.... +++.... +++....
outbox                +++++++ +++++++ +++++++ +++++++ ------- ------- ------- -------
scheduler             +++++++ +++++++ +++++++ +++++++ ------- ------- ------- -------
settings              +++++++ ------- +++++++ +++++++ ------- ------- ------- -------
"""

# Path, resource, then office group auditor admin department reviewer leader inspector: of their own department, and
# department reviewer leader of another one.
ROUTES = """
/me                                                  me                    ++++++++
/cycles                                              cycle                 +++-++++
/cycles/{year}                                       cycle                 +++-++++
/cycles/{year}/readiness                             readiness             +++-----
/cycles/{year}/rulebook                              rulebook              +++-++++
/cycles/{year}/figures                               rulebook              +++-++++
/cycles/{year}/ties                                  ties                  +++-----
/cycles/{year}/board                                 appraisal             +++-+++-
/cycles/{year}/results                               results               +++-++++
/cycles/{year}/results/versions                      results               +++-++++
/cycles/{year}/papers                                results               +++-++++
/cycles/{year}/papers/{kind}                         me                    ........
/papers/{year}/{series}/{number}/file                results               ...-....
/cycles/{year}/archive                               verification          *-*-----
/cycles/{year}/cases                                 case                  +++---+-
/cycles/{year}/cases/{department}                    case                  +++---+- --.
/cases                                               case                  +++---+-

/cycles/{year}/uses/settlement                       settlement            ***-*-*-
/cycles/{year}/uses/eligibility                      eligibility           ***-*-*-
/cycles/{year}/uses/commendation                     commendation          ***-*-*-
/cycles/{year}/uses/movement                         movement              ***-*-*-
/cycles/{year}/uses/talks                            talks                 ***-*-*-
/cycles/{year}/receipts                              receipts              +++-+-+-

/cycles/{year}/appraisals                            appraisal             +++-+++-
/cycles/{year}/appraisals/{department}               appraisal             +++-+++- ...
/cycles/{year}/appraisals/{department}/lines         lines                 +++-+++- ...
/cycles/{year}/appraisals/{department}/deadlines     deadlines             +++-+++- ...
/cycles/{year}/appraisals/{department}/history       history_of_appraisal  +++-+--- .--
/cycles/{year}/appraisals/{department}/forms/{form}  forms                 +++-++-- ..-
/cycles/{year}/appraisals/{department}/draft         forms                 -------- ---
/cycles/{year}/appraisals/{department}/team          team                  +++-.+-- ..-
/cycles/{year}/appraisals/{department}/marks         marks                 +++-.+-- ..-
/cycles/{year}/appraisals/{department}/beside        beside                +++--+-- -.-

/cycles/{year}/findings                              finding               +++-+--+
/cycles/{year}/findings/{department}/{number}        finding               +++-+--+ .--
/cycles/{year}/complaints                            complaint             +++-+--+
/cycles/{year}/complaints/{department}/{number}      complaint             +++-+--+ .--
/cycles/{year}/bonuses                               bonus                 +++-+---
/cycles/{year}/bonuses/{department}/{number}         bonus                 +++-+--- .--
/cycles/{year}/objections                            objection             +++-+---
/cycles/{year}/objections/{department}/{number}      objection             +++-+--- .--
/cycles/{year}/evidence                              evidence              +++-++--
/cycles/{year}/evidence/{department}/{number}        evidence              +++-++-- ..-
/cycles/{year}/evidence/{department}/{number}/file   evidence              ***-**-- ..-
/cycles/{year}/duties                                duty                  +++-+---
/cycles/{year}/duties/{department}/{number}          duty                  +++-+--- .--

/departments                                         department            ++++++++
/departments/{department}                            department            ++++++++ +++
/departments/{department}/posts                      posts                 +++++-+- .-.
/departments/{department}/years                      years                 +++-+-+- .-.
/people                                              person                ++++++++
/people/{person}                                     person                ++++++++ ...
/calendars                                           calendar              ++++++++
/calendars/{year}                                    calendar              ++++++++

/imports/{kind}/template                             template              +-------

/history                                             history               +++-----
/history/verify                                      verification          +-+-----
/checkpoints                                         verification          +-+-----
/checkpoints/{name}                                  verification          +-+-----
/pending-acts                                        pending               ++++++++
/deadlines/due                                       due                   +++-+++-
/deadlines/ahead                                     readiness             +++-----
/accounts                                            account               ++++++++
/accounts/sign-ins                                   account               --++----
/tokens                                              token                 ++++++++
/reminders                                           reminder              +++-++++
/mail                                                letter                ++++++++
/mail/counts                                         outbox                ++++----
/mail/dead-letters                                   outbox                ++++----
/mail/{letter}                                       letter                +++.+... ...
/scheduler/status                                    scheduler             ++++----
/scheduler/log                                       scheduler             ++++----
"""
