"""From a folder to a page: every stage of a project with a collection, run in turn and written down.

    from core.report import build_report, write_page

    report = build_report(shop, sources=[Path("photos/")])
    write_page(Path("report.html"), shop, report)

The names below load on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.report.build import build_report
    from core.report.page import render_page, write_page
    from core.report.types import Report, Section, Settings

__all__ = ["Report", "Section", "Settings", "build_report", "render_page", "write_page"]

_HOMES = {
    "Report": "core.report.types",
    "Section": "core.report.types",
    "Settings": "core.report.types",
    "build_report": "core.report.build",
    "render_page": "core.report.page",
    "write_page": "core.report.page",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'core.report' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
