"""Addresses of rows keep their key for as long as the rows are there."""

from django.core.management import call_command

from roi_project.db.addresses import addresses, id_at
from roi_project.db.models import AddressKey


def test_an_address_leads_back_to_its_row_and_a_number_that_is_none_to_no_row(db):
    (address,) = addresses().hide_all([4711])

    assert id_at(address) == 4711
    assert id_at(2**63) == 0


def test_migrating_again_keeps_the_key_and_a_database_that_was_emptied_gets_another(transactional_db):
    first = AddressKey.objects.get().key

    call_command("migrate", verbosity=0)
    assert AddressKey.objects.get().key == first

    AddressKey.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert len(AddressKey.objects.get().key) == 32
    assert AddressKey.objects.get().key != first
