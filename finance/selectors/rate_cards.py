"""Which rate card holds for a role at a level in a country: the most exact one."""


def exactness(card: tuple[str, str], person: tuple[str, str]) -> int | None:
    """How exactly a card (level, country; empty = any) fits a person's level and country; None when it does not.

    Higher wins: role + level + country, role + country, role + level, role alone.
    """
    if any(of_card not in ("", of_person) for of_card, of_person in zip(card, person, strict=True)):
        return None
    level, country = card
    return 2 * (country != "") + (level != "")
