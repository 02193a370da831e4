"""Words that the program keeps in English, and pages say in the reader's language by the filter `said`.

The labels of choices and the names of states are told to programs as they are, and may be written into letters and
the audit, so they are translated where they are shown and nowhere else.
"""

from django.utils.translation import gettext_noop as _

WORDS = (
    # tracks
    _("Detection"),
    _("Classification"),
    # phases, and what they show
    _("open"),
    _("upcoming"),
    _("closed"),
    _("draft"),
    _("the public part"),
    _("nothing"),
    _("the private part"),
    _("public part"),
    _("private part"),
    _("a held score"),
    _("scores, intervals and classes"),
    _("provisional"),
    _("verified"),
    _("final"),
    # submissions and their steps
    _("accepted"),
    _("scoring"),
    _("scored"),
    _("failed"),
    _("done"),
    _("now"),
    _("to come"),
    _("scored, no significant improvement"),
    _("scored, a significant improvement"),
    _("scored; this phase shows no scores while it runs"),
    _("scored; late submissions show their scores once the final board is published"),
    _("The server could not score this file. The upload was given back; the organizers can see why."),
    # entries, claims, reports and mergers
    _("waiting"),
    _("approved"),
    _("confirmed"),
    _("refused"),
    _("declined"),
    _("reported already"),
    _("proposed"),
    _("withdrawn"),
    # letters
    _("being sent"),
    _("sent"),
    _("not sent"),
    _("perhaps sent"),
    # what becomes of a report
    _("accepted; it is corrected with the next version of the ground truth."),
    _("looked at; the labels stay as they are."),
    _("reported already; the answer to that report is in the errata log."),
    # deadlines
    _("entering, and joining a team"),
    _("merging of teams"),
    _("declaring further external data and models"),
    # declarations
    _("data"),
    _("pretrained model"),
    # versions of the labels, and their checks
    _("staged"),
    _("active"),
    _("retired"),
    _("running"),
    _("error"),
    _("overridable"),
    _("warning"),
    _("report"),
    _("every image has a global label"),
    _("'No finding' excludes all other labels"),
    _("'No finding' excludes boxes"),
    _("every image has a label"),
    _("an image has a local label exactly when it has such a box"),
    _("boxes are of local labels only"),
    _("coordinates are there or all missing, and missing only beside 'No finding' and global labels"),
    _("a box is finite, and each minimum below its maximum"),
    _("boxes lie inside their images"),
    _("no box is there twice; one that is counts once"),
    _("all files are of the same images, each once; ids are 32 hexadecimal digits under VinDr-CXR's rules"),
    _("labels are 0 or 1; all 28 columns and no other under VinDr-CXR's rules"),
    _("the rows are a consensus, not several readers'"),
    _("positive images and boxes of each label, in all and on each part"),
    _("the canonical form is sealed, and its commitment kept with the version"),
    # hints for organizers
    _("ranks like another team's file"),
    _("nearly all rows equal another team's"),
    _("nearly all rows equal the team's own earlier file"),
    _("columns with at most three values"),
    _("boxes on one image only"),
    _("much is equal to the bit to several earlier files of the team"),
    _("several files of the team are no better than chance"),
    _("boxes that are the true ones"),
    _("labels that are told without an error"),
    _("a score far above all others"),
)
