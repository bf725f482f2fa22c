"""Command migrate: the store's folder, its key, and the schema that this program needs."""

from pathlib import Path

from service.console import DEFAULT_CONFIG, ConfigOption, Exit, language, out, settings_of, stop
from service.opening import missing_folder
from service.settings import Settings
from store import migrate as migrating
from store.errors import StoreError
from store.seal import make_key

_SAYS = {
    "ja": {
        "made": "データベースを作成しました（スキーマ {after}）。",
        "same": "変更はありません（スキーマ {after}）。",
        "changed": "スキーマ {before} → {after}。",
    },
    "en": {
        "made": "The store is made (schema {after}).",
        "same": "Nothing to do (schema {after}).",
        "changed": "Schema {before} → {after}.",
    },
}


def migrate(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Bring the store's schema to what this program needs."""
    settings = settings_of(config)
    _make_folder(settings.store.directory)
    _want_folder(settings)
    try:
        if settings.store.link_key is None:
            make_key(settings.store.directory / "link.key")
        before = migrating.current(settings.store.url)
        migrating.upgrade(settings.store.url)
        after = migrating.current(settings.store.url)
    except StoreError as error:
        stop(f"store: {error}", Exit.COULD_NOT)
    kind = "made" if before is None else "same" if before == after else "changed"
    out.print(_SAYS[language()][kind].format(before=before, after=after), markup=False)


def _make_folder(folder: Path) -> None:
    """The last step of the path alone: one with more that is not there is more likely mistyped than new."""
    try:
        folder.mkdir(mode=0o750, exist_ok=True)
    except OSError as error:
        stop(
            f"store.directory: {folder}: {error.strerror}; make the folder and give it to the user Sekisho runs as",
            Exit.COULD_NOT,
        )


def _want_folder(settings: Settings) -> None:
    if folder := missing_folder(settings):
        stop(f"store.url: {folder}: no such folder; make it and give it to the user Sekisho runs as", Exit.COULD_NOT)
