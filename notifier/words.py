"""Words: how times, numbers and kinds of data are said to people, and how foreign text is kept from speaking for us."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from rules.personal import kinds

LONGEST_SUBJECT = 200
LONGEST = 1000
_PATTERNS = {"ja": "M月d日（E）HH:mm", "en": "EEE d MMM, HH:mm"}
_DAYS = {"ja": "y年M月d日（E）", "en": "EEE d MMM y"}
_MOMENTS = {"ja": "y年M月d日（E）HH:mm", "en": "EEE d MMM y, HH:mm"}
_ELLIPSIS = "…"
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_UNSEEN = frozenset({"Cf", "Cn", "Co", "Cs"})

ALARMS: Mapping[str, Mapping[str, str]] = {
    "notice-failed": {
        "ja": "お知らせを送れませんでした。",
        "en": "A notice could not be sent.",
    },
    "own-fault": {
        "ja": "メールの内容を読み取れない状態が続いたため、受け付けを一時的に断っています（451）。",
        "en": "Messages cannot be read at the moment, so new ones are deferred (451).",
    },
    "stray-domain": {
        "ja": "自動送信または転送のメールが、よく似た別のドメインへ送られています。転送設定やシステムの宛先を確認してください。",
        "en": "Automatic or forwarded mail goes to a domain that may be a slip for another one. Look at the forwarding rule or the program's address.",
    },
    "stray-domains-more": {
        "ja": "自動送信または転送のメールが、ほかにも、よく似た別のドメインへ送られました。1日にお知らせする件数を超えたため、まとめてお知らせします。宛先は送信記録（ルール recipient-stray-domain）にあります。",
        "en": "Automatic or forwarded mail went to further domains that may be slips, more than is told one by one in a day. The journal has them, under the rule recipient-stray-domain.",
    },
    "many-held": {
        "ja": "一人の送信者から、短い時間に多くのメールが保留されました。乗っ取られたメールアドレスからの送信か、差し込み印刷のような一斉送信かもしれません。送信者に確認し、覚えがないと言われたら、そのアカウントを止めてください。",
        "en": "Many messages of one sender were held within a short time: a hijacked mailbox, or a mail merge. Ask the sender; if they know nothing of it, lock the account.",
    },
    "digest-lost": {
        "ja": "まとめた確認のお知らせを送れませんでした。対象のメールは、期限なしで保留したままです。",
        "en": "A digest of held messages could not be sent. They stay held, without a deadline.",
    },
    "clock-jumped": {
        "ja": "サーバーの時計が大きくずれたため、期限による取り消しを止めています。",
        "en": "The server's clock jumped, so nothing expires until it is right again.",
    },
    "cannot-release": {
        "ja": "送信することになったメールの内容を、保管場所から取り出せません。",
        "en": "The content of a released message cannot be read from the store.",
    },
    "cannot-alter": {
        "ja": "送信者が選んだとおりにヘッダーを変更できないため、送らずに保留へ戻し、送信者に改めて確認しています。",
        "en": "The header of a released message could not be changed as its sender chose, so it is held again and the sender is asked anew.",
    },
    "frozen": {
        "ja": "保管場所がバックアップから戻されたか、移されたため、送信と取り消しを止めています。sekisho queue で確認後に sekisho queue resume を実行してください。",
        "en": "The store was put back from a backup, or moved here, so nothing is released or cancelled. Look at sekisho queue, then run: sekisho queue resume",
    },
    "nobody-took-it": {
        "ja": "呼び出しに、まだだれも応じていません。電話で呼び出してください。番号は連絡網のページ（/contacts）にあります。",
        "en": "Nobody has taken the call yet. Please telephone: the numbers stand on the page of the contact tree (/contacts).",
    },
    "reach-test": {
        "ja": "連絡網の到達試験に応答しなかった人がいます。だれかは連絡網のページ（/contacts）にあります。",
        "en": "Some people did not answer the test of the contact tree. The page of the contact tree (/contacts) says who.",
    },
    "tracker-mismatch": {
        "ja": "外部のトラッカーに書いた項目が、書いたとおりに保存されませんでした。トラッカーの項目の設定を確認してください。引き続き書き込みを試みます。",
        "en": "A field that was written to an outside tracker did not come back as written. Look at its fields there; it is written again.",
    },
    "tracker-refused": {
        "ja": "外部のトラッカーがチケットの書き込みを断りました。sekisho check --deep で設定を確認してください。チケットはここで更新されています。",
        "en": "An outside tracker refused a ticket. Look at the settings with sekisho check --deep. The ticket here is up to date.",
    },
    "tracker-down": {
        "ja": "外部のトラッカーが応答しません。チケットはここで更新されており、応答があり次第、最新の状態を一度で書き込みます。",
        "en": "An outside tracker does not answer. The tickets here are up to date; once it answers, it gets their newest state at once.",
    },
    "tracker-gone": {
        "ja": "Webhook の送信先が「廃止」（410）と答えたため、送信を止めました。送信先を確認し、チケットのページで再試行してください。",
        "en": "The address of a webhook said that it is gone (410), so nothing is sent there any more. Look at the address, then press “Try again” on a ticket's page.",
    },
    "nobody-called": {
        "ja": "申告を受け付けましたが、連絡先（上司・担当者）が設定されていません。",
        "en": "A report came in, but no superior and no responder is set in the configuration.",
    },
}
"""What an alarm says in its first line; one that stands not here is said by its name."""


def when(at: datetime, zone: str, language: str) -> str:
    """Say a time as people of that zone say it, with weekday and zone.

    `when(…, "Asia/Tokyo", "ja")` → 11月24日（火）18:00（JST）; in English: Tue 24 Nov, 18:00 (JST).
    """
    local = at.astimezone(ZoneInfo(zone))
    said = format_datetime(local, _PATTERNS[language], locale=language)
    name = local.tzname() or zone
    named = name if name[:1].isalpha() else f"UTC{name}"  # many zones have no letters of their own: +03
    return f"{said}（{named}）" if language == "ja" else f"{said} ({named})"


def day(at: date | datetime, zone: str, language: str) -> str:
    """Say a day that may be far away: with its year and weekday. 2026年11月24日（火）; in English: Tue 24 Nov 2026."""
    local = at.astimezone(ZoneInfo(zone)).date() if isinstance(at, datetime) else at
    return format_date(local, _DAYS[language], locale=language)


def exactly(at: datetime, language: str) -> str:
    """Say a time that may be far away in the zone that it carries: 2026年12月22日（火）23:59（JST）; Tue 22 Dec 2026, 23:59 (JST)."""
    said = format_datetime(at.replace(tzinfo=None), _MOMENTS[language], locale=language)
    name = at.tzname() or ""
    named = name if name[:1].isalpha() else f"UTC{name}"
    return f"{said}（{named}）" if language == "ja" else f"{said} ({named})"


def kind_in_words(kind: str, count: int, language: str) -> str:
    """How many of which kind: 氏名 128件, or 128 names, or 1 name."""
    word = kinds.name(kind, language, count)
    return f"{word} {count}件" if language == "ja" else f"{count} {word}"


def alarm_in_words(kind: str, language: str) -> str:
    """Say the first line of an alarm."""
    return ALARMS.get(kind, {}).get(language, kind)


def one_line(text: str, longest: int = LONGEST) -> str:
    """Foreign text (a subject, a file name, a reply) as one line that cannot pose as ours.

    Line ends and control characters become blanks; what is not seen (RFC 5891's and Unicode's format characters, with the
    bidirectional ones, and the private use area) is left out; cut at `longest` characters.
    """
    if text.isprintable() and len(text) <= longest:  # what is left out or broken at is never printable
        return " ".join(text.split())
    plain = "".join(" " if (kind := unicodedata.category(c)) in _BREAKS else "" if kind in _UNSEEN else c for c in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + _ELLIPSIS


ROLES_JA: Mapping[str, str] = {
    "leader": "対応責任者",
    "deputy": "副責任者",
    "privacy officer": "個人情報保護管理者",
    "management": "経営者",
    "admin": "メール管理者",
    "responder": "対応担当",
    "public relations": "広報担当",
    "investigator": "調査担当",
    "on call": "夜間・休日の当番",
    "stand-in": "代理",
    "superior": "上司",
}
"""The roles of `[[organisation.people]]` as people say them; another role is shown as it is written there."""


def role_in_words(role: str, language: str) -> str:
    """A role in the reader's language."""
    return ROLES_JA.get(role, role) if language == "ja" else role
