from .drawing import draw as draw
from .items import COPY_KINDS as COPY_KINDS
from .items import SampleItem as SampleItem
from .items import SampleVerdict as SampleVerdict
from .plan import sample_items as sample_items
from .plan import sample_verdicts as sample_verdicts
