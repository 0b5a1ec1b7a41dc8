"""A part of a longer work that counts for itself."""

from core.jobs import Monitor


class Phase(Monitor):
    """Lets work that expects a monitor of its own report to one that has already counted other work."""

    def __init__(self, whole: Monitor) -> None:
        super().__init__()
        self._whole = whole
        self._before = whole.snapshot().done

    def expect(self, total: int | None) -> None:
        """Say how many items this part has."""
        super().expect(total)
        self._whole.expect(None if total is None else self._before + total)

    def advance(self, n: int = 1) -> None:
        """Say that `n` more items are finished."""
        super().advance(n)
        self._whole.advance(n)

    def say(self, note: str) -> None:
        """Say in a few words what is being done now."""
        self._whole.say(note)

    def cancel(self) -> None:
        """Ask the whole work to stop."""
        self._whole.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether the whole work was asked to stop."""
        return self._whole.cancelled
