"""Heights and their running sums: find the item at a line, or the line of an item, in logarithmic time."""

from __future__ import annotations

from collections.abc import Iterable


class Sums:
    """A list of non-negative whole numbers with prefix sums.

    The structure is Fenwick's ("A new data structure for cumulative frequency tables", 1994).
    """

    def __init__(self, values: Iterable[int] = ()) -> None:
        self.values = list(values)
        self._tree = [0, *self.values]
        for at in range(1, len(self._tree)):
            parent = at + (at & -at)
            if parent < len(self._tree):
                self._tree[parent] += self._tree[at]

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, index: int) -> int:
        return self.values[index]

    def __setitem__(self, index: int, value: int) -> None:
        change = value - self.values[index]
        if change:
            self.values[index] = value
            at = index + 1
            while at < len(self._tree):
                self._tree[at] += change
                at += at & -at

    def append(self, value: int) -> None:
        """Add a number at the end."""
        self.values.append(value)
        at = len(self.values)
        total, child, low = value, at - 1, at - (at & -at)
        while child > low:
            total += self._tree[child]
            child -= child & -child
        self._tree.append(total)

    def truncate(self, length: int) -> None:
        """Drop all numbers from `length` on."""
        del self.values[length:]
        del self._tree[length + 1 :]

    def before(self, index: int) -> int:
        """Return the sum of the numbers before `index`."""
        total = 0
        while index > 0:
            total += self._tree[index]
            index -= index & -index
        return total

    @property
    def total(self) -> int:
        """The sum of all."""
        return self.before(len(self.values))

    def find(self, position: int) -> tuple[int, int]:
        """Return the item that covers a position of the running sum and how far into it that is.

        A position past the end gives the last item and the distance from its start.
        """
        index, rest = 0, position
        step = 1 << (len(self.values).bit_length())
        while step:
            ahead = index + step
            if ahead <= len(self.values) and self._tree[ahead] <= rest:
                index = ahead
                rest -= self._tree[ahead]
            step >>= 1
        if index >= len(self.values):
            index = len(self.values) - 1
            return index, position - self.before(index)
        return index, rest
