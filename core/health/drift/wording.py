"""A look at whether a collection has changed, in sentences that need no statistics."""

from collections.abc import Mapping

from ..findings import Finding
from .types import DriftReport, PropertyShift, ShareShift

_CLEAR = 0.05
_TENDENCIES: Mapping[str, tuple[str, str]] = {
    "norm": ("the encoder finds more of what it knows", "the encoder finds less of what it knows"),
    "neighbour": ("the pictures are farther from any known one", "the pictures are closer to known ones"),
    "brightness": ("brighter", "darker"),
    "contrast": ("more contrast", "less contrast"),
    "colourfulness": ("more colourful", "less colourful"),
    "blur": ("more blurred", "sharper"),
    "detail": ("more detail", "less detail"),
    "side": ("larger", "smaller"),
    "aspect": ("wider", "taller"),
    "compression": ("less compressed", "more compressed"),
}


def verdict(report: DriftReport) -> str:
    """The answer in one sentence."""
    batch, reference = report.batch.title, report.reference.title
    if report.alarm and report.p_value <= report.level:
        return f"Yes, this has changed: {batch} looks different from {reference}."
    if report.alarm:
        return (
            f"Yes, slowly: no single look stood out, but the looks up to {batch} together show a change "
            f"against {reference}."
        )
    if report.p_value <= report.alpha:
        return (
            f"Not enough for an alarm: {batch} differs somewhat from {reference}, as it does by chance in "
            f"{_of_a_hundred(report.p_value)} looks. Look again with the next batch."
        )
    return f"No sign of a change: {batch} looks like {reference}."


def certainty(report: DriftReport) -> str:
    """How sure the answer is, and what it was held against."""
    parts = [
        f"A difference this large comes about by chance in {_of_a_hundred(report.p_value)} looks (p = "
        f"{report.p_value:.2g}, permutation MMD over {report.reference.compared:,} and "
        f"{report.batch.compared:,} pictures{', with their labels' if report.with_labels else ''}). This "
        f"look, number {report.number} of its year, is an alarm at p ≤ {report.level:.2g}, so that a whole "
        f"year of looks raises a false alarm with a chance of at most {report.alpha:.0%}."
    ]
    if report.repeats:
        parts.append(f"These pictures were looked at before (look {report.repeats}); that decision stands.")
    return " ".join(parts)


def changes(report: DriftReport) -> list[str]:
    """What differs clearly, largest change first; a sentence each."""
    found = [_share(one) for one in report.shares if one.p_value <= _CLEAR]
    found += [_property(one) for one in report.properties if one.p_value <= _CLEAR]
    return found


def context(report: DriftReport) -> list[str]:
    """What puts the answer into proportion; a sentence each."""
    found = []
    if report.control is not None:
        control = report.control
        found.append(
            f"Where nothing had changed (random parts of the reference, {control.tests} times), the same "
            f"test at p ≤ {report.alpha:g} alarmed {control.alarms} times "
            f"({control.alarms / control.tests:.0%}; 95 % interval {control.low:.0%} to "
            f"{control.high:.0%})."
        )
    if report.earlier:
        found.append(_earlier(report))
    if report.drivers is not None:
        found.append(
            "A classifier tells new from old pictures with an area under the curve of "
            f"{report.drivers.auc:.2f} (0.5 is guessing, 1 is always right)."
        )
    return found


def lines(report: DriftReport) -> list[str]:
    """The report for the command line."""
    clear = changes(report)
    found = [verdict(report), certainty(report)]
    if clear:
        found += ["What differs:", *(f"  {one}" for one in clear)]
    elif report.alarm:
        found.append("None of the measured properties explains it; look at the pictures.")
    if report.drivers is not None and report.alarm:
        found.append(f"Pictures that drive it: {', '.join(map(str, report.drivers.newest))}")
    return [*found, *context(report), *report.notes]


def finding(report: DriftReport) -> Finding:
    """An alarm as the health score and the report take it."""
    clear = changes(report)
    return Finding(
        part="drift",
        code="drift",
        severity="warning",
        title=verdict(report) + (f" {clear[0]}" if clear else ""),
        count=report.batch.count,
        share=report.batch.count / (report.batch.count + report.reference.count),
        advice=(
            "Look at the pictures that drive it. If they belong here, check whether recall and the duplicate "
            "threshold still hold (“promises”); if not, take them out."
        ),
    )


def _earlier(report: DriftReport) -> str:
    differed = sum(one.p_value <= report.alpha for one in report.earlier)
    if len(report.earlier) == 1:
        how = "also differed" if differed else "did not differ"
        return f"The addition before it {how} from what was there then."
    usual = ": here, additions usually do" if differed * 2 > len(report.earlier) else ""
    return (
        f"{differed} of the {len(report.earlier)} additions before it also differed from what was there "
        f"then{usual}."
    )


def _share(shift: ShareShift) -> str:
    totals = [max(1, sum(getattr(one, side) for one in shift.groups)) for side in ("reference", "batch")]
    top = shift.groups[0]
    before, now = top.reference / totals[0], top.batch / totals[1]
    return (
        f"{shift.title}: “{top.name}” {'grew' if now > before else 'fell'} from {before:.0%} to {now:.0%} "
        f"({shift.moved:.0%} of the batch would have to change to match; p = {shift.p_value:.2g})."
    )


def _property(shift: PropertyShift) -> str:
    more, less = _TENDENCIES[shift.name]
    tendency = more if shift.superiority >= 0.5 else less
    strength = max(shift.superiority, 1 - shift.superiority)
    return (
        f"{shift.title}: {tendency} (in {strength:.0%} of pairs of a new and an old picture; medians "
        f"{shift.reference_median:.3g} and {shift.batch_median:.3g}, KS {shift.distance:.2f}, "
        f"p = {shift.p_value:.2g})."
    )


def _of_a_hundred(p_value: float) -> str:
    if p_value >= 0.01:
        return f"{p_value * 100:.0f} of 100"
    if p_value >= 0.001:
        return f"{p_value * 1000:.0f} of 1,000"
    return f"{max(1, round(p_value * 100_000)):,} of 100,000"
