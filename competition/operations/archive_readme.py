"""What stands on top of an archive: what is what, what is not in it, and what it must not be used for."""

from competition.models import Competition
from competition.operations.archive_tables import LEFT_OUT, TABLES

TEXT = """\
# {title}

The competition `{slug}`, whole, as it was at one instant. `manifest.json`, the last file, says when, and lists every
file with its size and SHA-256: an archive without it has broken off. `manage.py import_archive FILE` brings the
competition in on another installation; what an import reads is `tables/`, `images/`, `handouts/`, `files/`,
`replicates/`, `audit/` and `people.jsonl`. Everything else says the same in a form for people.

**Keep it to yourself while labels are to stay hidden.** It holds no label, no split and no word that opens
anything. It does hold exact scores, replicates, the seeds that they were drawn with, and the files that were scored:
together these tell much about the labels.

- `submissions.csv`, `.jsonl`: everything handed in, in every state, with the scores that the boards rest on now.
- `scores.csv`: each score on each part under every version of the labels and of the metric, with its interval, the
  seed, and its row in `replicates/`.
- `labels.csv`: of each score the value of each label, its interval, and the number of positives.
- `boards/PHASE-TRACK.csv`, `.jsonl`: every version of each board, as it was published.
- `files/ID.csv`: the uploaded files, byte for byte; `sha256` in `submissions.csv` is of these bytes.
- `replicates/TRUTH-METRIC-TRACK-PART.npy`: float32, a row for each score, a column for each resample; `numpy.load`.
- `challenger/PHASE-TRACK-PART.csv`: task, algorithm, case, value for challengeR; see below.
- `audit/N.jsonl`: the organizers' acts. SHA-256 of `canonical` is `hash`, and the second item of `canonical` is the
  hash of the row before. N counts the installations that the competition was on.
- `people.csv`, `.jsonl`: the accounts that other tables name{with_people}.
- `description/competition.yaml`: the competition as `create_competition` reads it, with what has to be filled in.
- `images/manifest.csv`, `handouts/`: the list of images, and the files for participants.
- `tables/*.jsonl`, `.csv`: the database's rows, with names in place of its ids: {tables}.

In every CSV a cell that a spreadsheet would take for a formula begins with an apostrophe; the JSON has the text as it
is. Times are UTC. A row names another one by what is unique in it: a team by its name, a phase by its key, a track by
its kind, an evaluation by submission, version of the labels and version of the metric.

## challengeR

In `challenger/` a case is one of the resamples that all submissions share, and its value the score of the team's
standing submission on it. It is not an image: what a team has right on one image would tell its label. So the
cases are already draws of a bootstrap. Rank each case and read off how often each rank comes up; don't draw from them
again, and don't use tests that take cases for independent.

```r
library(challengeR)
data <- read.csv("challenger/PHASE-TRACK-PART.csv")
challenge <- as.challenge(data, by = "task", algorithm = "algorithm", case = "case", value = "value",
                          smallBetter = FALSE)
ranking <- rankThenAggregate(challenge, FUN = mean)
```

## Not in it

{left_out}
"""


def readme(competition: Competition, *, people: bool) -> bytes:
    """The text, which depends on nothing but the competition's name and what was asked for."""
    text = TEXT.format(
        title=" ".join(competition.title.split()),
        slug=competition.slug,
        with_people=", with addresses and names" if people else " by their user names alone",
        tables=", ".join(f"`{table.name}`" for table in TABLES),
        left_out="\n".join([*_fields_left_out(people), *_models_left_out()]),
    )
    return text.encode()


def _models_left_out() -> list[str]:
    return [f"- {name}: {reason}" for name, reason in LEFT_OUT.items() if name.startswith("competition.")]


def _fields_left_out(people: bool) -> list[str]:
    left = [f"- `{table.name}.{name}`: {why}" for table in TABLES for name, why in table.without.items()]
    if people:
        return left
    hidden = [f"- `{table.name}.{name}`: the data of persons" for table in TABLES for name in sorted(table.private)]
    return [*left, *hidden]
