"""Attachment claims: whether a text says that something is attached to this mail; what is denied, promised, asked or past is no claim."""

import re

_SENTENCE = re.compile(r"(?<=[。!?\n])|(?<=\.)[ \t]+")
_LATIN = ("ttach", "nclos", "TTACH", "NCLOS")
_KANJI = {"添": ("添付", "添附", "別添"), "封": ("同封",)}
"""One letter is looked for many times as fast as two."""

_FILES = (
    r"(?:ファイル|資料|書類|文書|データ|図面?|写真|画像|エクセル|ワード|パワーポイント|excel|word|pdf|ppt|zip|見積|請求|注文|納品|案内|申[込請]|地図|議事録"
    r"|報告|契約|名簿|一覧|リスト|表|スケジュール|日程|シート|フォーム|様式|用紙|原稿|提案|企画|仕様|手順|マニュアル|レジュメ|履歴書|もの|内容|通り|とおり)"
)
_LOOK = (
    r"(?:確認|覧|参照|参考|査収|高覧|お?目通し|送付|お?送|記入|検討|返送|納め|受け取|ダウンロード|印刷|精査|校正|提出)"
)
_JA_CLAIM = re.compile(
    r"添[付附](?:いた(?:し|して)|致し|し(?:ます|まし|て(?:おり|い|あり|お送|ご?連絡|送)|た(?:ので|もの|ファイル|資料)|、)|させて|申し上げ|にて|の(?:とおり|通り|上|うえ))"
    rf"|添[付附]の?{_FILES}[^。]{{0,40}}?(?:ご?{_LOOK}|いたします|致します)"
    rf"|添[付附](?:を|で|にて|ご|、)[^。]{{0,8}}?{_LOOK}"
    r"|[\[(【<]添[付附](?:ファイル|資料|あり)?[0-9]{0,2}[\])】>]|\A添[付附](?:ファイル|資料)?\s{0,3}[0-9]{0,2}\s{0,3}:"
    rf"|別添(?:の?{_FILES}|を)[^。]{{0,40}}?{_LOOK}|別添(?:いたし|致し|しま)"
    rf"|同封(?:の|した|いたしました|致しました)(?:ファイル|データ|pdf|zip|エクセル|excel)[^。]{{0,40}}?{_LOOK}"
)
_JA_NONE = re.compile(
    # Nothing is attached, or it could not be.
    r"添[付附](?:ファイル|資料|書類|物)?(?:は|が|も|を)?(?:ご(?:ざ|座)|あり(?:ません|ませんで)|な(?:し|く|い|か)|無|ナシ|不要|せず|しな|しませ|していな|していませ|しておりませ"
    r"|でき(?:な|ず|ませ)|出来(?:な|ず|ませ)|され(?:て(?:いな|いませ|おりませ)|ず|ませ)|漏れ|もれ|忘れ|抜け|見当たら|開[きけ]|受け取れ|届い)"
    # Somebody else attached it, or is to attach something.
    r"|添[付附](?:して|の(?:上|うえ)[^。]{0,20})?(?:い?ただ[いきけ]|頂|下さ|くださ|もら|願|ほし|欲し|をお?願|のお願)|添[付附]して(?:お?送|ご返)[^。]{0,6}(?:くだ|下さ|いただけ|頂け|願)"
    r"|(?:いただ[いき]|頂い|くださ[いっ]|下さ[いっ]|届い|受け取っ|受領し|貴社の|御社の)[^。]{0,12}添[付附]"
    r"|添[付附][^。]{0,24}?(?:拝見|拝受|拝読|受領|受け取り|ありがと|有難|有り難|確認(?:し(?:まし|た|てお)|いたしまし|致しまし|でき(?:まし|た)|済|させていただきまし)|見ました)"
    # Another time, another mail.
    r"|(?:後ほど|のちほど|後日|追って|別途|次回|明日|来週|別メール|別便|準備(?:が|の)?でき次第|出来次第|でき次第)[^。]{0,40}添[付附]"
    r"|添[付附][^。]{0,24}?(?:後ほど|のちほど|後日|追って|別途|別メール|別便|次のメール|する予定|予定です)"
    r"|(?:先日|前回|先ほど|先程|先刻|昨日|先週|以前|前の|前便|前述|過去|当時)[^。]{0,40}添[付附](?!いたします|致します|します)"
    # Of attaching as such.
    r"|添[付附](?:ファイル)?の?(?:サイズ|容量|上限|制限)|添[付附](?:する|できる|可能|でき(?:ます|る)|方法|サイズ|容量|形式|制限|欄|機能|すれば|しても|してもよ|が必要|義務|書類一覧|メモリ|文書規程|率)"
    r"|添[付附][^。]{0,30}?(?:でしょうか|ですか|ますか|ませんか|か\?)"
)
_NOUNS = (
    r"(?:file|document|report|invoice|quote|quotation|pdf|spreadsheet|sheet|presentation|slides?|photos?|pictures?|images?|contract|agreement|proposal|form|copy|list"
    r"|draft|schedule|agenda|minutes|resume|cv|letter|memo|zip|doc|docx|xlsx?|data|drawings?|plan|order|notes?|version|summary|paper|patch|screenshot)s?"
)
_EN_CLAIM = re.compile(
    r"\b(?:please|pls|kindly|you will|you'll|you can)\s(?:\w+\s){0,2}?(?:find|see|review|check|open|refer to|look at|have a look at|note|read|consult|use|sign|complete|fill (?:in|out))\s"
    r"(?:(?:the|my|our|this|a|an|in the|to the)\s){0,2}?(?:\w+\s){0,3}?(?:attached|attachments?|enclosed|enclosures?)\b"
    r"|\b(?:see|find|cf\.?) (?:the )?(?:attached|enclosed|attachments?)\b(?! by\b)"
    r"|\bi(?:'m| am|'ve| have)? (?:also |now |just |hereby )?(?:attached|attaching|enclosed|enclosing|attach|enclose)\b"
    r"|\bwe(?:'re| are|'ve| have)? (?:also |now |hereby )?(?:attached|attaching|enclosed|enclosing|attach|enclose)\b"
    r"|\b(?:is|are) (?:attached|enclosed)(?: (?:to|with|in) this (?:e-?mail|mail|message)| here(?:with|to)?| for your| as an?\b| in (?:pdf|word|excel)|[.,;!]|$)"
    r"|\A(?:- |\* )?(?:attached|enclosed|herewith)(?: herewith)? (?:please|is|are|you|find|herewith|to this (?:e-?mail|mail|message))\b"
    rf"|\b(?:i|we)(?:'ll| will|'m| am|'re| are)? (?:send(?:ing)?|forward(?:ing)?|submit(?:ting)?)\b[^.]{{0,40}}?\b(?:the )?attached {_NOUNS}"
    r"|\bas an attachment (?:to this|herewith)"
)
_EN_NONE = re.compile(
    r"\b(?:no|not|without|never|cannot|any|unsolicited|n't|didn't|don't|isn't|forgot(?:ten)? to|unable to|which|who)\s(?:\w+\s){0,2}?(?:attach|enclos)|n't (?:\w+\s){0,2}?(?:attach|enclos)"
    r"|\b(?:you|he|she|they)(?:'ve| have| had|'d)? (?:just |already |kindly )?(?:attach|enclos)ed\b|\b(?:your|his|her|their) (?:\w+ )?(?:attached|attachments?|enclosures?)\b"
    r"|\b(?:i|we|it)(?:'ll| will| shall| would|'d| can| could| may| might| should)\s(?:\w+\s){0,2}?(?:be )?(?:attach|enclos)"
    r"|\b(?:going|need|want|try|tried|how|able|remember|wanted|like) to (?:\w+\s)?(?:attach|enclose)"
    r"|\b(?:could you|can you|would you|please) (?:\w+\s){0,3}?(?:attach|enclose)\b"
    r"|\b(?:if|when|whenever|unless|whether) (?:\w+\s){0,3}?(?:attach(?:ed|ments?)?|enclosed?)\b"
    r"|\battached? (?:[\w-]+ ){0,3}?to (?!this (?:e-?mail|mail|message)|the (?:e-?mail|mail|message)\b|you\b)"
    r"|\b(?:previous(?:ly)?|earlier|yesterday|last (?:e-?mail|mail|message|week|time)|original(?:ly)? (?:e-?mail|mail|message))\b"
    r"|\b(?:later|tomorrow|separate (?:e-?mail|mail|message)|separately|next (?:e-?mail|mail|message)|to follow|follow-up)\b"
    r"|\b(?:thanks?|thank you|got|received|looked at|reviewed|read|opened) (?:\w+\s){0,4}?(?:attach|enclos)"
    r"|\b(?:attached|enclosed|pasted|included) (?:\w+\s){0,2}?below\b|\bbelow\b[^.]{0,20}\battached|\?\s*\Z"
)


def may_claim(text: str) -> bool:
    """Whether one of the words is in it; cheap."""
    if any(map(text.__contains__, _LATIN)):
        return True
    if text.isascii():
        return False
    return any(letter in text and any(word in text for word in words) for letter, words in _KANJI.items())


def claims(text: str) -> str:
    """What an own text says: "clear", "mention" (something of an attachment, perhaps of another one), or ""."""
    said = ""
    for sentence in map(str.lower, _SENTENCE.split(text)):
        if not may_claim(sentence) or _JA_NONE.search(sentence) or _EN_NONE.search(sentence):
            continue
        if _JA_CLAIM.search(sentence) or _EN_CLAIM.search(sentence):
            return "clear"
        said = "mention"
    return said
