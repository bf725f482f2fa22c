"""People who do not exist, drawn from a seed: names, addresses, telephones and mail addresses as eight countries write them.

Names come from Faker's lists (MIT) and a few rare ones of our own; telephones from the ranges that regulators keep for fiction where there are
any (FCC 555-01xx, Ofcom's drama numbers, Arcep, Bundesnetzagentur, ACMA); mail addresses end in .example (RFC 2606).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from faker import Faker

_RARE_FAMILIES = """四十物/アイモノ 御手洗/ミタライ 勅使河原/テシガワラ 五十嵐/イガラシ 長宗我部/チョウソカベ 纐纈/コウケツ 東海林/ショウジ 八月一日/ホズミ
小比類巻/コヒルイマキ 薬師寺/ヤクシジ 城間/シロマ 比嘉/ヒガ 玉城/タマシロ 我那覇/ガナハ 知念/チネン 喜屋武/キャン 髙𠮷/タカヨシ 渡邉/ワタナベ 齋藤/サイトウ 﨑山/サキヤマ
鴨志田/カモシダ 額賀/ヌカガ 蛭田/ヒルタ 綿貫/ワタヌキ 樫村/カシムラ 設楽/シタラ 都築/ツヅキ 印南/インナミ 寒河江/サガエ 越後谷/エチゴヤ 工/タクミ 辻/ツジ 林/ハヤシ 森/モリ 原/ハラ 谷/タニ
南/ミナミ 堤/ツツミ 畠山/ハタケヤマ 桑名/クワナ 米倉/ヨネクラ 伊集院/イジュウイン 錦織/ニシコリ 久米田/クメタ 東/アズマ 曽我/ソガ 生田目/ナマタメ 日下部/クサカベ""".split()
_GIVEN = """大翔/ヒロト 蓮/レン 悠真/ユウマ 陽葵/ヒマリ 凛/リン 紬/ツムギ 和子/カズコ 茂/シゲル 清/キヨシ 節子/セツコ 美咲/ミサキ 翔太/ショウタ 健/ケン 学/マナブ 幸子/サチコ 一/ハジメ 二三男/フミオ
千代子/チヨコ さくら/サクラ ひなた/ヒナタ あかり/アカリ みなみ/ミナミ エリカ/エリカ 龍之介/リュウノスケ 光太郎/コウタロウ 小百合/サユリ 友里恵/ユリエ 心愛/ココア 颯/ハヤテ 樹/イツキ""".split()
_PLACES = """北海道/札幌市北区 北海道/函館市 青森県/弘前市 岩手県/盛岡市 宮城県/仙台市青葉区 秋田県/横手市 山形県/鶴岡市 福島県/いわき市 茨城県/つくば市 栃木県/宇都宮市 群馬県/高崎市 埼玉県/さいたま市浦和区
千葉県/船橋市 東京都/世田谷区 東京都/八王子市 神奈川県/横浜市港北区 神奈川県/藤沢市 新潟県/長岡市 富山県/高岡市 石川県/金沢市 福井県/鯖江市 山梨県/甲府市 長野県/松本市 岐阜県/各務原市 静岡県/浜松市中央区
愛知県/名古屋市千種区 愛知県/豊田市 三重県/四日市市 滋賀県/大津市 大阪府/大阪市北区 大阪府/堺市堺区 兵庫県/神戸市東灘区 兵庫県/西宮市 奈良県/生駒市 和歌山県/田辺市 鳥取県/米子市 島根県/出雲市 岡山県/倉敷市
広島県/広島市安佐南区 山口県/下関市 徳島県/阿南市 香川県/丸亀市 愛媛県/今治市 高知県/四万十市 福岡県/福岡市早良区 福岡県/北九州市小倉北区 佐賀県/唐津市 長崎県/佐世保市 熊本県/八代市 大分県/別府市 宮崎県/延岡市
鹿児島県/霧島市 沖縄県/那覇市 沖縄県/うるま市 長野県/北安曇郡白馬村 埼玉県/秩父郡長瀞町 和歌山県/東牟婁郡那智勝浦町""".split()
_TOWNS = "本町 緑町 栄町 中央 旭町 桜ケ丘 若葉台 大字上野 字西原 東山 南が丘 寿町 新田 元町 港町 八幡町 神明町 城西 泉町 みどり台 日の出町 宮前 朝日 幸町 川原町 大字下条字前田".split()
_HOUSES = "コーポ青葉 ハイツ山田 メゾン・ド・緑 グリーンハイム サンライズ壱番館 県営住宅 パークコート ヴィラ桜 第二富士荘 ロイヤルマンション".split()
_AREAS = "011 022 045 048 052 06 03 075 078 082 092 096 0263 0742 0467 0985 01267".split()
_DIGITS = "〇一二三四五六七八九"
_MAIL = "mail.example post.example home.example inbox.example letters.example jp-mail.example web.example".split()


@dataclass(frozen=True)
class Person:
    """One of them, as a form asks for it."""

    family: str
    given: str
    kana: str
    romaji: str
    birth: date
    postal_code: str
    address: str
    phone: str
    mobile: str
    email: str
    country: str = "ja"
    sex: str = "男"

    @property
    def name(self) -> str:
        """As it is said: family name first in Japan, Korea, Taiwan and China."""
        return f"{self.family} {self.given}" if self.country in {"ja", "ko", "zh"} else f"{self.given} {self.family}"


@cache
def _faker(locale: str) -> Faker:
    return Faker(locale)


def japanese(rng: random.Random) -> Person:
    """Somebody in Japan."""
    fake = _faker("ja_JP")
    fake.seed_instance(rng.random())
    woman = rng.random() < 0.5
    family, family_kana, family_latin = fake.last_name_pair()
    given, given_kana, given_latin = fake.first_name_female_pair() if woman else fake.first_name_male_pair()
    if rng.random() < 0.35:
        family, _, family_kana = rng.choice(_RARE_FAMILIES).partition("/")
        family_latin = "R" + str(len(family_kana))  # never written: lists with romaji draw again
    if rng.random() < 0.35:
        given, _, given_kana = rng.choice(_GIVEN).partition("/")
        given_latin = ""
    return Person(
        family,
        given,
        f"{family_kana} {given_kana}",
        "" if family_latin.startswith("R") or not given_latin else f"{given_latin} {family_latin}",
        birthday(rng),
        f"{rng.randint(1, 99):02}{rng.randint(0, 9)}-{rng.randint(0, 9999):04}",
        japanese_address(rng),
        japanese_phone(rng),
        f"0{rng.choice('789')}0-{rng.randint(1000, 9999)}-{rng.randint(0, 9999):04}",
        f"{fake.user_name()}{rng.choice(['', rng.randint(1, 99)])}@{rng.choice(_MAIL)}",
        sex="女" if woman else "男",
    )


def crowd(rng: random.Random, count: int) -> list[Person]:
    """So many people, no two of one name."""
    people: dict[str, Person] = {}
    while len(people) < count:
        person = japanese(rng)
        people[person.name] = person
    return list(people.values())


def japanese_phone(rng: random.Random) -> str:
    """A line in a house."""
    area = rng.choice(_AREAS)
    exchange = "".join([str(rng.randint(2, 9)), *(str(rng.randint(0, 9)) for _ in range(5 - len(area)))])
    return f"{area}-{exchange}-{rng.randint(0, 9999):04}"


def japanese_address(rng: random.Random) -> str:
    """One of the ways in which offices write it."""
    prefecture, _, city = rng.choice(_PLACES).partition("/")
    town, a, b, c = rng.choice(_TOWNS), rng.randint(1, 9), rng.randint(1, 39), rng.randint(1, 29)
    if rng.random() < 0.06:
        return f"京都府京都市中京区{rng.choice(['寺町通', '烏丸通', '新町通'])}{rng.choice(['御池下る', '三条上る', '四条東入る'])}{rng.choice(['亀屋町', '本能寺前町'])}{b}"
    number = (
        str(b)
        if "字" in town and rng.random() < 0.3
        else rng.choice(
            [
                f"{a}-{b}-{c}",
                f"{a}丁目{b}番{c}号",
                f"{a}丁目{b}-{c}",
                f"{_DIGITS[a]}丁目{b}番地",
                f"{b}番地{c}",
                f"{b}-{c}",
                f"{a}－{b}－{c}",
                f"{b}番地の{c}",
            ]
        )
    )
    number = number.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if rng.random() < 0.1 else number
    house = f"{rng.choice(['', ' ', '　'])}{rng.choice(_HOUSES)}{rng.randint(1, 12)}{rng.randint(0, 9):02}{rng.choice(['', '号室'])}"
    return f"{prefecture if rng.random() < 0.85 else ''}{city}{town}{number}{house if rng.random() < 0.35 else ''}".replace(
        "大字下条字前田一丁目", "大字下条字前田"
    )


def birthday(rng: random.Random) -> date:
    """Of somebody alive."""
    return date(1938, 1, 1) + timedelta(days=rng.randint(0, 25_500))


_PHONES: dict[str, tuple[Callable[[random.Random], str], ...]] = {
    "en_US": (
        lambda r: f"({r.randint(2, 9)}{r.choice('0123456789')}{r.randint(2, 9)}) 555-01{r.randint(0, 99):02}",
        lambda r: f"{r.choice([212, 415, 617, 312, 206])}-555-01{r.randint(0, 99):02}",
    ),
    "en_GB": (
        lambda r: f"020 7946 0{r.randint(0, 999):03}",
        lambda r: f"07700 900{r.randint(0, 999):03}",
        lambda r: f"+44 7700 900{r.randint(0, 999):03}",
    ),
    "de_DE": (lambda r: f"030 23125{r.randint(0, 999):03}", lambda r: f"+49 171 39200{r.randint(0, 99):02}"),
    "fr_FR": (
        lambda r: f"01 99 00 {r.randint(0, 99):02} {r.randint(0, 99):02}",
        lambda r: f"06 39 98 {r.randint(0, 99):02} {r.randint(0, 99):02}",
    ),
    "es_ES": (
        lambda r: f"91 {r.randint(100, 999)} {r.randint(10, 99)} {r.randint(10, 99)}",
        lambda r: f"+34 6{r.randint(10, 99)} {r.randint(100, 999)} {r.randint(100, 999)}",
    ),
    "it_IT": (
        lambda r: f"02 {r.randint(1000000, 9999999)}",
        lambda r: f"+39 34{r.randint(0, 9)} {r.randint(1000000, 9999999)}",
    ),
    "en_AU": (lambda r: f"(02) 5550 {r.randint(0, 9999):04}", lambda r: f"0491 570 {r.randint(0, 999):03}"),
    "en_IN": (
        lambda r: f"+91 9{r.randint(1000, 9999)} {r.randint(10000, 99999)}",
        lambda r: f"98{r.randint(10000000, 99999999)}",
    ),
    "ko_KR": (lambda r: f"010-{r.randint(2000, 9999)}-{r.randint(0, 9999):04}",),
    "zh_TW": (lambda r: f"09{r.randint(10, 89)}-{r.randint(100, 999)}-{r.randint(100, 999)}",),
    "zh_CN": (lambda r: f"13{r.randint(0, 9)} {r.randint(1000, 9999)} {r.randint(1000, 9999)}",),
    "en_SG": (lambda r: f"+65 9{r.randint(100, 999)} {r.randint(1000, 9999)}",),
}


def foreign(rng: random.Random, locale: str) -> Person:
    """Somebody elsewhere."""
    fake = _faker("en_GB" if locale == "en_SG" else locale)
    fake.seed_instance(rng.random())
    woman = rng.random() < 0.5
    given = fake.first_name_female() if woman else fake.first_name_male()
    family = fake.last_name()
    country = {"ko_KR": "ko", "zh_TW": "zh", "zh_CN": "zh"}.get(locale, locale[:2])
    mobile = rng.choice(_PHONES[locale])(rng)
    return Person(
        family,
        given,
        "",
        "",
        birthday(rng),
        fake.postcode(),
        " ".join(fake.address().replace("\n", ", ").split()),
        rng.choice(_PHONES[locale])(rng),
        mobile,
        f"{fake.user_name()}@{rng.choice(_MAIL)}",
        country,
        "F" if woman else "M",
    )
