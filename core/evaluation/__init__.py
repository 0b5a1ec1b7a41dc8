"""How good the search of a collection is, and how sure that is: protocols, stored runs, comparisons, reports.

from core.evaluation.protocols.label import LabelProtocol
from core.evaluation.evaluate import evaluate

found = evaluate(shop, LabelProtocol(), k=10)       # stored; found.figure("p@5").mean, .interval
compare(load(shop, 1), found).of("p@5").sentence    # “P@5 rises by 0.021 (95 % CI …).”
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
