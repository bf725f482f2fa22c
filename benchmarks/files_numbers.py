"""Numbers that belong to one person, with their check digits, and numbers that look like them and belong to nobody.

Each is drawn at random; the check digits follow the published rules, cited at each, and were written down here a second time on purpose: a mistake in
the product's own arithmetic shows as a number that is missed.
"""

import random
from collections.abc import Sequence
from itertools import cycle

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def some_digits(rng: random.Random, count: int, first: str = "0123456789") -> str:
    """So many of them."""
    return rng.choice(first) + "".join(rng.choices("0123456789", k=count - 1))


def weighed(digits: str, weights: Sequence[int]) -> int:
    """The sum of the digits times their weights."""
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def luhn(digits: str) -> str:
    """With its check digit (ISO/IEC 7812-1 annex B)."""
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(reversed(digits), cycle((2, 1)), strict=False))
    return f"{digits}{-total % 10}"


def _eleven(total: int) -> int:
    return 0 if total % 11 <= 1 else 11 - total % 11


def my_number(rng: random.Random) -> str:
    """平成26年総務省令第85号 第5条."""
    digits = some_digits(rng, 11)
    return f"{digits}{_eleven(weighed(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)))}"


def driver_licence(rng: random.Random) -> str:
    """Prefecture, year, serial, check digit (not published officially), times lost."""
    digits = rng.choice("10 20 30 40 43 45 50 54 60 62 72 90 97".split()) + some_digits(rng, 8)
    return f"{digits}{_eleven(weighed(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)))}{rng.choice('0001')}"


def resident_code(rng: random.Random) -> str:
    """住民票コード: ten digits and one to check them (平成11年自治省令第35号)."""
    digits = some_digits(rng, 10, "123456789")
    return f"{digits}{_eleven(weighed(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)))}"


def passport(rng: random.Random) -> str:
    """Two letters, seven digits."""
    return f"{rng.choice('TM')}{rng.choice('KRSZGH')}{some_digits(rng, 7)}"


def residence_card(rng: random.Random) -> str:
    """Two letters, eight digits, two letters."""
    return f"{''.join(rng.choices('ABFGHLSTU', k=2))}{some_digits(rng, 8)}{''.join(rng.choices('ABCDEFGH', k=2))}"


def pension(rng: random.Random) -> str:
    """基礎年金番号: four digits, six digits."""
    return f"{some_digits(rng, 4, '123456789')}-{some_digits(rng, 6)}"


def employment_insurance(rng: random.Random) -> str:
    """雇用保険被保険者番号: 4-6-1."""
    return f"{some_digits(rng, 4, '123456789')}-{some_digits(rng, 6)}-{rng.randint(0, 9)}"


def insurer(rng: random.Random) -> str:
    """保険者番号: eight digits, the last checks the others (厚生労働省 保険者番号等の設定要領)."""
    return luhn(rng.choice(["0113", "0612", "0613", "3113", "3213"]) + some_digits(rng, 3))


def card(rng: random.Random) -> str:
    """A payment card by the issuers' ranges."""
    first, length = rng.choice((("4", 16), ("52", 16), ("3541", 16), ("37", 15), ("5105", 16), ("36", 14)))
    return luhn(first + some_digits(rng, length - len(first) - 1))


def corporate(rng: random.Random) -> str:
    """法人番号: check digit first (平成26年財務省令第70号)."""
    digits = some_digits(rng, 12, "123456789")
    return f"{9 - weighed(digits[::-1], (1, 2) * 6) % 9}{digits}"


def ean13(rng: random.Random, prefix: str = "49") -> str:
    """JAN, EAN, ISBN: weights 1 and 3, mod 10."""
    digits = prefix + some_digits(rng, 12 - len(prefix))
    return f"{digits}{-weighed(digits, (1, 3) * 6) % 10}"
