"""How many numbers of a kind are enough to ask about, a field a kind: `[rules.content-personal-data.kinds]`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kinds:
    """So many different ones of each kind are enough; 0: never by themselves. Kinds that need a name count beside one only."""

    my_number: int = 1
    """My Numbers."""
    payment_card: int = 1
    """Payment card numbers."""
    bank_account: int = 2
    """Bank accounts; one is an invoice, with names."""
    driver_licence: int = 1
    """Driving licence numbers."""
    passport: int = 1
    """Passport numbers."""
    residence_card: int = 1
    """Residence card numbers."""
    health_insurance: int = 1
    """Health insurance numbers, beside a name."""
    pension_number: int = 1
    """Pension numbers."""
    us_ssn: int = 1
    """US social security numbers."""
    employment_insurance: int = 1
    """Employment insurance numbers."""
    resident_code: int = 1
    """Resident codes."""
    us_itin: int = 1
    """US taxpayer numbers (ITIN)."""
    us_bank_account: int = 2
    """US bank accounts; one is an invoice, with names."""
    uk_nino: int = 1
    """UK national insurance numbers."""
    uk_nhs: int = 1
    """UK NHS numbers."""
    uk_bank_account: int = 2
    """UK bank accounts; one is an invoice, with names."""
    de_tax_id: int = 1
    """German tax numbers."""
    de_personalausweis: int = 1
    """German identity card numbers."""
    de_pension: int = 1
    """German pension insurance numbers."""
    fr_nir: int = 1
    """French social security numbers."""
    es_dni: int = 1
    """Spanish identity numbers (DNI, NIE)."""
    it_fiscal_code: int = 1
    """Italian tax codes."""
    kr_rrn: int = 1
    """Korean resident registration numbers."""
    tw_id: int = 1
    """Taiwanese identity numbers."""
    cn_id: int = 1
    """Chinese identity numbers."""
    sg_nric: int = 1
    """Singaporean identity numbers (NRIC, FIN)."""
    au_tfn: int = 1
    """Australian tax file numbers."""
    au_medicare: int = 1
    """Australian Medicare numbers."""
    in_aadhaar: int = 1
    """Indian Aadhaar numbers."""
    in_pan: int = 1
    """Indian tax numbers (PAN)."""
