from .build import build_report as build_report
from .page import render_page as render_page
from .page import write_page as write_page
from .types import Report as Report
from .types import Section as Section
from .types import Settings as Settings
