import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import charset, charset_jis

TEXT = "髙橋①㈱ 東京都千代田区 カタカナとひらがな、漢字。"
PLAIN = "高橋 東京都千代田区 カタカナとひらがな、漢字。"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp932"])
@pytest.mark.parametrize("declared", ["", "us-ascii", "x-nobody"])
def test_text_is_read_whatever_was_declared(codec: str, declared: str) -> None:
    assert charset.decode(TEXT.encode(codec), declared) == (TEXT, True)


@pytest.mark.parametrize("codec", ["euc-jp", "iso-2022-jp", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_text_without_a_mark_is_guessed(codec: str) -> None:
    long = ("name,tel\n" if "utf" in codec else "") + PLAIN * 3
    assert charset.decode(long.encode(codec)) == (long, True)


def test_a_declared_shift_jis_means_cp932() -> None:
    assert charset.decode(TEXT.encode("cp932"), "Shift_JIS") == (TEXT, True)


def test_iso_2022_jp_with_extensions_is_read_by_way_of_cp932() -> None:
    # ① is row 13 of NEC: 2D 21; ㈱ is 2D 6A; half-width katakana by ESC ( I.
    assert charset.decode(b"\x1b$B\x2d\x21\x2d\x6a\x1b(Babc\r\n", "iso-2022-jp") == ("①㈱abc\r\n", True)
    assert charset.decode(b"\x1b$B\x2d\x21\x1b(I1\x1b(B", "iso-2022-jp") == ("①ｱ", True)


def test_euc_jp_with_extensions_is_read_by_way_of_cp932() -> None:
    assert charset.decode(b"\xad\xa1\xad\xea\x8e\xb1 a", "euc-jp") == ("①㈱ｱ a", True)


@given(st.text(alphabet=PLAIN + "abc\n", min_size=1, max_size=40))
def test_each_pair_of_jis_is_the_same_in_every_encoding(text: str) -> None:
    assert charset_jis.jis_by_cp932(text.encode("iso-2022-jp")) == text
    assert charset_jis.euc_extended(text.encode("euc-jp")) == text


def test_codecs_of_python_that_are_no_charsets_are_refused() -> None:
    for name in ("zlib", "base64", "rot13", "unicode_escape", "idna", "x-nobody"):
        assert charset.unknown(name), name
    assert not charset.unknown("")
    assert not charset.unknown("ISO-8859-1")


def test_western_text_is_read_as_windows_1252() -> None:
    assert charset.decode("Müller – Straße".encode("cp1252"), "iso-8859-1") == ("Müller – Straße", True)
    assert charset.decode(("plain words " * 10 + "Müller").encode("cp1252"))[0].endswith("Müller")


def test_octets_that_fit_nothing_are_damage_only_where_they_are_many() -> None:
    text, sure = charset.decode(b"\xff\xfe\xfd\x80\x81" * 50)
    assert not sure or "\ufffd" not in text
    cut = charset.decode((PLAIN * 5).encode()[:-1], "utf-8")
    assert charset.lost_by(cut[0], sure=cut[1]) == ()
    assert charset.lost_by("\ufffd" * 10, sure=False)[0].reason == "damaged"


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "utf-8", "shift_jis", "iso-2022-jp", "euc-jp", "utf-7", "utf-16", "big5", "hz"]),
)
def test_any_octets_are_text(data: bytes, declared: str) -> None:
    text, sure = charset.decode(data, declared)
    assert isinstance(text, str)
    assert sure or "\ufffd" in text


def test_dashes_of_codecs_and_keyboards_are_one() -> None:
    assert charset.plain_dashes("03−1234－5678‐9") == "03-1234-5678-9"
    assert charset.plain_dashes("nothing") == "nothing"


@pytest.mark.parametrize(
    "text",
    [
        "Prénom;Téléphone;Adresse\r\nHélène Lefèvre;01 42 68 53 00;12 rue de l\u2019Église, Orléans\r\n",
        "Name;Straße\r\nJürgen Groß;Königstraße 4, Köln\r\nBjörn Müller;Am Bühl 3\r\n",
        "Teléfono\tCañada\r\nToño Palomares\tCastellón\r\n",
        "«\xa0Où êtes-vous ?\xa0» – à Besançon",
    ],
)
def test_western_text_without_a_name_of_its_charset_is_not_japanese(text: str) -> None:
    assert charset.decode(text.encode("cp1252")) == (text, True)


@pytest.mark.parametrize("text", ["髙﨑 太郎", "瀧 亮", "ﾔﾏﾀﾞ ﾀﾛｳ", "a 﨑 b 東", "姓,名\r\n蓮沼,翔\r\n", "テスト"])
def test_japanese_text_stays_japanese(text: str) -> None:
    assert charset.decode(text.encode("cp932")) == (text, True)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("성명,휴대전화\n김민준,010-1234-5678\n이서연,010-2345-6789\n황보수빈,010-3456-7890\n", "cp949"),
        ("姓名,手机号,地址\n张伟,13812345678,杭州市西湖区文三路\n周雪梅,13912345678,徐州市\n", "gb18030"),
    ],
)
def test_text_of_the_neighbours_is_read_though_its_octets_would_be_japanese_too(text: str, codec: str) -> None:
    assert charset.decode(text.encode(codec)) == (text, True)


@pytest.mark.parametrize(
    "text", ["氏名,住所\n髙橋 龍之介,東京都\n", "神奈川県横浜市鶴見区 渡辺 雄一 齋藤 隆 山本 学 佐藤 翔\n"]
)
def test_japanese_without_kana_stays_japanese(text: str) -> None:
    usual = text.replace("髙", "高")
    assert charset.decode((usual * 4).encode("euc-jp")) == (usual * 4, True)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("declared", ["", "utf-16", "us-ascii"])
def test_wide_text_whose_line_ends_a_program_completed_is_read(codec: str, declared: str) -> None:
    text = "name,tel\nyamada,090-1234-5678\nsato,090-1234-5679\n"
    assert charset.decode(text.encode(codec).replace(b"\n", b"\r\n"), declared) == (text, True)


def test_chinese_with_letters_of_gbk_alone_is_read() -> None:
    text = "姓名,身份证号码,手机号码\n王小明,330106195405024290,13781103883\n張偉,330106199909141536,13984644196\n楊麗華,1,2\n"
    assert charset.decode(text.encode("gb18030")) == (text, True)


def test_damaged_japanese_is_not_taken_for_chinese() -> None:
    damaged = ("氏名,住所\n" + "山田太郎,東京都千代田区丸の内\n" * 5).encode("cp932") + b"\x82\n"
    assert "山田太郎" in charset.decode(damaged)[0]


def test_two_accented_letters_side_by_side_are_western() -> None:
    text = "Nombre;Teléfono\nOlalla Ordóñez;1\nNicanor Cárdenas;2\n"
    assert charset.decode(text.encode("latin-1")) == (text, True)
