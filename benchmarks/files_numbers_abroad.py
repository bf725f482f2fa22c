"""Identity numbers of twelve countries and IBAN, with their check digits, each with the rule it follows."""

import random
from collections.abc import Callable

from files_numbers import LETTERS, some_digits, weighed


def us_ssn(rng: random.Random) -> str:
    """3-2-4; areas 000, 666 and from 900 on are never given."""
    return f"{rng.choice([*range(100, 666), *range(667, 899)])}-{rng.randint(1, 99):02}-{rng.randint(1, 9999):04}"


def uk_nino(rng: random.Random) -> str:
    """HMRC NIM39110."""
    prefix = rng.choice("AB AE CE EB GH HJ JK KL LM MW NX PA RY SC TW WE YZ ZB".split())
    digits, last = some_digits(rng, 6), rng.choice("ABCD")
    return (
        f"{prefix} {digits[:2]} {digits[2:4]} {digits[4:]} {last}" if rng.random() < 0.5 else f"{prefix}{digits}{last}"
    )


def uk_nhs(rng: random.Random) -> str:
    """NHS Data Dictionary, NHS NUMBER: modulus 11."""
    while True:
        digits = some_digits(rng, 9, "4679")
        check = (11 - weighed(digits, range(10, 1, -1)) % 11) % 11
        if check != 10:
            return f"{digits[:3]} {digits[3:6]} {digits[6:]}{check}"


def de_tax(rng: random.Random) -> str:
    """Steuer-Identifikationsnummer (§ 139b AO): one digit twice in the first ten, ISO 7064 mod 11,10."""
    digits = rng.sample("0123456789", 9)
    digits.append(rng.choice(digits))
    rng.shuffle(digits)
    while digits[0] == "0" or any(a == b == c for a, b, c in zip(digits, digits[1:], digits[2:], strict=False)):
        rng.shuffle(digits)
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return f"{''.join(digits)}{(11 - product) % 10}"


def de_pension(rng: random.Random) -> str:
    """Rentenversicherungsnummer (§ 2 VKVV)."""
    born = f"{rng.randint(1, 28):02}{rng.randint(1, 12):02}{rng.randint(40, 99):02}"
    area, letter, serial = rng.choice("10 13 38 50 65".split()), rng.choice(LETTERS), f"{rng.randint(0, 99):02}"
    digits = f"{area}{born}{LETTERS.index(letter) + 1:02}{serial}"
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return f"{area}{born}{letter}{serial}{total % 10}"


def fr_nir(rng: random.Random) -> str:
    """Numéro de sécurité sociale: thirteen digits, key 97 − n mod 97 (décret 82-103)."""
    digits = f"{rng.choice('12')}{rng.randint(40, 99)}{rng.randint(1, 12):02}{rng.randint(1, 95):02}{rng.randint(1, 400):03}{rng.randint(1, 500):03}"
    digits = digits.replace(" ", "")
    key = f"{97 - int(digits) % 97:02}"
    if rng.random() < 0.5:
        return f"{digits[0]} {digits[1:3]} {digits[3:5]} {digits[5:7]} {digits[7:10]} {digits[10:]} {key}"
    return digits + key


def es_dni(rng: random.Random) -> str:
    """DNI and NIE: the letter is the number mod 23 (Real Decreto 1553/2005)."""
    foreign = rng.choice(("", "", "X", "Y"))
    digits = some_digits(rng, 7 if foreign else 8, "123456789")
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[int({"": "", "X": "0", "Y": "1"}[foreign] + digits) % 23]
    return f"{foreign}{digits}{rng.choice(['', '-'])}{letter}"


_ODD = dict(
    zip(
        "0123456789" + LETTERS,
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip


def it_fiscal(rng: random.Random) -> str:
    """Codice fiscale (D.M. 23 dicembre 1976)."""
    name = "".join(rng.choices("BCDFGLMNPRSTVZ", k=6))
    code = f"{name}{rng.randint(40, 99)}{rng.choice('ABCDEHLMPRST')}{rng.choice([rng.randint(1, 28), rng.randint(41, 68)]):02}{rng.choice('FHLA')}{rng.randint(100, 899)}"
    total = sum(_ODD[c] for c in code[::2]) + sum(int(c) if c.isdigit() else LETTERS.index(c) for c in code[1::2])
    return f"{code}{LETTERS[total % 26]}"


def kr_rrn(rng: random.Random) -> str:
    """주민등록번호: weights 2 to 9 and 2 to 5, mod 11."""
    digits = (
        f"{rng.randint(50, 99)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{rng.choice('12')}{some_digits(rng, 5)}"
    )
    check = (11 - weighed(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return f"{digits[:6]}-{digits[6:]}{check}"


def tw_id(rng: random.Random) -> str:
    """身分證字號: the letter is two digits, weights 1 9 8 … 1, mod 10."""
    codes = "10 11 12 13 14 15 16 17 34 18 19 20 21 22 35 23 24 25 26 27 28 29 32 30 31 33".split()
    letter, digits = rng.choice("ABCDEFGHJKNPQT"), rng.choice("12") + some_digits(rng, 7)
    total = weighed(codes[LETTERS.index(letter)] + digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1))
    return f"{letter}{digits}{-total % 10}"


def cn_id(rng: random.Random) -> str:
    """公民身份号码 (GB 11643-1999; ISO 7064 mod 11-2)."""
    area = rng.choice("110105 310101 440305 510104 330106".split())
    digits = f"{area}{rng.randint(1950, 2004)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}{some_digits(rng, 3)}"
    return digits + "10X98765432"[weighed(digits, [2 ** (17 - i) % 11 for i in range(17)]) % 11]


def sg_nric(rng: random.Random) -> str:
    """NRIC and FIN: weights 2 7 6 5 4 3 2."""
    kind, digits = rng.choice("STFG"), some_digits(rng, 7)
    total = weighed(digits, (2, 7, 6, 5, 4, 3, 2)) + (4 if kind in "TG" else 0)
    return f"{kind}{digits}{('JZIHGFEDCBA' if kind in 'ST' else 'XWUTRQPNMLK')[total % 11]}"


def au_tfn(rng: random.Random) -> str:
    """Tax file number: weights 1 4 3 7 5 8 6 9 10, mod 11."""
    while True:
        digits = some_digits(rng, 9, "123456789")
        if weighed(digits, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0:
            return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def au_medicare(rng: random.Random) -> str:
    """Medicare card: weights 1 3 7 9 1 3 7 9, mod 10, then the issue."""
    digits = some_digits(rng, 8, "23456")
    return f"{digits[:4]} {digits[4:]}{weighed(digits, (1, 3, 7, 9, 1, 3, 7, 9)) % 10} {rng.randint(1, 9)}"


_FIVE = ((1, 5, 7, 6, 2, 8, 3, 0, 9, 4),)


def _verhoeff(digits: str) -> int:
    """The check digit after Verhoeff: the dihedral group of ten, the digits permuted by their place."""

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
        return 5 + (a - b) % 5 if b < 5 else (a - b) % 5

    permuted = [list(range(10))]
    for _ in range(7):
        permuted.append([permuted[-1][_FIVE[0][i]] for i in range(10)])
    check = 0
    for place, digit in enumerate(reversed(digits), 1):
        check = times(check, permuted[place % 8][int(digit)])
    return next(d for d in range(10) if times(check, d) == 0)


def in_aadhaar(rng: random.Random) -> str:
    """UIDAI: twelve digits, the first from 2 on, Verhoeff."""
    digits = some_digits(rng, 11, "23456789")
    number = f"{digits}{_verhoeff(digits)}"
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def in_pan(rng: random.Random) -> str:
    """Permanent account number of a person: the fourth letter is P."""
    return f"{''.join(rng.choices(LETTERS, k=3))}P{rng.choice(LETTERS)}{some_digits(rng, 4)}{rng.choice(LETTERS)}"


def iban(rng: random.Random, country: str = "") -> str:
    """ISO 13616, mod 97."""
    country = country or rng.choice(("DE", "FR", "ES", "IT", "GB", "NL"))
    account = {
        "DE": some_digits(rng, 18, "1234567"), "FR": some_digits(rng, 23), "ES": some_digits(rng, 20),
        "IT": f"{rng.choice(LETTERS)}{some_digits(rng, 22)}", "GB": f"NWBK{some_digits(rng, 14)}", "NL": f"ABNA{some_digits(rng, 10)}",
    }[country]  # fmt: skip
    number = int("".join(str(int(c, 36)) for c in f"{account}{country}00"))
    whole = f"{country}{98 - number % 97:02}{account}"
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4)) if rng.random() < 0.7 else whole


FOREIGN: dict[str, tuple[tuple[str, str, Callable[[random.Random], str]], ...]] = {
    "en_US": (("US_SSN", "SSN", us_ssn),),
    "en_GB": (("UK_NINO", "NI Number", uk_nino), ("UK_NHS", "NHS No.", uk_nhs)),
    "de_DE": (("DE_TAX_ID", "Steuer-ID", de_tax), ("DE_PENSION", "Rentenversicherungsnummer", de_pension)),
    "fr_FR": (("FR_NIR", "N° Sécurité sociale", fr_nir),),
    "es_ES": (("ES_DNI", "DNI/NIE", es_dni),),
    "it_IT": (("IT_FISCAL_CODE", "Codice fiscale", it_fiscal),),
    "ko_KR": (("KR_RRN", "주민등록번호", kr_rrn),),
    "zh_TW": (("TW_ID", "身分證字號", tw_id),),
    "zh_CN": (("CN_ID", "身份证号码", cn_id),),
    "en_SG": (("SG_NRIC", "NRIC/FIN", sg_nric),),
    "en_AU": (("AU_TFN", "TFN", au_tfn), ("AU_MEDICARE", "Medicare No.", au_medicare)),
    "en_IN": (("IN_AADHAAR", "Aadhaar No.", in_aadhaar), ("IN_PAN", "PAN", in_pan)),
}
