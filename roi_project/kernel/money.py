"""Money as a whole number of minor units, and the one rule by which an amount is rounded.

See docs/algorithms/money.md.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

# By how many decimals the minor unit has. A currency outside this list is refused, never guessed.
_CODES: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
        CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG
        HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
        MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
        SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES
        WST XCD YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
}
EXPONENTS: Final = {code: places for places, codes in _CODES.items() for code in codes.split()}


def exponent(currency: str) -> int:
    """How many decimals the minor unit of an ISO 4217 currency has: JPY 0, EUR 2, KWD 3.

    Raises ValueError for a code that is not a known currency.
    """
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise ValueError(f"“{currency}” is not a known ISO 4217 currency code") from None


def round_half_away(value: Fraction | Decimal | int) -> int:
    """The nearest whole number, halves away from zero: 0.5 -> 1, -0.5 -> -1. The only rounding of amounts."""
    exact = Fraction(value)
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return size if exact >= 0 else -size


def to_minor(amount: Decimal | Fraction | int, currency: str) -> int:
    """An exact amount in minor units; ValueError when it has a part below the minor unit."""
    places = exponent(currency)
    scaled = Fraction(amount) * Fraction(10) ** places
    if scaled.denominator != 1:
        raise ValueError(f"{amount} has more than the {places} decimals of {currency}")
    return scaled.numerator


def parse_minor(text: str, currency: str) -> int:
    """Minor units of a plain decimal text: parse_minor("12.34", "EUR") == 1234.

    Raises ValueError for an unknown currency, for more decimals than it has, and for anything that
    is not a plain number (exponents, underscores, NaN, digits outside ASCII).
    """
    plain = text.lstrip("-")
    if not text.isascii() or len(text) - len(plain) > 1 or not plain.replace(".", "", 1).isdigit():
        raise ValueError(f"“{text}” is not a plain decimal number")
    return to_minor(Decimal(text), currency)


def to_decimal(minor: int, currency: str) -> Decimal:
    """The amount as a Decimal with the currency's decimals."""
    return Decimal(int(minor)).scaleb(-exponent(currency))


def format_minor(minor: int, currency: str) -> str:
    """The amount as a plain decimal text: format_minor(-5, "EUR") == "-0.05"."""
    return f"{to_decimal(minor, currency):f}"


def convert(minor: int, source: str, target: str, rate: Fraction | Decimal) -> int:
    """One posted amount in another currency. `rate` is units of `target` per one unit of `source`.

    Rounds once, half away from zero. Convert first and split afterwards.
    """
    shift = Fraction(10) ** (exponent(target) - exponent(source))
    return round_half_away(Fraction(minor) * Fraction(rate) * shift)


@dataclass(frozen=True)
class Money:
    """An exact amount of one currency. Amounts of two currencies never meet without a dated rate."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)

    @classmethod
    def of(cls, amount: str, currency: str) -> "Money":
        return cls(parse_minor(amount, currency), currency)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return format_minor(self.minor, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added: convert one at a dated rate first")
