"""What a process keeps to find again: as much as fits, and of that what was used last."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Keeps what was used last, up to a weight; threads share it."""

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda thing: 1) -> None:
        self._most, self._weigh = most, weigh
        self._things: OrderedDict[Any, T] = OrderedDict()
        self._weight, self._lock = 0, Lock()

    def get(self, name: Any) -> T | None:
        with self._lock:
            thing = self._things.get(name)
            if thing is not None:
                self._things.move_to_end(name)
            return thing

    def put(self, name: Any, thing: T) -> None:
        with self._lock:
            old = self._things.pop(name, None)
            self._weight += self._weigh(thing) - (0 if old is None else self._weigh(old))
            self._things[name] = thing
            while self._weight > self._most:
                _, dropped = self._things.popitem(last=False)
                self._weight -= self._weigh(dropped)

    def clear(self) -> None:
        with self._lock:
            self._things.clear()
            self._weight = 0
