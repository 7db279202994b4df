"""Every way a database fails becomes a sentence and a hint, and never shows what was being written."""

import errno
import logging
import sqlite3

import pytest
from sqlalchemy import exc
from store_samples import Seat

from storage import Conflict, Store, StoreError, StoreReadOnly, StoreUnavailable
from storage.failures import as_store_error, store_errors


def failure(code: int, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    error = kind("what the driver says")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        (sqlite3.SQLITE_BUSY, StoreUnavailable, "locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreUnavailable, "locked"),
        (sqlite3.SQLITE_FULL, StoreUnavailable, "full"),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreReadOnly, "written"),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, StoreUnavailable, "opened"),
        (sqlite3.SQLITE_PERM, StoreUnavailable, "user"),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreUnavailable, "damaged"),
        (sqlite3.SQLITE_NOTADB, StoreUnavailable, "not a database"),
        (sqlite3.SQLITE_IOERR_WRITE, StoreUnavailable, "disk"),
        (sqlite3.SQLITE_TOOBIG, Conflict, "too large"),
        (sqlite3.SQLITE_MISUSE, StoreUnavailable, "failed"),
    ],
)
def test_a_result_code_says_what_to_do(code: int, kind: type[StoreError], word: str, wrapped: bool) -> None:
    error: Exception = failure(code)
    if wrapped:
        error = exc.OperationalError("INSERT", {"code": "secret"}, error)
    found = as_store_error(error)
    assert type(found) is kind
    assert word in str(found)
    assert found.hint
    assert "secret" not in f"{found} {found.hint}"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, "refers to"),
        (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, "id"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, "key"),
        (sqlite3.SQLITE_CONSTRAINT_CHECK, "not allowed"),
        (sqlite3.SQLITE_CONSTRAINT_NOTNULL, "lacks"),
        (sqlite3.SQLITE_CONSTRAINT_TRIGGER, "contradicts"),
    ],
)
def test_a_broken_constraint_is_a_conflict_that_names_the_table(code: int, word: str) -> None:
    found = as_store_error(failure(code, sqlite3.IntegrityError), "runs")
    assert type(found) is Conflict
    assert word in str(found)
    assert "runs" in str(found)


@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        ("08006", StoreUnavailable, "cannot be reached"),
        ("57P01", StoreUnavailable, "cannot be reached"),
        ("57P03", StoreUnavailable, "cannot be reached"),
        ("57014", StoreUnavailable, "busy"),
        ("55P03", StoreUnavailable, "busy"),
        ("40P01", StoreUnavailable, "busy"),
        ("53300", StoreUnavailable, "busy"),
        ("53100", StoreUnavailable, "full"),
        ("28P01", StoreUnavailable, "password"),
        ("3D000", StoreUnavailable, "database"),
        ("25006", StoreReadOnly, "only be read"),
        ("42501", StoreReadOnly, "may not"),
        ("54000", Conflict, "too large"),
        ("XX000", StoreUnavailable, "failed"),
    ],
)
def test_a_servers_code_says_what_to_do(code: str, kind: type[StoreError], word: str) -> None:
    found = as_store_error(exc.DBAPIError("INSERT", {"code": "secret"}, answer(code)))
    assert type(found) is kind
    assert word in str(found)
    assert found.hint
    assert "secret" not in f"{found} {found.hint}"


@pytest.mark.parametrize(
    ("code", "constraint", "word"),
    [
        ("23503", "fk_runs_user_id", "refers to"),
        ("23505", "pk_runs", "has an id"),
        ("23505", "uq_users_email", "has a key"),
        ("23514", "ck_users_role", "not allowed"),
        ("23502", None, "lacks"),
        ("23P01", "anything", "contradicts"),
    ],
)
def test_a_constraint_that_a_server_enforces_is_a_conflict_too(code: str, constraint: str | None, word: str) -> None:
    found = as_store_error(exc.IntegrityError("INSERT", {}, answer(code, constraint)), "runs")
    assert type(found) is Conflict
    assert word in str(found)
    assert "runs" in str(found)


def answer(code: str, constraint: str | None = None) -> Exception:
    """What SQLAlchemy makes of an error of PostgreSQL's."""
    said, adapted = Exception("what the server says"), Exception("what the server says")
    said.constraint_name = constraint  # type: ignore[attr-defined]
    adapted.sqlstate, adapted.orig = code, said  # type: ignore[attr-defined]
    return adapted


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionResetError(), ConnectionRefusedError(111, "refused")])
def test_a_server_that_cannot_be_reached_is_no_trouble_with_a_folder(error: OSError) -> None:
    found = as_store_error(error)
    assert type(found) is StoreUnavailable
    assert "server cannot be reached" in str(found)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ENOTDIR])
def test_an_operating_system_error_names_the_place(number: int) -> None:
    with pytest.raises(StoreUnavailable, match=r"\(/home/ada/store\.db\)") as caught, store_errors():
        raise OSError(number, "some reason", "/home/ada/store.db")
    assert "some reason" in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)


def test_a_pool_without_a_free_connection_is_busy_not_broken() -> None:
    assert "busy" in str(as_store_error(exc.TimeoutError()))


def test_other_errors_pass_unchanged() -> None:
    mistake = KeyError("x")
    assert as_store_error(mistake) is mistake
    with pytest.raises(KeyError), store_errors():
        raise mistake


async def test_no_error_shows_what_the_student_wrote(store: Store, at_work: Seat) -> None:
    asked = at_work.interaction(user_prompt="my secret", kind="solve")
    with pytest.raises(Conflict, match="not allowed") as caught:
        async with store.write() as tx:
            await tx.interactions.add(asked)
    error: BaseException | None = caught.value
    while error is not None:
        assert "my secret" not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__


async def test_no_log_shows_what_the_student_wrote(
    store: Store, at_work: Seat, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with store.write() as tx:
            await tx.interactions.add(at_work.interaction(user_prompt="my secret"))
    assert "my secret" not in caplog.text


async def test_a_transaction_is_over_after_its_block(store: Store, at_work: Seat) -> None:
    async with store.read() as tx:
        pass
    with pytest.raises(StoreUnavailable):
        await tx.users.get(at_work.user.id)
