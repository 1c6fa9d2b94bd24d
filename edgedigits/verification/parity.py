"""What an artifact does compared with the float model, and whether that is good enough.

The door to pure functions over arrays and frozen dataclasses: two tables of probabilities and the
labels make a `Tally`, tallies of parts add up to that of all pictures, and it makes a `Parity`
(`tally`, `comparison`); a `Parity` and a `Budget` make a `Verdict` (`verdict`).
"""

from __future__ import annotations

from edgedigits.verification.budget import BUDGETS as BUDGETS
from edgedigits.verification.budget import FLOAT as FLOAT
from edgedigits.verification.budget import HALF as HALF
from edgedigits.verification.budget import QUANTIZED as QUANTIZED
from edgedigits.verification.budget import Budget as Budget
from edgedigits.verification.budget import overridden as overridden
from edgedigits.verification.comparison import Parity as Parity
from edgedigits.verification.intervals import Share as Share
from edgedigits.verification.intervals import drop_upper_points as drop_upper_points
from edgedigits.verification.intervals import mcnemar as mcnemar
from edgedigits.verification.intervals import pictures_needed as pictures_needed
from edgedigits.verification.intervals import wilson as wilson
from edgedigits.verification.tally import NO_ANSWER as NO_ANSWER
from edgedigits.verification.tally import Tally as Tally
from edgedigits.verification.tally import compare as compare
from edgedigits.verification.undecided import Agreement as Agreement
from edgedigits.verification.verdict import Status as Status
from edgedigits.verification.verdict import Verdict as Verdict
from edgedigits.verification.verdict import judge as judge
from edgedigits.verification.verdict import judged_agreement as judged_agreement
