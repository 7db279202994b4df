"""Sync over TLS, with a certificate that is checked: the right one, and wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import BadStoreUrl, StoreUnavailable, open_store
from storage.logins import login_name
from storage.sync.errors import RemoteError
from storage.sync.postgres_remote import PostgresRemote
from taco_lsp.sync.rounds import sync_once
from tests.support.sync_school import PASSWORD, Lab, School
from tests.support.tls import Authority, Front, encrypted, make_authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The school's."""
    return make_authority(tmp_path / "school-ca")


def url(school: School, front: Front, root: Path, host: str = "localhost") -> str:
    """Where Ada syncs with, as she would write it."""
    login = login_name(school.people["ada"].email, school.database)
    checked = f"sslmode=verify-full&sslrootcert={root}"
    return f"postgresql://{login}:{PASSWORD}@{host}:{front.port}/{school.database}?{checked}"


async def test_a_round_over_tls_with_the_schools_own_authority(school: School, lab: Lab, authority: Authority) -> None:
    machine = await lab.machine("ada")
    async with encrypted(school.server.folder / ".s.PGSQL.5432", authority) as front:
        remote = PostgresRemote(url(school, front, authority.root))
        await sync_once(machine.store, remote, machine.user.id)
        session = await machine.sit_down(school.challenges["9a"])
        await sync_once(machine.store, PostgresRemote(url(school, front, authority.root)), machine.user.id)
    assert front.trusted == 2
    assert await school.ids("sessions") == {session.id}


@pytest.mark.parametrize("wrong", ["another authority's", "another name's"])
async def test_with_a_wrong_certificate_nothing_is_sent_not_even_the_password(
    school: School, lab: Lab, authority: Authority, tmp_path: Path, wrong: str
) -> None:
    machine = await lab.machine("ada")
    async with encrypted(school.server.folder / ".s.PGSQL.5432", authority) as front:
        if wrong == "another name's":
            address = url(school, front, authority.root, host="127.0.0.1")
        else:
            address = url(school, front, make_authority(tmp_path / "another-ca").root)
        with pytest.raises(RemoteError) as caught:
            await sync_once(machine.store, PostgresRemote(address), machine.user.id)
    assert front.trusted == 0
    assert "certificate" in str(caught.value)
    assert PASSWORD not in f"{caught.value!r} {caught.value.hint}"


async def test_a_store_on_a_server_is_opened_over_tls_and_refused_with_a_wrong_certificate(
    school: School, authority: Authority, tmp_path: Path
) -> None:
    async with encrypted(school.server.folder / ".s.PGSQL.5432", authority) as front:
        store = await open_store(url(school, front, authority.root))
        async with store.read() as tx:
            assert (await tx.users.local_profile()).id == school.people["ada"].id
        await store.close()
        seen = front.trusted
        with pytest.raises(StoreUnavailable, match="certificate that is not trusted") as caught:
            await open_store(url(school, front, make_authority(tmp_path / "another-ca").root))
    assert "not even a password" in caught.value.hint
    assert front.trusted == seen > 0


async def test_without_an_authority_one_is_told_what_to_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PGSSLROOTCERT", raising=False)
    with pytest.raises(BadStoreUrl, match="root certificate") as caught:
        await open_store("postgresql://ada:s3cret@127.0.0.1:1/taco?sslmode=verify-full")
    assert "sslrootcert" in caught.value.hint
    assert "s3cret" not in repr(caught.value)
