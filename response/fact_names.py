"""Names of facts: everything that can be known of a case, what kind of value each has, and what it is called. Unknown is a value: None."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["yes-no", "codes", "range", "counts", "number", "time", "risk", "text"]
"""yes-no True, False · codes ["JP"] · range {"min", "max"}, max None: unknown · counts {kind: number} · time ISO 8601 with offset ·
risk "unlikely", "risk", "high" · text in a person's words. Every one may be None: unknown."""
JURISDICTIONS = ("JP", "JP-PMARK", "EU", "UK", "US-HIPAA", "KR", "SG", "TW", "HK", "CN")
RISKS = ("unlikely", "risk", "high")


@dataclass(frozen=True, slots=True)
class FactName:
    """One thing that can be known."""

    kind: Kind
    ja: str
    en: str
    law: str = ""
    """Its name in `response.deadline_facts`; "" where no deadline depends on it."""
    unsure: bool = False
    """As long as nobody knows, deadlines are counted as if it were so; the others count as not so until somebody says."""
    of: str = ""
    """The one jurisdiction that asks for it; "" for what is wanted everywhere."""

    def words(self, language: str) -> str:
        """What people read."""
        return self.ja if language == "ja" else self.en


NAMES: Mapping[str, FactName] = {
    "known_at": FactName("time", "最初に知った日時", "When it was first known", "known_at"),
    "jurisdictions": FactName("codes", "適用される法域", "Jurisdictions that apply", "jurisdictions"),
    "regions": FactName("codes", "本人の居住国・地域", "Where the persons live"),
    "persons": FactName("range", "本人の数", "Number of persons", "subjects", unsure=True),
    "kinds": FactName("counts", "個人情報の項目と件数", "Kinds of personal data, with counts"),
    "sensitive": FactName("yes-no", "要配慮個人情報を含む", "Special-care data is among it", "sensitive", unsure=True),
    "financial": FactName(
        "yes-no", "財産的被害のおそれ", "Misuse may cost the persons money", "financial", unsure=True
    ),
    "malicious": FactName("yes-no", "不正の目的のおそれ", "A malicious purpose is possible", "malicious", unsure=True),
    "my_number": FactName("yes-no", "マイナンバーを含む", "My Number is among it", "my_number", unsure=True),
    "my_number_subjects": FactName(
        "number", "マイナンバーを含む人数", "Persons whose My Number is among it", "my_number_subjects"
    ),
    "encrypted": FactName(
        "yes-no", "高度な暗号化などで守られていた", "It was strongly encrypted", "encrypted_strongly"
    ),
    "recovered_unread": FactName(
        "yes-no",
        "誰にも読まれないうちにすべて回収・消去した",
        "All of it was recovered or erased before anybody read it",
        "recovered_unread",
    ),
    "contractor": FactName(
        "yes-no", "委託を受けて扱うデータ", "We hold the data for an entrusting party", "contractor"
    ),
    "entrusting_notified": FactName(
        "yes-no", "委託元へ通知した", "The entrusting party was told", "entrusting_notified"
    ),
    "risk": FactName("risk", "本人の権利・利益へのリスク", "Risk to the persons", "risk", unsure=True),
    "unspecified_many": FactName(
        "yes-no", "不特定多数が見られる状態だった", "Unspecified many could see it", "unspecified_many"
    ),
    "public_body": FactName("yes-no", "当組織は行政機関等", "We are a public body", "public_body"),
    "significant_harm": FactName(
        "yes-no",
        "本人への重大な害（シンガポール）",
        "Significant harm to a person (Singapore)",
        "significant_harm",
        of="SG",
    ),
    "within_organisation": FactName(
        "yes-no",
        "組織の外へ出ていない（シンガポール）",
        "It stayed within the organisation (Singapore)",
        "within_organisation",
        of="SG",
    ),
    "unique_id": FactName(
        "yes-no", "固有識別情報を含む（韓国）", "Unique identification numbers (Korea)", "unique_id", of="KR"
    ),
    "external_access": FactName(
        "yes-no", "外部からの不正アクセス（韓国）", "Unlawful access from outside (Korea)", "external_access", of="KR"
    ),
    "recovered": FactName(
        "yes-no",
        "経路を確認して回収・削除し、危険が低い（韓国）",
        "Path confirmed, recovered and deleted, low risk (Korea)",
        "recovered_deleted_low_risk",
        of="KR",
    ),
    "low_probability": FactName(
        "yes-no",
        "4要素の評価で侵害の可能性が低い（HIPAA）",
        "The four factors show a low probability (HIPAA)",
        "low_probability",
        of="US-HIPAA",
    ),
    "max_in_one_state": FactName(
        "number", "米国の一つの州の最大人数", "Most persons in one state of the US", "max_in_one_state", of="US-HIPAA"
    ),
    "assessed_at": FactName("time", "通知の要否を判断した日時", "When the duty to notify was judged", "assessed_at"),
    "outline": FactName("text", "概要", "Outline"),
    "cause": FactName("text", "原因", "Cause"),
    "secondary_damage": FactName("text", "二次被害またはそのおそれ", "Secondary damage, or fear of it"),
    "persons_response": FactName("text", "本人への対応", "Response to the persons"),
    "publication": FactName("text", "公表の状況", "Publication"),
    "prevention": FactName("text", "再発防止策", "Prevention"),
    "safety_measures": FactName("text", "講じていた安全管理措置", "Safety measures that were in place"),
    "other": FactName("text", "その他参考となる事項", "Anything else"),
}
"""In the order in which they are shown."""
