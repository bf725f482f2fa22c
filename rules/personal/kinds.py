"""What each kind of personal datum is called, in Japanese and English."""

from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, str]] = {
    "person_name": ("氏名", "names"),
    "postal_address": ("住所", "postal addresses"),
    "phone": ("電話番号", "telephone numbers"),
    "email_address": ("メールアドレス", "mail addresses"),
    "birth_date": ("生年月日", "dates of birth"),
    "my_number": ("マイナンバー", "My Numbers"),
    "payment_card": ("クレジットカード番号", "payment card numbers"),
    "bank_account": ("銀行口座", "bank accounts"),
    "driver_licence": ("運転免許証番号", "driving licence numbers"),
    "passport": ("旅券番号", "passport numbers"),
    "residence_card": ("在留カード番号", "residence card numbers"),
    "health_insurance": ("健康保険証の記号・番号", "health insurance numbers"),
    "pension_number": ("基礎年金番号", "pension numbers"),
    "us_ssn": ("米国社会保障番号", "US social security numbers"),
    "iban": ("IBAN", "IBANs"),
}


def name(kind: str, language: str) -> str:
    """The name for people; the kind itself where nobody gave it one."""
    return NAMES.get(kind, (kind, kind))[0 if language == "ja" else 1]
