from .bootstrap import bootstrap_mean as bootstrap_mean
from .bounded_mean import betting_interval as betting_interval
from .calibration import ReliabilityBar as ReliabilityBar
from .calibration import brier_score as brier_score
from .calibration import calibration_error as calibration_error
from .calibration import reliability as reliability
from .interval import Interval as Interval
from .randomization_test import paired_test as paired_test
