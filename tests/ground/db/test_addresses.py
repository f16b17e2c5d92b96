"""Addresses of rows keep their key for as long as the rows are there."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from roi_project.db.addresses import addresses, id_at
from roi_project.db.models import AddressKey


def test_an_address_leads_back_to_its_row_and_a_number_that_is_none_to_no_row(db):
    (address,) = addresses().hide_all([4711])

    assert id_at(address) == 4711
    assert id_at(2**63) == 0


def test_a_key_that_was_lost_is_missed_in_words(db):
    AddressKey.objects.all().delete()

    with pytest.raises(ImproperlyConfigured, match="Restore it with the rest of the database"):
        addresses()


def test_a_new_database_has_a_key_of_its_own(transactional_db):
    call_command("migrate", "facts", "0001", verbosity=0)
    call_command("migrate", "facts", verbosity=0)
    first = AddressKey.objects.get().key
    call_command("migrate", verbosity=0)

    assert (len(first), AddressKey.objects.get().key) == (32, first)
    assert first != bytes(32)
