"""Where a store is: the configured URL, read and checked. It opens nothing."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import attrs
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from storage.errors import BadStoreUrl
from storage.logins import login_name

_HINT = "Write `sqlite:///path/to/store.db` or `postgresql://user@host/database`."


@attrs.frozen(kw_only=True)
class Location:
    """A checked store URL; `path` is None for a server database."""

    url: sa.URL = attrs.field(repr=False)
    path: Path | None

    @property
    def dialect(self) -> str:
        """Name of the engine: sqlite or postgresql."""
        return self.url.get_backend_name()

    @property
    def server_url(self) -> sa.URL:
        """What a driver connects with: an e-mail address as user stands for the login of that account."""
        user = self.url.username or ""
        return self.url.set(username=login_name(user, self.url.database or "")) if "@" in user else self.url

    @property
    def masked(self) -> str:
        """The URL without its password, for people and logs."""
        return self.url.render_as_string(hide_password=True)


def parse(url: str) -> Location:
    """Read a store URL; a leading `~` of the path means the home folder.

    Raises:
        BadStoreUrl: Not a URL, or of a database this program does not speak.
    """
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise BadStoreUrl("The store URL cannot be read.", _HINT) from None  # it may hold a password
    if parsed.get_backend_name() == "postgresql":
        return Location(url=parsed, path=None)
    if parsed.get_backend_name() != "sqlite":
        raise BadStoreUrl(f"A store cannot be on `{parsed.get_backend_name()}`.", _HINT)
    if not parsed.database or parsed.database == ":memory:" or parsed.host:
        raise BadStoreUrl("The store URL names no file.", _HINT)
    path = Path(parsed.database).expanduser().absolute()
    return Location(url=parsed.set(database=str(path)), path=path)


def file_uri(path: Path, *, mode: str, immutable: bool = False) -> str:
    """Give SQLite's URI of a file; a mode of `ro` or `rw` never creates one."""
    absolute = quote(path.as_posix())
    slash = "" if absolute.startswith("/") else "/"  # a Windows drive
    return f"file:{slash}{absolute}?mode={mode}{'&immutable=1' if immutable else ''}"
