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

# The columns in groups: office, group; the department's own and others; reviewers; leaders; inspector, auditor,
# admin; scheduler, import; the office for group, team, leader, committee; at home: office, group, reviewer, for group.
TABLE = """
appraisal  open_plan                    +- ---- -- -- --- +- bbbb r--b
appraisal  save_form                    -- +~+~ -- -- --- -- bbbb ---b
appraisal  report_progress              -- +~+~ -- -- --- -- bbbb ---b
appraisal  move_dates                   +- ---- -- -- --- -- bbbb r--b
appraisal  correct_rulebook             -+ ---- -- -- --- -- +bbb -r-r
appraisal  acknowledge                  -- +~+~ -- -- --- -- bbbb ---b
appraisal  note_receipt                 +- ---- -- -- --- -- bbbb r--b
appraisal  hand_over                    -- +~+~ -- -- --- -- bbbb ---b
appraisal  sign_off                     -- ~~+~ -- -- --- -- bbbb ---b
appraisal  submit                       -- +~+~ -- -- --- -- bbbb ---b
appraisal  withdraw                     -- +~+~ -- -- --- -- bbbb ---b
appraisal  send_back                    +- ---- -- -- --- -- bbbb r--b
appraisal  lapse                        -- ---- -- -- --- +- bbbb ---b
appraisal  readmit                      +- ---- -- -- --- -- bbbb r--b
appraisal  take_up                      +- ---- -- -- --- -- bbbb r--b
appraisal  accept                       +- ---- -- -- --- -- bbbb r--b
appraisal  ask_extension                -- +~+~ -- -- --- -- bbbb ---b
appraisal  extend                       +- ---- -- -- --- -- bbbb r--b
appraisal  refuse_extension             +- ---- -- -- --- -- bbbb r--b
appraisal  shift_grace                  -- ---- -- -- --- +- bbbb ---b
appraisal  redate                       +- ---- -- -- --- -+ bbbb r--b
appraisal  chase                        +- ---- -- -- --- -- bbbb r--b
appraisal  open_midyear                 +- ---- -- -- --- +- bbbb r--b
appraisal  open_yearend                 +- ---- -- -- --- +- bbbb r--b
appraisal  assign                       +- ---- -- -- --- -- bbbb r--b
appraisal  release                      +- ---- -- -- --- -- bbbb r--b
appraisal  open_central_review          +- ---- -- -- --- +- bbbb r--b
appraisal  record_line                  -- ---- -- -- --- +- bbbb ---b
appraisal  reverse_line                 +- ---- -- -- --- -- bbbb r--b
appraisal  mark                         -- ---- +~ -- --- -- b+bb --rb
appraisal  acknowledge_spread           +- ---- +~ -- --- -- bbbb r-rb
appraisal  rate                         -- ---- -- +~ --- -- bb+b ---b
appraisal  record_survey                +- ---- -- -- --- -- bbbb r--b
appraisal  confirm_marks                -- ---- +~ -- --- -- b+bb --rb
appraisal  complete                     +- ---- +~ -- --- -- bbbb r-rb
appraisal  carry_over                   +- ---- -- -- --- -- bbbb r--b
appraisal  settle                       +- ---- -- -- --- -- bbbb r--b
appraisal  rule_missing                 -+ ---- -- -- --- -- +bbb -r-r
appraisal  propose                      +- ---- -- -- --- -- bbbb r--b
appraisal  withdraw_proposal            ++ ---- -- -- --- -- +bbb rr-r
appraisal  ratify                       -+ ---- -- -- --- -- +bbb -r-r
appraisal  start_rectification          -- ---- -- -- --- +- bbbb ---b
appraisal  close                        -- ---- -- -- --- +- bbbb ---b
appraisal  record_talk                  -- ---- -- +~ --- -- bb+b ---b
appraisal  add_step                     +- +~+~ -- -- --- -- bbbb r--b
appraisal  verify_step                  +- ---- -- -- --- -- bbbb r--b
appraisal  verify                       +- ---- -- -- --- -- bbbb r--b
appraisal  reopen                       +- ---- -- -- --- -- bbbb r--b
appraisal  exempt                       -+ ---- -- -- --- -- +bbb -r-r
appraisal  reinstate                    -+ ---- -- -- --- -- +bbb -r-r
appraisal  enrol                        +- ---- -- -- --- -- bbbb r--b
appraisal  amend                        -+ ---- -- -- --- -- +bbb -r-r

cycle      prepare                      +- ---- -- -- --- -- bbbb +--b
cycle      import_results               +- ---- -- -- --- -+ bbbb +--b
cycle      declare_unrecorded           +- ---- -- -- --- -- bbbb +--b
cycle      replace_rulebook             +- ---- -- -- --- -- bbbb +--b
cycle      approve_rulebook             -+ ---- -- -- --- -- +bbb -+-+
cycle      accept_provisional_calendar  +- ---- -- -- --- -- bbbb +--b
cycle      open                         +- ---- -- -- --- -- bbbb +--b
cycle      correct_rulebook             -+ ---- -- -- --- -- +bbb -+-+
cycle      move_dates                   +- ---- -- -- --- -- bbbb +--b
cycle      open_plans                   -- ---- -- -- --- +- bbbb ---b
cycle      redate                       +- ---- -- -- --- -+ bbbb +--b
cycle      propose                      +- ---- -- -- --- -- bbbb +--b
cycle      withdraw_proposal            ++ ---- -- -- --- -- +bbb ++-+
cycle      rule_tie                     -+ ---- -- -- --- -- +bbb -r-r
cycle      ratify                       -+ ---- -- -- --- -- +bbb -+-+
cycle      close                        -- ---- -- -- --- +- bbbb ---b
cycle      amend                        -+ ---- -- -- --- -- +bbb -+-+

case       open                         -- ---- -- -- --- +- bbbb ---b
case       study                        -+ ---- -- -- --- -- +bbb -r-r
case       propose_handling             -+ ---- -- -- --- -- +bbb -r-r
case       approve                      -- ---- -- -- --- -- bbb+ ---b
case       reject                       -- ---- -- -- --- -- bbb+ ---b
case       close                        +- ---- -- -- --- -- bbbb r--b
case       revoke                       -- ---- -- -- --- +- bbbb ---b

duty       open                         -- ---- -- -- --- +- bbbb ---b
duty       hold_to_account              ++ ---- -- -- --- -- +bbb rr-r
duty       assign_owner                 +- ---- -- -- --- -- bbbb r--b
duty       hand_back                    -- ---- -- -- --- +- bbbb ---b
duty       redate                       +- ---- -- -- --- -+ bbbb r--b
duty       close                        +- ---- -- -- --- -- bbbb r--b
duty       waive                        -+ ---- -- -- --- -- +bbb -r-r
duty       revoke                       -- ---- -- -- --- +- bbbb ---b

bonus      apply                        -- +~+~ -- -- --- -- bbbb ---b
bonus      withdraw                     -- +~+~ -- -- --- -- bbbb ---b
bonus      examine[group,office]        ++ ---- -- -- --- -- +bbb rr-r
bonus      examine[group]               -+ ---- -- -- --- -- +bbb -r-r
bonus      approve[group]               -+ ---- -- -- --- -- +bbb -r-r
bonus      approve[chief]               -- ---- -- -- --- -- bbbb ---b
bonus      refuse[group]                -+ ---- -- -- --- -- +bbb -r-r
bonus      refuse[chief]                -- ---- -- -- --- -- bbbb ---b
bonus      overturn                     -+ ---- -- -- --- -- +bbb -r-r
bonus      annul                        -- ---- -- -- --- +- bbbb ---b
bonus      recount                      -- ---- -- -- --- +- bbbb ---b
bonus      carry                        -- ---- -- -- --- +- bbbb ---b
bonus      redate                       +- ---- -- -- --- -+ bbbb r--b
bonus      acknowledge                  -- +~+~ -- -- --- -- bbbb ---b
bonus      note_receipt                 +- ---- -- -- --- -- bbbb r--b

objection  file                         -- +~+~ -- -- --- -- bbbb ---b
objection  uphold                       -+ ---- -- -- --- -- +bbb -r-r
objection  dismiss                      -+ ---- -- -- --- -- +bbb -r-r
objection  withdraw                     -- +~+~ -- -- --- -- bbbb ---b
objection  set_aside                    -- ---- -- -- --- +- bbbb ---b
objection  redate                       +- ---- -- -- --- -+ bbbb r--b
objection  acknowledge                  -- +~+~ -- -- --- -- bbbb ---b
objection  note_receipt                 +- ---- -- -- --- -- bbbb r--b

evidence   offer                        -- +~+~ -- -- --- -- bbbb ---b
evidence   replace                      -- +~+~ -- -- --- -- bbbb ---b
evidence   accept                       +- ---- +~ -- --- -- bbbb r-rb
evidence   refuse                       +- ---- +~ -- --- -- bbbb r-rb
evidence   withdraw                     -- +~+~ -- -- --- -- bbbb ---b

finding    record                       +- ---- -- -- +-- -- bbbb r--b
finding    notify                       +- ---- -- -- +-- -- bbbb r--b
finding    answer                       -- +~+~ -- -- --- -- bbbb ---b
finding    confirm                      +- ---- -- -- --- -- bbbb r--b
finding    drop                         +- ---- -- -- +-- -- bbbb r--b
finding    rectify                      -- +~+~ -- -- --- -- bbbb ---b
finding    return                       +- ---- -- -- +-- -- bbbb r--b
finding    verify                       +- ---- -- -- +-- -- bbbb r--b
finding    overturn                     +- ---- -- -- --- -- bbbb r--b
finding    annul                        -- ---- -- -- --- +- bbbb ---b
finding    publish                      ++ ---- -- -- --- -- +bbb rr-r
finding    veto                         -+ ---- -- -- --- -- +bbb -r-r
finding    lift_veto                    -+ ---- -- -- --- -- +bbb -r-r
finding    carry                        -- ---- -- -- --- +- bbbb ---b
finding    redate                       +- ---- -- -- --- -+ bbbb r--b
finding    acknowledge                  -- +~+~ -- -- --- -- bbbb ---b
finding    note_receipt                 +- ---- -- -- --- -- bbbb r--b

complaint  receive                      +- ---- -- -- +-- -- bbbb r--b
complaint  investigate                  +- ---- -- -- +-- -- bbbb r--b
complaint  hear                         +- +~+~ -- -- +-- -- bbbb r--b
complaint  substantiate                 +- ---- -- -- --- -- bbbb r--b
complaint  dismiss                      +- ---- -- -- --- -- bbbb r--b
complaint  hold_accountable             +- ---- -- -- +-- -- bbbb r--b
complaint  close                        +- ---- -- -- +-- -- bbbb r--b
complaint  overturn                     +- ---- -- -- --- -- bbbb r--b
complaint  annul                        -- ---- -- -- --- +- bbbb ---b
complaint  carry                        -- ---- -- -- --- +- bbbb ---b
complaint  redate                       +- ---- -- -- --- -+ bbbb r--b

department register                     +- ---- -- -- --- -+ bbbb r--b
department rename                       +- ---- -- -- --- -- bbbb r--b
department recategorise                 +- ---- -- -- --- -- bbbb r--b
department appoint                      +- ---- -- -- --- -+ bbbb r--b
department absorb                       +- ---- -- -- --- -- bbbb r--b
department dissolve                     +- ---- -- -- --- -- bbbb r--b

person     register                     +- ---- -- -- --- -+ bbbb +--b
person     change                       +- ---- -- -- --- -- bbbb +--b
person     leave                        +- ---- -- -- --- -- bbbb +--b

calendar   import                       +- ---- -- -- --- -+ bbbb +--b

regulation confirm                      +- ---- -- -- --- -- bbbb +--b

mail       set_letterhead               +- ---- -- -- --+ -+ bbbb +--b
mail       pause                        +- ---- -- -- --+ -- bbbb +--b
mail       resume                       +- ---- -- -- --+ -- bbbb +--b
mail       retry_letters                +- ---- -- -- --+ -- bbbb +--b
mail       hold_digests                 +- ---- -- -- --- -- bbbb +--b
mail       release_digests              +- ---- -- -- --- -- bbbb +--b

dispatch   issue_paper                  +- ---- -- -- --- -- bbbb r--b
dispatch   void_paper                   +- ---- -- -- --- -- bbbb r--b

scheduler  note_outage                  -- ---- -- -- --- +- bbbb ---b

token      issue                        -- ---- -- -- --- -- bbbb ---b
token      revoke                       -- ---- -- -- --+ -- bbbb ---b

account    invite                       -- ---- -- -- --+ -- bbbb ---b
account    set_password                 -- ---- -- -- --- -- bbbb ---b
account    change_password              -- ---- -- -- --- -- bbbb ---b
account    suspend                      -- ---- -- -- --+ -- bbbb ---b
account    resume                       -- ---- -- -- --+ -- bbbb ---b
"""
