"""Terms for the 28 labels of VinDr-CXR, and what they mean, in the reader's language.

The canonical English name is the spelling of the files, so it always stands there and the term beside it. The
Vietnamese terms have not been checked by a radiologist; the page that shows them says so.
"""

from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_noop as _

TERMS = {
    "Aortic enlargement": pgettext_lazy("finding", "Aortic enlargement"),
    "Atelectasis": pgettext_lazy("finding", "Atelectasis"),
    "Cardiomegaly": pgettext_lazy("finding", "Cardiomegaly"),
    "Calcification": pgettext_lazy("finding", "Calcification"),
    "Clavicle fracture": pgettext_lazy("finding", "Clavicle fracture"),
    "Consolidation": pgettext_lazy("finding", "Consolidation"),
    "Edema": pgettext_lazy("finding", "Edema"),
    "Emphysema": pgettext_lazy("finding", "Emphysema"),
    "Enlarged PA": pgettext_lazy("finding", "Enlarged PA"),
    "ILD": pgettext_lazy("finding", "ILD"),
    "Infiltration": pgettext_lazy("finding", "Infiltration"),
    "Lung cavity": pgettext_lazy("finding", "Lung cavity"),
    "Lung cyst": pgettext_lazy("finding", "Lung cyst"),
    "Lung Opacity": pgettext_lazy("finding", "Lung Opacity"),
    "Mediastinal shift": pgettext_lazy("finding", "Mediastinal shift"),
    "Nodule/Mass": pgettext_lazy("finding", "Nodule/Mass"),
    "Pulmonary fibrosis": pgettext_lazy("finding", "Pulmonary fibrosis"),
    "Pneumothorax": pgettext_lazy("finding", "Pneumothorax"),
    "Pleural thickening": pgettext_lazy("finding", "Pleural thickening"),
    "Pleural effusion": pgettext_lazy("finding", "Pleural effusion"),
    "Rib fracture": pgettext_lazy("finding", "Rib fracture"),
    "Other lesion": pgettext_lazy("finding", "Other lesion"),
    "Lung tumor": pgettext_lazy("finding", "Lung tumor"),
    "Pneumonia": pgettext_lazy("finding", "Pneumonia"),
    "Tuberculosis": pgettext_lazy("finding", "Tuberculosis"),
    "Other diseases": pgettext_lazy("finding", "Other diseases"),
    "COPD": pgettext_lazy("finding", "COPD"),
    "No finding": pgettext_lazy("finding", "No finding"),
}
MEANINGS = (
    _("Abnormal bulge of the aorta's wall"),
    _("Part of a lung collapsed, less air, denser"),
    _("Heart enlarged, cardiothoracic ratio above 0.5"),
    _("Calcium salts deposited in the lung"),
    _("Broken collarbone"),
    _("Air spaces filled by fluid, pus, blood or cells"),
    _("Fluid in tissue and air spaces"),
    _("Air spaces abnormally large"),
    _("Pulmonary artery wider than normal"),
    _("Interstitial lung disease: supporting tissue involved; reticular or nodular opacities"),
    _("Something foreign or in excess spread through the interstices"),
    _("Thick-walled gas-filled space"),
    _("Round, thin-walled lucency"),
    _("Any abnormal opacity in the lung fields"),
    _("Mediastinum displaced to one side"),
    _("Any space-occupying lesion, one or many"),
    _("Excess of fibrous tissue in the lung"),
    _("Gas in the pleural space"),
    _("Parietal or visceral pleura thickened"),
    _("Fluid in the pleural space"),
    _("Broken rib"),
    _("A lesion not listed above"),
    _("Abnormal growth in lung tissue or airways"),
    _("Infection inflaming the air sacs"),
    _("Any sign of pulmonary or other tuberculosis"),
    _("A disease not listed above"),
    _("Chronic obstructive pulmonary disease: persistent limitation of airflow"),
    _("No pathology at all"),
)


def term_of(label: str) -> str:
    """The term beside the name; empty where there is none, and on English pages, which have the name itself."""
    return "" if get_language() == "en" or label not in TERMS else pgettext("finding", label)


def meaning_of(text: str) -> str:
    """What an organizer's text says, as it is; that of VinDr-CXR's own list in the reader's language."""
    return gettext(text) if text in MEANINGS else text
