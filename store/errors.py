"""What a caller of the store may have to catch."""


class StoreError(Exception):
    """The store could not do it; nothing of the unit was kept."""

    permanent = False


class StoreDownError(StoreError):
    """The database does not answer, or is locked for too long: try again (451)."""


class StoreFullError(StoreError):
    """No room on the disk: try again later (452)."""


class SchemaError(StoreError):
    """The schema is older or newer than this program: `sekisho migrate`."""

    permanent = True


class KeyFileError(StoreError):
    """A key file is absent, readable by others, or holds no key."""

    permanent = True
