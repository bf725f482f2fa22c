"""Places of work: whether a row is of an office, a shop or a company, whose telephone and address are nobody's."""

import re

_PLACE = re.compile(
    r"(?:支店|営業所|本社|支社|本店|工場|センター|出張所|事業所|事務所|支局|支所|店舗|売場|オフィス|研究所|倉庫|物流|病院|医院|クリニック|薬局|学校|保育園|幼稚園|役所|役場|図書館|公民館|ホテル|旅館|店(?<=[^\W\d_]店))(?![^\s\t\n、,。/|()「」:]{2})"
    r"|株式会社|有限会社|合同会社|(?:社団|財団|医療|学校|社会福祉|宗教|特定非営利活動)法人|\([株有]\)|㈱|㈲"
    r"|\b(?:Inc|Ltd|LLC|Corp|GmbH|S\.?A\.?R\.?L|S\.p\.A|B\.V|Co)\b\.?|\b(?:Branch|Head [Oo]ffice|Headquarters|Office|Store|Plant|Warehouse|Factory|Clinic|Hospital|Hotel|School)\b"
)


def names_a_place_of_work(text: str) -> bool:
    r"""Whether one is named.

    >>> names_a_place_of_work("福岡支店\\t092-123-4567"), names_a_place_of_work("山田\\t092-123-4567")
    (True, False)
    """
    return _PLACE.search(text) is not None
