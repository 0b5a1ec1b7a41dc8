"""From a folder to a page: every stage of a project with a collection, run in turn and written down.

    from core.report import build_report, write_page

    report = build_report(shop, sources=[Path("photos/")])
    write_page(Path("report.html"), shop, report)

The names below load on first use.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
