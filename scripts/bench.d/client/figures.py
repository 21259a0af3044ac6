"""Medians of runs, of one program or beside another's of the same rounds."""

from statistics import median


def ratio(ours, theirs, what):
    """How much of theirs ours has: the median over the rounds."""
    return median(own[what] / other[what] for own, other in zip(ours, theirs))


def middle(runs, what):
    return median(one[what] for one in runs)
