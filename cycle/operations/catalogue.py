"""Every operation by its name: what surfaces offer and what a waiting act is found by."""

from __future__ import annotations

from cycle.operations import amending, appraisals, cases, cycles, mail, registry, results, setup
from cycle.operations.perform import Operation

OPERATIONS: dict[str, Operation] = {
    "move": appraisals.move,
    "case": cases.move,
    "prepare": cycles.prepare,
    "approve_rulebook": cycles.approve_rulebook,
    "accept_provisional_calendar": cycles.accept_provisional_calendar,
    "declare_unrecorded": cycles.declare_unrecorded,
    "open": cycles.open_cycle,
    "propose": cycles.propose,
    "withdraw_proposal": cycles.withdraw_proposal,
    "rule_tie": cycles.rule_tie,
    "ratify": cycles.ratify,
    "amend": amending.amend,
    "import_results": results.import_results,
    "register_person": registry.register_person,
    "change_person": registry.change_person,
    "register_department": registry.register_department,
    "leave": registry.leave,
    "recategorise": registry.recategorise,
    "dissolve": registry.dissolve,
    "rename": registry.rename,
    "appoint": registry.appoint,
    "merge": registry.merge,
    "confirm_figure": registry.confirm_figure,
    "install": setup.install,
    "import_calendar": registry.import_calendar,
    "set_letterhead": mail.set_letterhead,
    "pause_mail": mail.pause,
    "resume_mail": mail.resume,
    "retry_letters": mail.retry,
    "hold_digests": mail.hold_digests,
    "release_digests": mail.release_digests,
}
