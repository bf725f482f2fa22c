"""Lines of a cell as one: addresses and numbers that were cut stay whole, words and two numbers below one another stay apart."""

import pytest

from mail.text_of._joined import joined


@pytest.mark.parametrize(
    "pieces",
    ["atsushi|63@web|.example", "hayashi|kana19@|mail.ex|ample", "taro.yamada|@mail.example", "taro.yamada@|mail.example", "taro.yamada@hom|e.example", "taro@inbox|.example", "taro@inbox.ex|ample",
     "takahashiryosuk|e48@letters.exa|mple", "a.b@jp|-mail.example", "2006/1|2/12", "090|-1234|-5678", "082(42|1)8801", "1234567890|12", "H10.9.|23"],
)  # fmt: skip
def test_what_was_cut_is_whole(pieces: str) -> None:
    assert joined(pieces.split("|")) == pieces.replace("|", "")


@pytest.mark.parametrize(
    "pieces",
    ["03-1111-2222|090-1111-2222", "a@b.example|Tokyo", "a@b.example|c@d.example", "E-mail|a@b.example", "Room 12|3 High Street", "Tokyo|100", "a@b.co.jp|x"],
)  # fmt: skip
def test_what_is_not_one_stays_apart(pieces: str) -> None:
    assert joined(pieces.split("|")) == pieces.replace("|", " ")
