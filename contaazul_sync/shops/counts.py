"""How many rows the lists of a walk showed, beside how many the shop told that there are."""

from dataclasses import dataclass


@dataclass
class Counts:
    """Of one walk. A list that was not read to its end is not counted."""

    _differ: bool = False

    def add(self, shown: int, told: object) -> None:
        """A list of so many rows, each counted once. `told`: what the shop's last answer said, or None."""
        self._differ |= told != shown

    @property
    def are_right(self) -> bool:
        """Whether what was told was right."""
        return not self._differ
