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
    "employment_insurance": ("雇用保険被保険者番号", "employment insurance numbers"),
    "resident_code": ("住民票コード", "resident codes"),
    "us_itin": ("米国納税者番号（ITIN）", "US taxpayer numbers"),
    "us_bank_account": ("米国の銀行口座", "US bank accounts"),
    "uk_nino": ("英国国民保険番号", "UK national insurance numbers"),
    "uk_nhs": ("英国NHS番号", "UK NHS numbers"),
    "uk_bank_account": ("英国の銀行口座", "UK bank accounts"),
    "de_tax_id": ("ドイツ納税者番号", "German tax numbers"),
    "de_personalausweis": ("ドイツ身分証番号", "German identity card numbers"),
    "de_pension": ("ドイツ年金保険番号", "German pension insurance numbers"),
    "fr_nir": ("フランス社会保障番号", "French social security numbers"),
    "es_dni": ("スペイン身分証番号（DNI・NIE）", "Spanish identity numbers"),
    "it_fiscal_code": ("イタリア納税者番号", "Italian tax codes"),
    "kr_rrn": ("韓国住民登録番号", "Korean resident registration numbers"),
    "tw_id": ("台湾身分証番号", "Taiwanese identity numbers"),
    "cn_id": ("中国身分証番号", "Chinese identity numbers"),
    "sg_nric": ("シンガポール身分証番号（NRIC・FIN）", "Singaporean identity numbers"),
    "au_tfn": ("オーストラリア納税者番号", "Australian tax file numbers"),
    "au_medicare": ("オーストラリア・メディケア番号", "Australian Medicare numbers"),
    "in_aadhaar": ("インド・アドハー番号", "Indian Aadhaar numbers"),
    "in_pan": ("インド納税者番号（PAN）", "Indian tax numbers"),
    "postal_code": ("郵便番号", "postal codes"),
}


def name(kind: str, language: str) -> str:
    """The name for people; the kind itself where nobody gave it one."""
    return NAMES.get(kind, (kind, kind))[0 if language == "ja" else 1]
