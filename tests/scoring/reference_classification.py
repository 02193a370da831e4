"""DeLong's variance from its definition: every positive against every negative."""

import numpy as np


def plain_auroc(truth, score):
    positive, negative = score[truth], score[~truth]
    return float(np.mean([[(p > n) + (p == n) / 2 for n in negative] for p in positive]))


def plain_delong_variance(truth, score):
    positive, negative = score[truth], score[~truth]
    won = np.array([[(p > n) + (p == n) / 2 for n in negative] for p in positive])
    return won.mean(axis=1).var(ddof=1) / len(positive) + won.mean(axis=0).var(ddof=1) / len(negative)
