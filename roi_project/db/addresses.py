"""Numbers by which rows of the large tables are addressed, instead of their ids.

Ids are counted over a whole table, so a gap between two of them tells how much was written meanwhile, also to somebody
who may not know that anything was. What is shown is the id under a permutation whose key only the database knows: it
stays the same for good, leads back, and says nothing.
"""

from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured

from roi_project.db.models import AddressKey
from roi_project.kernel.permutation import KeyedPermutation

MOST = 2**62 - 1


def addresses() -> KeyedPermutation:
    """The permutation of this database. One query; its tables are made once a process."""
    key = AddressKey.objects.values_list("key", flat=True).first()
    if key is None:
        raise ImproperlyConfigured(
            "The table facts_addresskey is empty. Restore it with the rest of the database; where it is lost, "
            "“migrate facts 0001” and “migrate” draw another key, and addresses in kept files lead nowhere."
        )
    return _of(bytes(key))


def id_at(address: int) -> int:
    """The id that an address stands for; one that no row has where it stands for none."""
    return addresses().reveal_one(address) if address <= MOST else 0


@lru_cache(maxsize=2)
def _of(key: bytes) -> KeyedPermutation:
    return KeyedPermutation(key)
