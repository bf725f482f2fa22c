"""Derives family names, given names, and words that only look like a name, from the dictionaries in Janome and unidic-lite.

    pip install janome==0.5.1 unidic-lite==1.0.8 && python benchmarks/derive_person_names.py

Writes `surnames.txt`, `given_names.words` and `no_persons.words` in `rules/personal/`. Janome carries MeCab's IPADIC (Nara Institute of
Science and Technology, and ICOT; free to use, change and pass on with its notice), unidic-lite UniDic 2.1.2 (The UniDic Consortium;
taken under the BSD licence, of its three).
"""

import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from packed_words import head, write_packed, write_plain

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rules.family_names import plain_form

_KANJI = re.compile("[一-鿿々ヶケノ]{1,4}")
_GIVEN = re.compile("[一-鿿々ぁ-んァ-ヴー]{1,4}")
_KANA = re.compile("[ァ-ヴー]+")
_WORD = re.compile("[一-鿿々ヶケ]{2,6}")
_LONGEST_GIVEN = 3
# Words that cost less than these in a dictionary stood in the texts from which its costs were learnt.
_SEEN_IPADIC, _SEEN_UNIDIC = 7600, 8900
# Names of Okinawa and a few others that neither dictionary has as one; from general knowledge.
_ADDED = "与那覇 東恩納 瑞慶覧 安慶名 備瀬 久高 兼城 呉屋 金良 佐久本 一二三 五十畑 四十物 八月一日 八月朔日 四月一日 月見里 度会 実方 高吉 揚村"
# Given names of the last twenty years, and those in kana of the oldest, that neither has; from general knowledge.
_ADDED_GIVEN = (
    "陽葵 陽翔 陽向 陽咲 陽奈 陽斗 朝陽 結菜 結愛 結月 結翔 結叶 結人 結斗 結心 心春 心愛 心結 心咲 心温 心陽 心寧 心桜 咲良 咲茉 咲希 咲奈 咲月 咲乃 凪咲 凪沙 凪斗 美桜 美結 美空 美羽 美海 美音 芽依 芽生"
    " 莉子 莉央 莉愛 莉奈 莉緒 梨央 梨愛 紗奈 紗良 紗菜 紗希 紗月 彩葉 彩芽 彩羽 彩心 琴葉 琴音 琴美 花音 花菜 花奈 花凛 希空 希実 希帆 楓花 楓香 楓真 楓斗 柚葉 柚希 柚月 柚奈 柚羽 和花 和奏 依茉 依愛 恵茉 愛莉 愛菜 愛奈 優奈"
    " 優菜 優月 優花 優愛 優心 優真 優斗 優翔 杏奈 杏菜 杏樹 杏珠 詩乃 詩音 一花 一華 一颯 一翔 玲奈 玲那 玲央 玲音 玲衣 礼央 怜央 怜奈 怜音 颯太 颯人 颯真 颯汰 颯斗 颯馬 颯介 悠真 悠人 悠斗 悠翔 悠生 悠月 悠乃 大翔 大和 大雅 大耀 湊斗 湊人 湊太 蒼空 蒼太 蒼真 蒼斗"
    " 蒼大 蒼生 蒼士 碧人 碧斗 碧唯 琉生 琉翔 琉斗 琉偉 瑠生 瑠偉 陸斗 陸翔 陸人 瑛太 瑛斗 瑛人 瑛大 瑛翔 叶翔 叶斗 叶人 煌大 煌斗 理人 理央 理久 伊吹 伊織 奏太 奏汰 奏斗 奏人 奏多 奏音 奏羽 晴翔 晴斗 晴人 晴太 晴輝 暖人 朔也 朔太郎 朔久 律希 律斗 律稀 樹生 海翔 海斗 海音 翔真"
    " 翔空 翔大 蓮斗 蓮人 龍生 龍翔 龍之介 虎太郎 凰介 奏介 桜介 絆 紬希 紬葵 茉莉 茉央 茉白 茉奈 澪奈 澪音 羽奏 羽琉 夢叶 夢奈 乃愛 乃々葉 音羽 音葉 華凛 凛花 凛香 凛音 凛子 凜花 凜音 万葉 千紘 千隼 千晴 百花 百華 百音 菜々子 菜々美 七海 七星 奈々 月渚 穂香 穂花 帆花 帆夏 里桜 里紗 里歩"
    " ひまり ひなた ひなの ひより ひかり あかり あさひ いろは いちか いつき えま かんな こころ こはる さくら さな すず すずか すみれ せな そら そうた つむぎ つばさ なぎ なつき なな ののか のあ はな はるか はると はるき ひろと ふうか ふたば ほのか まお まひろ みお みつき みのり めい もえ ゆい ゆいと ゆうと ゆうま ゆづき ゆずは りお りこ りつ りの りん れん わかな"
    " ハナ ハル ハツ ハマ ヒサ ヒデ フク フサ フジ フミ フユ マサ マス マツ ミエ ミキ ミツ ミネ ミヤ ミヨ ムメ モト ヤス ヤエ ユキ ヨシ ヨネ リン ワカ アイ アキ アサ イク イシ イセ イト イネ イマ ウメ エイ エツ エミ カツ カネ カヨ キク キサ キチ キミ キヨ キン クニ クマ クメ クラ コウ コト コマ サカ サキ サク サダ サト サヨ サワ"
    " シゲ シズ シノ シマ シン スエ スギ スズ スミ セイ セツ センコ ソノ タカ タキ タケ タツ タネ タマ タミ タメ チエ チカ チヨ ツギ ツナ ツネ ツヤ ツル テイ テツ テル トキ トク トシ トミ トメ トモ トヨ トラ ナカ ナツ ナミ ナヲ ヌイ ネネ ノブ ノリ"
)  # fmt: skip

_IPADIC = """\
IPADIC: copyright 2000, 2001, 2002, 2003 Nara Institute of Science and Technology; a large portion of the entries originate from ICOT Free
Software, Institute for New Generation Computer Technology. Free to use, copy, change and distribute with this notice, and without any warranty."""


class _Word(NamedTuple):
    surface: str
    speech: str
    cost: int


@dataclass
class _Found:
    families: dict[str, int] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def ipadic() -> Iterator[_Word]:
    """The entries of Janome."""
    from janome import sysdic  # noqa: PLC0415 - installed for this alone

    for surface, _, _, cost, speech, *_ in sysdic.entries().values():
        yield _Word(surface, speech, cost)


def unidic() -> Iterator[_Word]:
    """The entries of unidic-lite's `sys.dic`: behind a head of 72 octets a trie, tokens of 16 octets, features in CSV (MeCab, dictionary.cpp)."""
    octets = (files("unidic_lite") / "dicdir/sys.dic").read_bytes()
    _, _, _, count, _, _, trie, tokens, _, _ = struct.unpack_from("<10I", octets)
    features = 72 + trie + tokens
    for number in range(count):
        _, _, _, cost, at, _ = struct.unpack_from("<HHHhII", octets, 72 + trie + number * 16)
        columns = octets[features + at : octets.index(b"\0", features + at)].decode().split(",")
        if len(columns) > 8:
            yield _Word(columns[8], ",".join(columns[:4]), cost)


def gathered(entries: Iterator[_Word]) -> _Found:
    """The nouns of a dictionary."""
    found = _Found()
    for surface, speech, cost in entries:
        if "人名,姓" in speech:
            if _KANJI.fullmatch(surface):
                found.families[surface] = min(cost, found.families.get(surface, cost))
        elif "人名,名" in speech:
            if _GIVEN.fullmatch(surface) and not _KANA.fullmatch(surface):
                found.given.add(surface)
        elif speech.startswith("名詞") and "人名" not in speech and _WORD.fullmatch(surface):
            (found.places if "地域" in speech or "地名" in speech else found.words).add(surface)
    return found


def families(ipa: _Found, uni: _Found) -> set[str]:
    """All; of one letter those of both, for many are Chinese, or words of every text."""
    names = ipa.families.keys() | uni.families.keys() | set(_ADDED.split())
    return {name for name in names if len(name) > 1 or (name in ipa.families and name in uni.families)}


def usual(ipa: _Found, uni: _Found) -> set[str]:
    """Family names that are enough by themselves: neither a place nor a word, or else seen in the texts of a dictionary."""
    others = ipa.places | ipa.words | uni.places | uni.words
    seen = {name for name, cost in ipa.families.items() if cost < _SEEN_IPADIC}
    seen |= {name for name, cost in uni.families.items() if cost < _SEEN_UNIDIC}
    return {name for name in families(ipa, uni) if name in seen or (len(name) > 1 and name not in others)} | set(
        _ADDED.split()
    )


def look_alikes(ipa: _Found, uni: _Found) -> Iterator[str]:
    """Words that begin with a family name and go on as a given name may; no place that one dictionary alone has, and is a name to the letter."""
    known = ipa.families.keys() | uni.families.keys()
    given = ipa.given & uni.given
    sure = ipa.words | uni.words | (ipa.places & uni.places)
    for word in sure | ipa.places | uni.places:
        cuts = [n for n in range(max(1, len(word) - _LONGEST_GIVEN), len(word)) if word[:n] in known]
        if cuts and (word in sure or not any(word[n:] in given for n in cuts)):
            yield plain_form(word)


def main() -> None:
    """Write the files."""
    ipa, uni = gathered(ipadic()), gathered(unidic())
    about = head(
        "from MeCab-IPADIC as Janome 0.5.1 and UniDic 2.1.2 as unidic-lite 1.0.8 carry them; made by benchmarks/derive_person_names.py.",
        _IPADIC,
        "UniDic:",
        (files("unidic_lite") / "dicdir/BSD").read_text("utf-8").replace("\n\n", "\n"),
    )
    strong = set(map(plain_form, usual(ipa, uni)))
    all_ = set(map(plain_form, families(ipa, uni)))
    sections = (("usual", sorted(strong)), ("also a place or a word", sorted(all_ - strong)))
    write_plain(
        "surnames.txt",
        head("Family names of Japan in kanji, their letters in the form of rules.family_names.plain_form:") + about,
        sections,
    )
    write_packed("given_names.words", head("Given names of Japan, of those in katakana only what the oldest have:") + about, ipa.given | uni.given | set(_ADDED_GIVEN.split()), beginning=1)  # fmt: skip
    write_packed("no_persons.words", head("Words and places that look like family and given name, and are none, in the same form:") + about, look_alikes(ipa, uni), beginning=1)  # fmt: skip


if __name__ == "__main__":
    main()
