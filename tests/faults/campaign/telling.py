"""The end of a campaign, for the person at the terminal and for `make faults`."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.faults.campaign.ledger import Ledger

MOST_TOLD = 50


def tell(table: Mapping[str, object], ledger: Ledger, figures: Path | None) -> int:
    """Print the figures and what must not have been, and keep the figures; returns the process's exit code."""
    lines = [f"{name:<46}{value!s:>12}" for name, value in table.items()]
    lines += [f"NOT AS IT MUST BE: {breach}" for breach in ledger.breaches[:MOST_TOLD]]
    sys.stdout.write("\n".join([*lines, f"{len(ledger.breaches)} breaches\n"]))
    sys.stdout.flush()
    if figures:
        figures.write_text(json.dumps({**table, "breaches": len(ledger.breaches)}))
    return 1 if ledger.breaches else 0
