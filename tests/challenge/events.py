"""What happens on which day, beside the uploads that the teams make of their own accord."""

from collections.abc import Callable

from tests.challenge.acts_at_the_end import (
    appeal_is_upheld,
    choosing,
    export,
    final_results,
    first_is_frozen,
    picks_are_frozen,
    publication,
    regrets_are_told,
    results,
    the_close,
)
from tests.challenge.acts_of_fair_play import (
    awards,
    claims,
    declarations,
    rules_are_accepted,
    rules_are_announced,
    rules_are_in_force,
    too_late_to_enter,
)
from tests.challenge.acts_of_organizers import (
    EXTENDED_TO,
    accusation,
    acquittal,
    cheat_is_found,
    correction_is_tried,
    extension,
    rank_changes_are_told,
    regret,
    too_early,
)
from tests.challenge.acts_of_teams import (
    all_of_the_day,
    copies,
    damage,
    eight_at_once,
    entry_is_refused_where_it_must_be,
    favour,
    hasty_merger,
    leaders,
    mergers,
    midnight,
    nothing_between_phases,
    one_each,
    patient_merger,
    same_key_twice,
    somebody_leaves,
    tireless_days,
    too_late_to_merge,
)
from tests.challenge.play import Play

FIRST_CLOSES, MAIN_OPENS, ENTRY_UNTIL, MERGE_UNTIL, EXTERNAL_DATA_UNTIL, MAIN_CLOSES = 21, 22, 60, 70, 80, 84

EVENTS: dict[int, list[Callable[[Play], None]]] = {
    0: [entry_is_refused_where_it_must_be],
    1: [eight_at_once, all_of_the_day],
    2: [all_of_the_day, hasty_merger],
    3: [one_each],
    4: [mergers],
    6: [patient_merger],
    8: [regret],
    10: [somebody_leaves],
    12: [cheat_is_found],
    FIRST_CLOSES: [nothing_between_phases, first_is_frozen],
    23: [tireless_days],
    24: [tireless_days, leaders],
    25: [tireless_days],
    26: [tireless_days, copies],
    27: [tireless_days],
    28: [damage],
    30: [favour],
    33: [midnight],
    36: [rules_are_announced],
    40: [accusation],
    42: [rules_are_accepted],
    44: [acquittal, rules_are_in_force],
    46: [same_key_twice, too_early],
    50: [correction_is_tried],
    52: [rank_changes_are_told],
    MERGE_UNTIL + 1: [too_late_to_merge, too_late_to_enter, claims],
    82: [extension],
    83: [choosing],
    EXTENDED_TO - 1: [the_close],
    EXTENDED_TO: [picks_are_frozen, declarations],
    89: [publication],
    90: [regrets_are_told, results],
    93: [appeal_is_upheld],
    94: [awards],
    98: [final_results, export],
}
LAST_DAY = 98
