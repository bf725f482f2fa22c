"""Bank account in Japan: the number behind its kind or label beside bank and branch, or symbol and number of Japan Post; with a name each."""

import re
from collections.abc import Iterator

from rules.personal.context import words
from rules.personal.labels import bare, label, labelled
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
ENOUGH = 2  # one is an invoice
KIND = Kind("口座番号", "bank account number", "bank account numbers", Leak.COSTS_MONEY)
NEEDS_NAME = True
LABEL = label(
    *("口座番号", "口座No", "口座", "振込先", "口番", "貯金番号", "通帳番号", "bank account", "account (?:no|num)", r"bank_?account"),
    signs="銀行 支店 金庫 口座 振込先 口番 預金 貯金 通帳 普通 当座 ゆうちょ bank acco", columns=r"^(?:口座番号|口座|預金番号)|account",
)  # fmt: skip
SIGNS = LABEL.signs
_BANK = words(
    "銀行",
    "信用金庫",
    "信金",
    "信用組合",
    "信組",
    "農協",
    "漁協",
    "労金",
    "労働金庫",
    "支店",
    "店番",
    "店名",
    "店舗",
    "金融機関",
    "ゆうちょ",
    "名義",
    "bank",
    "branch",
)
# 全国銀行協会: kind of deposit, then seven digits; eight where the branch's check digit was kept.
_BEHIND_KIND = re.compile(
    r"(?:普通?|当座?|貯蓄?|総合)(?:預金|貯金)?(?:口座)?[ )\]]{0,2}(?:口座番号|口座|番号|No\.?)?[\s:.,、/・\t]{0,4}(\d{3}[ -]?\d{4}|\d{8})(?![0-9A-Za-z-])"
)
_NUMBER = re.compile(r"(?<![0-9A-Za-z.-])(?:\d{3}[ -]?\d{4}|\d{8})(?![0-9A-Za-z-])")
_CUT_SHORT = re.compile(r"(?<![^\t\n])[1-9]\d{3,5}(?![^\t\n])")
# ゆうちょ銀行: symbol of five digits 1…0, number of up to eight that ends in 1.
_POST = re.compile(r"(?<![0-9A-Za-z.-])1\d{3}0(?:-?\d)?[\s\t・/-]{1,3}(?:番号)?[\s:]{0,2}\d{1,7}1(?![0-9A-Za-z-])")
_POST_WORDS = words("ゆうちょ", "郵便局", "郵貯", "貯金", "記号")
_NEAR, _LENGTH = 120, 7


def find(scan: Scan) -> Iterator[Hit]:
    """Numbers of accounts as seven digits, without bank and branch."""
    seen: set[int] = set()
    for start, value in (*_labelled(scan), *_behind_kind(scan), *_of_post(scan)):
        if start not in seen:
            seen.add(start)
            yield Hit(start, value)


def _labelled(scan: Scan) -> Iterator[tuple[int, str]]:
    for found in labelled(scan, _NUMBER, LABEL, reach=60):
        if LABEL.names(scan.column(found.start())) or scan.near(_BANK, found.start(), found.end(), _NEAR, 20):
            yield found.start(), bare(found[0])
    if any(_BANK.search(name) for name in scan.header):
        for found in labelled(scan, _CUT_SHORT, LABEL, column_only=True):
            yield found.start(), found[0].zfill(_LENGTH)


def _behind_kind(scan: Scan) -> Iterator[tuple[int, str]]:
    for found in _BEHIND_KIND.finditer(scan.text):
        if scan.near(_BANK, found.start(), found.end(), _NEAR, 0):
            yield found.start(1), bare(found[1])


def _of_post(scan: Scan) -> Iterator[tuple[int, str]]:
    for found in _POST.finditer(scan.text):
        if scan.near(_POST_WORDS, found.start(), found.end(), _NEAR, 0):
            yield found.start(), "".join(filter(str.isdecimal, found[0]))


EXAMPLES = (
    Sample("in a sentence", (("振込先：みずほ銀行 渋谷支店 普通 1234567 ヤマダ タロウ",),), ("1234567",)),
    Sample("in brackets, full width", (("三井住友銀行　本店　（普）１２３４５６７",),), ("1234567",)),
    Sample("under its column", (("山田", "千葉銀行", "855", "普通", "7127357"), ("鈴木", "千葉銀行", "012", "当座", "34567")), ("7127357", "0034567"), ("氏名", "銀行名", "支店コード", "種別", "口座番号")),
    Sample("Japan Post", (("ゆうちょ銀行 記号 10120 番号 12345671",), ("ゆうちょ 10120-12345671",)), ("1012012345671", "1012012345671")),
    Sample("with a dash", (("○○信用金庫 本店 口座番号 123-4567",),), ("1234567",)),
    Sample("a postal code, a telephone", (("振込先銀行の支店 〒123-4567 電話 0312345678",),)),
    Sample("no bank", (("普通 1234567 件",),)),
    Sample("a customer's number", (("口座振替のお客様番号：顧客番号 1234567",),)),
)  # fmt: skip
