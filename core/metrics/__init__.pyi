from .judge import judge_by_label as judge_by_label
from .per_query import PerQuery as PerQuery
from .precision import precision_at_k as precision_at_k
from .rankings import Rankings as Rankings
from .registry import metric as metric
