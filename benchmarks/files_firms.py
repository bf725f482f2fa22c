"""What harmless files are made of: companies and who stands for them; what was drawn is remembered, for finding it is no mistake."""

import random
from datetime import date, timedelta

from files_persons import Person
from files_persons import japanese as any_person
from files_persons import japanese_address as any_address
from files_persons import japanese_phone as any_phone

GOODS = "六角ボルト 温湿度センサ コピー用紙A4 ステンレス鍋 LED電球 防水シート 電動ドライバ 緑茶ティーバッグ 静電気防止マット 接着剤 作業手袋 延長コード".split()
_FIRMS = "青葉精機 みどり産業 北斗物流 あさひ電設 瀬戸内フーズ 東和システム 大樹建設 ひかり印刷 南洋商会 三日月工業 若松化学 西国運輸".split()


class Noting(random.Random):
    """Remembers whose names, addresses and telephones it drew: they stand in the file, and finding them is no mistake."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.drawn: dict[str, list[str]] = {}

    def note(self, kind: str, *values: str) -> None:
        """Some more."""
        self.drawn.setdefault(kind, []).extend(values)


def japanese(rng: random.Random) -> Person:
    """Somebody who stands for a company, by name or family name."""
    person = any_person(rng)
    if isinstance(rng, Noting):
        rng.note("PERSON", person.name, person.family)
        rng.note("POSTAL_CODE", person.postal_code)
    return person


def japanese_address(rng: random.Random) -> str:
    """Of a company."""
    address = any_address(rng)
    if isinstance(rng, Noting):
        rng.note("ADDRESS", address)
    return address


def japanese_phone(rng: random.Random) -> str:
    """Of a company."""
    phone = any_phone(rng)
    if isinstance(rng, Noting):
        rng.note("PHONE", phone)
    return phone


def firm(rng: random.Random) -> str:
    """A company that does not exist."""
    return rng.choice(("株式会社{}", "{}株式会社", "有限会社{}", "合同会社{}", "(株){}")).format(rng.choice(_FIRMS))


def day(rng: random.Random) -> str:
    """Of these years."""
    return f"{date(2024, 1, 1) + timedelta(days=rng.randint(0, 800)):%Y/%m/%d}"
