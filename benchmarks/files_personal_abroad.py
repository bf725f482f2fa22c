"""Western and Asian files that must be held: lists of staff, patients and customers in thirteen countries, and their identity numbers."""

import random
from collections.abc import Iterator
from datetime import date

import files_numbers_abroad as numbers
from files_columns import Column, note, table_of
from files_document import Case, Heading, Text
from files_persons import Person, foreign

_HEADERS: dict[str, str] = {
    "en_US": "Full Name|First Name|Last Name|Date of Birth|Address|Phone|Email|Department|Salary",
    "en_GB": "Name|Forename|Surname|DOB|Home Address|Telephone|E-mail|Team|Salary",
    "de_DE": "Name|Vorname|Nachname|Geburtsdatum|Anschrift|Telefon|E-Mail|Abteilung|Gehalt",
    "fr_FR": "Nom complet|Prénom|Nom|Date de naissance|Adresse|Téléphone|Courriel|Service|Salaire",
    "es_ES": "Nombre completo|Nombre|Apellidos|Fecha de nacimiento|Domicilio|Teléfono|Correo electrónico|Departamento|Salario",
    "it_IT": "Nominativo|Nome|Cognome|Data di nascita|Indirizzo|Telefono|E-mail|Reparto|Stipendio",
    "en_AU": "Employee|Given name|Family name|Birth date|Residential address|Mobile|Email address|Unit|Salary",
    "en_IN": "Employee Name|First Name|Last Name|DOB|Address|Mobile No.|Email ID|Dept|CTC",
    "en_SG": "Name|Given Name|Surname|Date of Birth|Address|Contact No.|Email|Dept|Salary",
    "ko_KR": "성명|이름|성|생년월일|주소|전화번호|이메일|부서|연봉",
    "zh_TW": "姓名|名|姓|出生日期|地址|電話|電子郵件|部門|薪資",
    "zh_CN": "姓名|名|姓|出生日期|住址|手机号码|邮箱|部门|工资",
}
_DAY_FIRST = {"en_GB": "%d/%m/%Y", "de_DE": "%d.%m.%Y", "fr_FR": "%d/%m/%Y", "es_ES": "%d/%m/%Y", "it_IT": "%d/%m/%Y", "en_US": "%m/%d/%Y", "en_AU": "%d/%m/%Y", "en_IN": "%d-%m-%Y", "en_SG": "%d %b %Y"}  # fmt: skip
_FORMATS = ("csv", "tsv", "xlsx", "ods", "html", "json", "jsonl", "xml", "sql", "docx", "odt", "rtf", "pdf", "pptx", "txt", "xls", "doc", "lo.pdf", "lo.ods", "md")  # fmt: skip
_NO_CID = (
    "csv",
    "tsv",
    "xlsx",
    "ods",
    "json",
    "jsonl",
    "xml",
    "sql",
    "docx",
    "odt",
    "rtf",
    "pptx",
    "txt",
    "xls",
    "doc",
)
_SAID = {
    "en": "Dear colleague,\nplease update the file of {name}: {label} {value}.\nThanks",
    "de": "Guten Tag,\nbitte ergänzen Sie bei {name} die {label}: {value}.\nViele Grüße",
    "fr": "Bonjour,\nmerci de compléter le dossier de {name}, {label} : {value}.\nCordialement",
    "es": "Buenos días,\nrogamos actualicen la ficha de {name}, {label}: {value}.\nSaludos",
    "it": "Buongiorno,\nvi preghiamo di aggiornare la scheda di {name}, {label}: {value}.\nCordiali saluti",
    "ko": "안녕하세요.\n{name} 님의 {label}: {value} 입니다.\n감사합니다",
    "zh": "您好，\n{name} 的{label}：{value}，請更新。\n謝謝",
}


def _columns(locale: str) -> dict[str, Column]:
    full, given, family, birth, address, phone, email, team, salary = _HEADERS[locale].split("|")

    def born(person: Person, _rng: random.Random) -> str:
        return f"{person.birth:{_DAY_FIRST.get(locale, '%Y-%m-%d')}}"

    columns = {
        "name": Column((full,), "PERSON", lambda p, _r: p.name),
        "given": Column((given,), "GIVEN", lambda p, _r: p.given),
        "family": Column((family,), "FAMILY", lambda p, _r: p.family),
        "birth": Column((birth,), "BIRTHDATE", born),
        "address": Column((address,), "ADDRESS", lambda p, _r: p.address),
        "phone": Column((phone,), "PHONE", lambda p, _r: p.phone),
        "email": Column((email,), "EMAIL", lambda p, _r: p.email),
        "team": Column((team,), "", lambda _p, r: r.choice("Sales Finance IT Logistics Legal QA".split())),
        "salary": Column((salary,), "", lambda _p, r: f"{r.randint(28, 99)},{r.randint(0, 999):03}"),
        "iban": Column(("IBAN",), "IBAN", lambda _p, r: numbers.iban(r)),
    }
    for kind, label, make in numbers.FOREIGN[locale]:
        columns[kind] = Column((label,), kind, lambda _p, r, make=make: make(r))  # type: ignore[misc]
    return columns


def _people(rng: random.Random, locale: str, count: int) -> list[Person]:
    people: dict[str, Person] = {}
    while len(people) < count:
        person = foreign(rng, locale)
        people[person.name] = person
    return list(people.values())


def abroad_cases(rng: random.Random) -> Iterator[Case]:
    """For each country: staff, customers, few customers, a list with numbers, a sentence with one number."""
    for locale in _HEADERS:
        columns, short = _columns(locale), locale[-2:].lower()
        formats = _NO_CID if locale[:2] in {"ko", "zh"} else _FORMATS
        for name, keys in (
            ("staff", ("name", "birth", "address", "phone", "email")),
            ("contacts", ("family", "given", "phone", "email")),
            ("payroll", ("name", "team", "email", "salary")),
        ):
            count = rng.randint(11, 45)
            case = Case(
                f"{name}_{short}_{count}",
                f"list_{short}",
                [],
                hold=True,
                reason="persons>=10",
                persons=count,
                formats=formats,
            )
            case.blocks = [table_of(case, _people(rng, locale, count), keys, rng, columns)]
            yield case
        few = rng.randint(4, 8)
        case = Case(f"few_{short}_{few}", "few", [], hold=False, reason="below_threshold", persons=few, formats=formats)
        case.blocks = [table_of(case, _people(rng, locale, few), ("name", "phone", "email"), rng, columns)]
        yield case
        if locale[:2] in {"de", "fr", "es", "it"}:
            case = Case(
                f"iban_{short}", f"list_{short}", [], hold=True, reason="persons>=10", persons=15, formats=formats
            )
            case.blocks = [table_of(case, _people(rng, locale, 15), ("name", "iban", "email"), rng, columns)]
            yield case
        for kind, label, make in numbers.FOREIGN[locale]:
            yield from _numbers(rng, locale, kind, label, make(rng), columns)


def _numbers(
    rng: random.Random, locale: str, kind: str, label: str, value: str, columns: dict[str, Column]
) -> Iterator[Case]:
    formats = _NO_CID if locale[:2] in {"ko", "zh"} else _FORMATS
    count, pages = (
        rng.randint(3, 20),
        tuple(f for f in formats if f in {"txt", "docx", "odt", "rtf", "pdf", "html", "doc", "lo.pdf"}),
    )
    case = Case(
        f"{kind.lower()}_list",
        f"special_{kind.lower()}",
        [],
        hold=True,
        reason="special_id>=1",
        persons=count,
        formats=formats,
    )
    case.blocks = [table_of(case, _people(rng, locale, count), ("name", kind, "team"), rng, columns)]
    yield case
    case = Case(
        f"{kind.lower()}_one",
        f"special_{kind.lower()}",
        [],
        hold=True,
        reason="special_id>=1",
        persons=1,
        formats=(*pages, "eml-body"),
    )
    person = foreign(rng, locale)
    said = _SAID[person.country if person.country in _SAID else "en"]
    case.also["PERSON"] = [person.name, person.family, person.given]
    case.add(kind, value)
    case.blocks = [Heading("HR"), Text(said.format(name=person.name, label=label, value=value))]
    yield case
    if kind == "US_SSN":
        form = Case("w9_form", "application", [], hold=True, reason="special_id>=1", persons=1, formats=pages)
        note(form, kind, value, person)
        form.also["BIRTHDATE"] = [f"{date(1980, 1, 2):%m/%d/%Y}"]
        form.blocks = [
            Text(
                f"Applicant: {person.name}\nSocial Security Number: {value}\nDate of birth: 01/02/1980\nAddress: {person.address}"
            )
        ]
        form.also["PERSON"], form.also["ADDRESS"] = [person.name], [person.address]
        yield form
