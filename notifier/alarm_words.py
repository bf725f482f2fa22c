"""Alarm words: what an alarm says to whoever looks after the relay, in both languages: its subject, its first line, and what it names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one alarm, by language."""

    title: Mapping[str, str]
    """For the subject."""
    words: Mapping[str, str]
    """Its first line: what is wrong, and what to do."""


def _said(ja: tuple[str, str], en: tuple[str, str]) -> Said:
    return Said({"ja": ja[0], "en": en[0]}, {"ja": ja[1], "en": en[1]})


ALARMS: Final[Mapping[str, Said]] = {
    "notice-failed": _said(
        ("お知らせの送信失敗", "お知らせを送れませんでした。"),
        ("a notice could not be sent", "A notice could not be sent."),
    ),
    "own-fault": _said(
        (
            "メールの受け付けの一時停止",
            "メールの内容を読み取れない状態が続いたため、受け付けを一時的に断っています（451）。",
        ),
        ("new mail is deferred", "Messages cannot be read at the moment, so new ones are deferred (451)."),
    ),
    "stray-domain": _said(
        (
            "よく似たドメインへの自動送信",
            "自動送信または転送のメールが、よく似た別のドメインへ送られています。転送設定やシステムの宛先を確認してください。",
        ),
        (
            "automatic mail to a look-alike domain",
            "Automatic or forwarded mail goes to a domain that may be a slip for another one. Look at the forwarding rule or the program's address.",
        ),
    ),
    "stray-domains-more": _said(
        (
            "よく似たドメインへの自動送信（まとめ）",
            "自動送信または転送のメールが、ほかにも、よく似た別のドメインへ送られました。1日にお知らせする件数を超えたため、まとめてお知らせします。宛先は送信記録（ルール recipient-stray-domain）にあります。",
        ),
        (
            "automatic mail to look-alike domains",
            "Automatic or forwarded mail went to further domains that may be slips, more than is told one by one in a day. The journal has them, under the rule recipient-stray-domain.",
        ),
    ),
    "many-held": _said(
        (
            "多数のメールの保留",
            "一人の送信者から、短い時間に多くのメールが保留されました。乗っ取られたメールアドレスからの送信か、差し込み印刷のような一斉送信かもしれません。送信者に確認し、覚えがないと言われたら、そのアカウントを止めてください。",
        ),
        (
            "many messages held",
            "Many messages of one sender were held within a short time: a hijacked mailbox, or a mail merge. Ask the sender; if they know nothing of it, lock the account.",
        ),
    ),
    "digest-lost": _said(
        (
            "まとめた確認の送信失敗",
            "まとめた確認のお知らせを送れませんでした。対象のメールは、期限なしで保留したままです。",
        ),
        (
            "a digest could not be sent",
            "A digest of held messages could not be sent. They stay held, without a deadline.",
        ),
    ),
    "clock-jumped": _said(
        ("サーバーの時計のずれ", "サーバーの時計が大きくずれたため、期限による取り消しを止めています。"),
        ("the clock jumped", "The server's clock jumped, so nothing expires until it is right again."),
    ),
    "cannot-release": _said(
        ("送信できないメール", "送信することになったメールの内容を、保管場所から取り出せません。"),
        ("a released message cannot be read", "The content of a released message cannot be read from the store."),
    ),
    "cannot-alter": _said(
        (
            "変更できないメール",
            "送信者が選んだとおりにヘッダーを変更できないため、送らずに保留へ戻し、送信者に改めて確認しています。",
        ),
        (
            "a released message cannot be changed",
            "The header of a released message could not be changed as its sender chose, so it is held again and the sender is asked anew.",
        ),
    ),
    "frozen": _said(
        (
            "送信と取り消しの停止",
            "保管場所がバックアップから戻されたか、移されたため、送信と取り消しを止めています。sekisho queue で確認後に sekisho queue resume を実行してください。",
        ),
        (
            "the store stands still",
            "The store was put back from a backup, or moved here, so nothing is released or cancelled. Look at sekisho queue, then run: sekisho queue resume",
        ),
    ),
    "nobody-took-it": _said(
        (
            "呼び出しへの応答なし",
            "呼び出しに、まだだれも応じていません。電話で呼び出してください。番号は連絡網のページ（/contacts）にあります。",
        ),
        (
            "nobody has taken the call",
            "Nobody has taken the call yet. Please telephone: the numbers stand on the page of the contact tree (/contacts).",
        ),
    ),
    "reach-test": _said(
        (
            "連絡網の到達試験",
            "連絡網の到達試験に応答しなかった人がいます。だれかは連絡網のページ（/contacts）にあります。",
        ),
        (
            "test of the contact tree",
            "Some people did not answer the test of the contact tree. The page of the contact tree (/contacts) says who.",
        ),
    ),
    "tracker-mismatch": _said(
        (
            "外部トラッカーの項目の相違",
            "外部のトラッカーに書いた項目が、書いたとおりに保存されませんでした。トラッカーの項目の設定を確認してください。引き続き書き込みを試みます。",
        ),
        (
            "an outside tracker keeps something else",
            "A field that was written to an outside tracker did not come back as written. Look at its fields there; it is written again.",
        ),
    ),
    "tracker-refused": _said(
        (
            "外部トラッカーの拒否",
            "外部のトラッカーがチケットの書き込みを断りました。sekisho check --deep で設定を確認してください。チケットはここで更新されています。",
        ),
        (
            "an outside tracker refused",
            "An outside tracker refused a ticket. Look at the settings with sekisho check --deep. The ticket here is up to date.",
        ),
    ),
    "tracker-down": _said(
        (
            "外部トラッカーの応答なし",
            "外部のトラッカーが応答しません。チケットはここで更新されており、応答があり次第、最新の状態を一度で書き込みます。",
        ),
        (
            "an outside tracker is silent",
            "An outside tracker does not answer. The tickets here are up to date; once it answers, it gets their newest state at once.",
        ),
    ),
    "tracker-gone": _said(
        (
            "Webhook の送信先の廃止",
            "Webhook の送信先が「廃止」（410）と答えたため、送信を止めました。送信先を確認し、チケットのページで再試行してください。",
        ),
        (
            "a webhook's address is gone",
            "The address of a webhook said that it is gone (410), so nothing is sent there any more. Look at the address, then press “Try again” on a ticket's page.",
        ),
    ),
    "nobody-called": _said(
        ("呼び出し先の未設定", "申告を受け付けましたが、連絡先（上司・担当者）が設定されていません。"),
        ("nobody to call", "A report came in, but no superior and no responder is set in the configuration."),
    ),
}
"""By the name that stands in the manual; one that stands not here is said by its name."""

FACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "alarm": {"ja": "警告の種類（説明書での名前）", "en": "Alarm, as the manual names it"},
    "day": {"ja": "日付", "en": "Day"},
    "domain": {"ja": "ドメイン", "en": "Domain"},
    "fields": {"ja": "項目", "en": "Fields"},
    "first": {"ja": "最初の受付番号", "en": "Number of the first"},
    "kind": {"ja": "お知らせの種類", "en": "Kind of notice"},
    "messages": {"ja": "メールの数", "en": "Messages"},
    "minutes": {"ja": "期間（分）", "en": "Within minutes"},
    "number": {"ja": "受付番号", "en": "Number"},
    "people": {"ja": "呼び出した人数", "en": "People called"},
    "perhaps": {"ja": "正しいと思われるドメイン", "en": "Perhaps meant"},
    "reason": {"ja": "理由", "en": "Reason"},
    "reply": {"ja": "相手サーバーの応答", "en": "Reply of the other server"},
    "seconds": {"ja": "ずれ（秒）", "en": "Seconds"},
    "sender": {"ja": "送信者", "en": "Sender"},
    "silent": {"ja": "応答のない人数", "en": "Without an answer"},
    "tracker": {"ja": "トラッカー", "en": "Tracker"},
}
"""What an alarm names, as people say it; a test holds every room to it."""

_VALUES: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = {
    "reason": {
        "restored": {"ja": "バックアップから戻されたようです", "en": "it seems to be put back from a backup"},
        "unknown": {"ja": "このサーバーが知らない保管場所です", "en": "this machine does not know it"},
        "asked": {"ja": "管理者が止めました", "en": "an operator stopped it"},
        "its answer is too long": {"ja": "応答が長すぎます", "en": "its answer is too long"},
    },
}
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "question": ("送信の確認", "question about held mail"),
    "digest": ("送信の確認（まとめ）", "digest of held mail"),
    "reminder": ("確認の再通知", "reminder"),
    "digest_reminder": ("確認の再通知（まとめ）", "digest of reminders"),
    "expired": ("期限切れによる取り消し", "cancelled without an answer"),
    "digest_expired": ("期限切れによる取り消し（まとめ）", "digest of what was cancelled"),
    "unattended": ("朝の一覧", "morning's list"),
    "cancelled": ("取り消しのお知らせ", "message cancelled"),
    "decided_by_other": ("ほかの人の回答のお知らせ", "answered by somebody else"),
    "answer_taken": ("メールでの回答の受け付け", "answer by mail taken"),
    "answer_not_taken": ("メールでの回答の未受付", "answer by mail not taken"),
    "answer_of_another": ("他人宛ての確認への回答", "answer to somebody else's question"),
    "colleague": ("同僚へのお知らせ", "notice to a colleague"),
    "sent_back": ("差し戻し", "sent back"),
    "approval_given": ("承認のお知らせ", "approval given"),
    "approval_asked": ("承認のお願い", "request for approval"),
    "approval_reminder": ("承認の再通知", "reminder of an approval"),
    "approval_over": ("承認の終了", "approval over"),
    "delayed": ("時間をおいた送信のお知らせ", "delayed message"),
    "escalated": ("代理の方への確認", "question to a deputy"),
    "left": ("期限による送信のお知らせ", "sent without an answer"),
    "released_by_desk": ("管理者による送信のお知らせ", "released by an operator"),
    "delivery_failed": ("配送失敗のお知らせ", "could not be delivered"),
    "receipt": ("送信済みのお知らせ", "receipt"),
    "call_superior": ("上司への呼び出し", "call to a superior"),
    "call_responder": ("担当者への呼び出し", "call to a responder"),
    "call_escalated": ("次の人への呼び出し", "call to the next person"),
    "deadline_near": ("法定期限の接近", "legal deadline near"),
    "deadline_moved": ("法定期限の変更", "legal deadline moved"),
    "measure_due": ("対策の期日", "measure due"),
    "watcher_added": ("チケットの閲覧者への追加", "put on a ticket's list"),
    "reach_test": ("連絡網の到達試験", "test of the contact tree"),
    "case_word": ("チケットへの連絡", "words on a case"),
    "report_received": ("申告の受け付け", "report received"),
    "report_reference": ("社外からの申告の受け付け", "report from outside received"),
    "case_closed": ("チケットの完了", "case closed"),
    "case_closed_reference": ("社外の申告者への完了のお知らせ", "case closed, to somebody outside"),
    "letter": ("誤送信先への依頼文", "letter to a wrong recipient"),
    "letter_news": ("依頼文についてのお知らせ", "news of a letter"),
    "contact_held": ("取引先の保留", "contact held"),
    "contact_waits": ("取引先の保留（送信者へ）", "contact held, to the sender"),
    "drill_announced": ("訓練の開始", "drill announced"),
    "drill_inject": ("訓練の状況付与", "drill's inject"),
    "drill_over": ("訓練の終了", "drill over"),
}
"""Kinds of notices whose failure is told (ja, en)."""
_ANSWERS: Final = re.compile(r"answers (\d{3})")
_SILENT: Final = re.compile(r"no answer: (.+)")


def alarm_in_words(kind: str, language: str) -> str:
    """Say the first line of an alarm."""
    return ALARMS[kind].words[language] if kind in ALARMS else kind


def alarm_title(kind: str, language: str) -> str:
    """Say in a few words what it is about."""
    return ALARMS[kind].title[language] if kind in ALARMS else kind


def fact_in_words(name: str, language: str) -> str:
    """Say what a value of an alarm is."""
    return FACTS[name][language] if name in FACTS else name


def value_in_words(name: str, value: str, language: str) -> str:
    """Say a value of an alarm that is a word of ours; what others said stays as they said it."""
    if name == "kind" and value in _KINDS:
        return _KINDS[value][language == "en"]
    if known := _VALUES.get(name, {}).get(value):
        return known[language]
    if name == "reason" and language == "ja":
        if answers := _ANSWERS.fullmatch(value):
            return f"応答コード {answers[1]}"
        if silent := _SILENT.fullmatch(value):
            return f"応答なし（{silent[1]}）"
    return value
