"""Given: what somebody typed into a form of a page with many; it stands in that form again where something was wrong."""

from starlette.datastructures import FormData

from web import forms


class Given(dict[str, str]):
    """Fields by name; a field that was not sent, or had several values, is "". Templates read them like attributes."""

    def __init__(self, fields: dict[str, str] | None = None, several: dict[str, tuple[str, ...]] | None = None) -> None:
        super().__init__(fields or {})
        self._several = several or {}

    @classmethod
    def of(cls, form: FormData) -> "Given":
        """Every field of a form but its token."""
        names = [name for name in form if name != "form"]
        return cls({n: forms.single(form, n) for n in names}, {n: forms.several(form, n) for n in names})

    def __missing__(self, name: str) -> str:
        return ""

    def ticked(self, name: str, value: str) -> bool:
        """Whether a box of a group was ticked."""
        return value in self._several.get(name, ())

    def of_form(self, act: str, **which: str) -> "Given":
        """The fields if it was this form; otherwise none, which is not so. `which`: its hidden fields."""
        return self if self["act"] == act and all(self[name] == value for name, value in which.items()) else Given()
