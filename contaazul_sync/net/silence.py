"""For how long a server that is being asked has given no usable answer."""

LONGEST = 600.0  # seconds; then there is no use in asking on
GAP = 60.0  # seconds in which a server is not asked at all: what was before is another silence


class Silence:
    """The silence of one server. Moments are the loop's."""

    def __init__(self) -> None:
        self.was_answered = False
        self._since: float | None = None
        self._until = 0.0

    def is_asked(self, now: float) -> None:
        """A request leaves."""
        if self._since is None or now - self._until > GAP:
            self._since = now
        self._until = now

    def ended(self, now: float, *, useful: bool) -> None:
        """A request ended, with a usable answer or without."""
        self._until = now
        if useful:
            self.was_answered, self._since = True, None

    def is_too_long(self, now: float) -> bool:
        """Whether nothing usable has come for LONGEST, though it was asked all the time."""
        return self._since is not None and now - self._until <= GAP and now - self._since >= LONGEST
