"""`make faults` goes on after a part that fails, says so in its table, and ends with 1."""

import json
import sys

from tests.faults import __main__ as faults
from tests.faults.parts import PARTS, Part

FIGURES = "import json, sys; json.dump({'uploads': 7}, open(sys.argv[1], 'w'))"


def test_a_part_that_fails_keeps_no_other_from_being_run(tmp_path, monkeypatch, capsys):
    parts = (
        Part("broken", "A1", "what never works", ("-c", "raise SystemExit(3)")),
        Part("slow", "A2", "what never ends", ("-c", "import time; time.sleep(60)"), longest=1),
        Part("sound", "A3", "what works", ("-c", FIGURES.replace("{", "{{").replace("}", "}}"), "{into}/sound.json")),
    )
    monkeypatch.setattr(faults, "PARTS", parts)
    monkeypatch.setattr(sys, "argv", ["faults", "--into", str(tmp_path)])
    code = faults.main()

    table = (tmp_path / "faults.md").read_text()
    kept = json.loads((tmp_path / "faults.json").read_text())["parts"]
    assert code == 1
    assert [(one["part"], one["ok"]) for one in kept] == [("broken", False), ("slow", False), ("sound", True)]
    assert "| A3 | sound: what works | uploads: 7 | yes |" in table
    assert "Not as it must be: broken, slow." in table
    assert table in capsys.readouterr().out


def test_each_part_has_a_name_of_its_own():
    assert len({part.name for part in PARTS}) == len(PARTS)
