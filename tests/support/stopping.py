"""A monitor that stops the run it watches."""

from core.jobs import Monitor


class Stops(Monitor):
    """Cancels the run after `after` files."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    def advance(self, n=1):
        super().advance(n)
        self.after -= n
        if self.after <= 0:
            self.cancel()
