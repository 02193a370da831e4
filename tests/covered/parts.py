"""The code whose every line decides something: scores, limits, phases, and who may do what; and the tests of each.

What no test of these runs stands here with its reason.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """Modules by glob below the repository, and the tests that are held against them."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    """(module, the line's text or ALL) → why no test runs it in this process."""


OPERATIONS, MODELS = "competition/operations/", "competition/models/"
OF_THE_RULES = (
    "tests/operations",
    "tests/api",
    "tests/models",
    "tests/web",
    "tests/archive",
    "tests/test_storage.py",
    "tests/test_slots.py",
    "tests/test_roles_in_process.py",
    "tests/faults/test_full.py",
    "--ignore=tests/api/test_any_request.py",
    "--ignore=tests/api/test_mass_assignment.py",
    "--ignore=tests/web/test_every_page.py",
)
"""Not those that send everything everywhere: what only they run, no test has looked at."""
ALL = "*"
"""Every line of a module."""
A_PROCESS_OF_ITS_OWN = "how a process ends; run by tests/scoring/test_process.py in one of its own"
PARTS = (
    Part(
        "scoring",
        ("scoring/*.py",),
        ("tests/scoring",),
        {
            ("scoring/__main__.py", ALL): A_PROCESS_OF_ITS_OWN,
            ("scoring/process.py", ALL): A_PROCESS_OF_ITS_OWN,
            ("scoring/streams.py", ALL): A_PROCESS_OF_ITS_OWN,
            ("scoring/arguments.py", "write(self.format_help())"): A_PROCESS_OF_ITS_OWN,
            ("scoring/command_line.py", "except OSError as error:"): A_PROCESS_OF_ITS_OWN,
            ("scoring/command_line.py", "say(unwritable(error))"): A_PROCESS_OF_ITS_OWN,
            ("scoring/command_line.py", "return _USAGE"): A_PROCESS_OF_ITS_OWN,
            ("scoring/command_line.py", "return answer.code or _USAGE"): A_PROCESS_OF_ITS_OWN,
            ("scoring/command_line.py", "except KeyboardInterrupt:"): A_PROCESS_OF_ITS_OWN,
            ("scoring/command_line.py", 'say("Interrupted.")'): A_PROCESS_OF_ITS_OWN,
            ("scoring/command_line.py", "return INTERRUPTED"): A_PROCESS_OF_ITS_OWN,
            (
                "scoring/two_threads.py",
                "except IndexError:",
            ): "two threads take the last item at once: by chance",
            ("scoring/two_threads.py", "return"): "the same instant",
        },
    ),
    Part(
        "limits",
        tuple(
            f"{OPERATIONS}{name}.py"
            for name in (
                "count_quota",
                "may_submit",
                "submit",
                "book",
                "reason",
                "allow",
                "withdraw",
                "select",
                "disqualify",
                "give_up",
                "retry",
                "take_turn",
                "evaluate",
                "publish",
                "standings",
                "stand",
            )
        )
        + tuple(f"{MODELS}{name}.py" for name in ("submission", "evaluation", "score", "leased"))
        + ("competition/lifecycle.py", "competition/intake.py", "competition/statuses.py", "competition/web/quota.py"),
        OF_THE_RULES,
        {
            (
                f"{OPERATIONS}withdraw.py",
                "if Submission.objects.filter(pk=submission.pk, withdrawn_at__isnull=False).update(withdrawn_at=None):",
            ): "never false while the phase is held, which it is",
            (f"{OPERATIONS}may_submit.py", "if spent:"): "a competition without any track, which none is",
            (f"{OPERATIONS}may_submit.py", "return team"): "a competition without any track, which none is",
            (
                f"{OPERATIONS}book.py",
                'if "one_submission_per_key" not in str(error):',
            ): "another constraint would be a fault of the program",
            (f"{OPERATIONS}book.py", "raise"): "another constraint would be a fault of the program",
        },
    ),
    Part(
        "phases",
        tuple(
            f"{OPERATIONS}{name}.py"
            for name in (
                "open_phase",
                "extend",
                "extend_deadline",
                "amend_phases",
                "freeze_picks",
                "reveal",
                "move_clock",
                "archived",
            )
        )
        + tuple(f"{MODELS}{name}.py" for name in ("phase", "deadline", "competition"))
        + ("competition/clock.py",),
        OF_THE_RULES,
    ),
    Part(
        "permissions",
        tuple(
            f"{OPERATIONS}{name}.py"
            for name in (
                "enter",
                "leave",
                "ask_to_enter",
                "decide_entry",
                "accept_rules",
                "invite_guests",
                "name_organizers",
                "issue_token",
                "hand_out",
            )
        )
        + tuple(f"{MODELS}{name}.py" for name in ("team", "token", "entrant"))
        + tuple(f"competition/api/{name}.py" for name in ("authentication", "scopes", "find"))
        + tuple(f"competition/web/{name}.py" for name in ("find", "private", "second_factor"))
        + ("competition/factor.py",),
        OF_THE_RULES,
    ),
)
