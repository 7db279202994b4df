"""Which model answered at which price, and what asking has cost."""

from __future__ import annotations

from typing import Any

import pytest
from store_samples import Seat, minute

from storage import Store
from storage.values import Latency

CHEAP, DEAR = {"input": 1.0, "output": 2.0, "currency": "USD"}, {"input": 3.0, "output": 4.0, "currency": "USD"}


# --- models ----------------------------------------------------------------------------------------------------


async def test_the_same_model_answers_from_one_row(store: Store) -> None:
    async with store.write() as tx:
        first = await tx.models.answered("m", "v1", {"top_p": 0.5})
        assert await tx.models.answered("m", "v1", {"top_p": 0.5}) == first
    assert (first.version, first.parameters, first.prices) == ("v1", {"top_p": 0.5}, None)


async def test_other_parameters_are_another_row_and_the_old_one_comes_back_with_the_old_ones(store: Store) -> None:
    async with store.write() as tx:
        first = await tx.models.answered("m", "v1")
        warmer = await tx.models.answered("m", "v1", {"temperature": 1})
        hot = await tx.models.answered("m", "v1", {"temperature": 2})
        assert [warmer.version, hot.version] == ["v1#2", "v1#3"]
        assert await tx.models.answered("m", "v1", {}) == first
        assert await tx.models.answered("m", "v1", {"temperature": 1}) == warmer


async def test_prices_told_for_a_name_hold_for_the_versions_that_answer(store: Store) -> None:
    async with store.write() as tx:
        before = await tx.models.answered("m", "v1")
        told = await tx.models.describe("m", description="fast", prices=CHEAP)
        assert (told.version, told.prices, told.description) == ("", CHEAP, "fast")
        assert (await tx.models.get(before.id)).prices == CHEAP  # it was unknown
        assert await tx.models.answered("m", "v1") == await tx.models.get(before.id)
        later = await tx.models.answered("m", "v2")
        assert (later.prices, later.description) == (CHEAP, "fast")


async def test_a_new_price_leaves_the_old_answers_their_price(store: Store) -> None:
    async with store.write() as tx:
        await tx.models.describe("m", prices=CHEAP)
        before = await tx.models.answered("m", "v1")
        await tx.models.describe("m", prices=DEAR)
        after = await tx.models.answered("m", "v1")
        assert (before.prices, after.prices) == (CHEAP, DEAR)
        assert after.version == "v1#2"
        assert (await tx.models.get(before.id)).prices == CHEAP
        await tx.models.describe("m", prices=CHEAP)
        assert await tx.models.answered("m", "v1") == before


async def test_a_price_of_a_version_is_not_the_price_of_another(store: Store) -> None:
    async with store.write() as tx:
        await tx.models.describe("m", "v1", prices=CHEAP)
        await tx.models.describe("m", "v2", prices=DEAR)
        assert (await tx.models.answered("m", "v1")).prices == CHEAP
        assert (await tx.models.answered("m", "v2")).prices == DEAR
        assert (await tx.models.answered("m", "v3")).prices is None


async def test_describing_a_model_again_changes_nothing_but_what_is_told(store: Store) -> None:
    async with store.write() as tx:
        first = await tx.models.describe("m", prices=CHEAP)
        assert await tx.models.describe("m", prices=CHEAP) == first
        again = await tx.models.describe("m", description="slow")
        assert (again.id, again.prices, again.description) == (first.id, CHEAP, "slow")
        assert len([model for model in await tx.models.list() if model.name == "m"]) == 1


@pytest.mark.parametrize("version", ["", "50%_off", "a#b", "v#2"])
async def test_any_text_can_be_a_version(store: Store, version: str) -> None:
    async with store.write() as tx:
        first = await tx.models.answered("m", version)
        second = await tx.models.answered("m", version, {"n": 1})
        assert (first.version, second.version) == (version, f"{version}#2")


# --- questions of an hour --------------------------------------------------------------------------------------


async def test_one_question_counts_once_whatever_it_took_to_answer_it(store: Store, at_work: Seat) -> None:
    async with store.write() as tx:
        model = await tx.models.ensure("m", "")
        rows = [
            ("error", {}), ("error", {}), ("fallback", {}), ("cancelled", {}), ("length", {}), ("stop", {}),
            ("stop", {"kind": "hint", "hint_level": 0}), ("stop", {"kind": "hint", "hint_level": 1}),
        ]  # fmt: skip
        for number, (finish, more) in enumerate(rows):
            await tx.interactions.add(
                at_work.interaction(
                    **{"model_id": model.id, "created_at": minute(number), "finish_reason": finish, **more}
                )
            )
        user = at_work.session.user_id
        assert await tx.usage.asked_since(user, minute(-1)) == [minute(number) for number in (2, 3, 4, 5, 7)]
        assert await tx.usage.asked_since(user, minute(4)) == [minute(5), minute(7)]


async def test_questions_are_counted_where_they_were_asked(store: Store, at_work: Seat) -> None:
    session = at_work.session
    async with store.write() as tx:
        model = await tx.models.ensure("m", "")
        await tx.interactions.add(at_work.interaction(model_id=model.id))
        challenge = await tx.challenges.get(session.challenge_id)
        since = minute(0)
        assert len(await tx.usage.asked_since(session.user_id, since, challenge_id=challenge.id)) == 1
        assert len(await tx.usage.asked_since(session.user_id, since, class_id=challenge.class_id)) == 1
        assert await tx.usage.asked_since(session.user_id, since, challenge_id=session.id) == []
        assert await tx.usage.asked_since(session.user_id, since, class_id=session.id) == []
        assert await tx.usage.asked_since(session.id, since) == []


# --- sums ------------------------------------------------------------------------------------------------------


async def test_an_empty_store_has_no_sums(store: Store) -> None:
    async with store.read() as tx:
        for by in ("class", "challenge", "model"):
            assert await tx.usage.tallies(by) == await tx.usage.latencies(by) == []


@pytest.mark.parametrize("by", ["class", "challenge", "model"])
async def test_sums_are_made_by_class_challenge_and_model(store: Store, at_work: Seat, by: Any) -> None:
    async with store.write() as tx:
        model = await tx.models.ensure("m", "v")
        held = {"finish_reason": "error", "guard": {"blocked": True, "rule": "reference"}}
        for more in (held, {"prompt_tokens": 5, "completion_tokens": 2}, {"prompt_tokens": 7}, {"guard": None}):
            await tx.interactions.add(at_work.interaction(model_id=model.id, **more))
        challenge = await tx.challenges.get(at_work.session.challenge_id)
        [tally] = await tx.usage.tallies(by)
        group = {"class": challenge.class_id, "challenge": challenge.id, "model": model.id}[by]
        assert (tally.group_id, tally.model_id) == (group, model.id)
        assert (tally.questions, tally.answers, tally.blocked) == (3, 4, 1)
        assert (tally.prompt_tokens, tally.completion_tokens) == (12, 2)
        assert (await tx.usage.names(by))[tally.group_id or model.id]
        assert await tx.usage.tallies(by, minute(2)) == []


@pytest.mark.parametrize(("count", "median", "p95"), [(1, 1, 1), (2, 1, 2), (3, 2, 3), (20, 10, 19), (100, 50, 95)])
async def test_percentiles_are_by_nearest_rank(store: Store, at_work: Seat, count: int, median: int, p95: int) -> None:
    async with store.write() as tx:
        model = await tx.models.ensure("m", "v")
        for latency in range(count, 0, -1):
            await tx.interactions.add(at_work.interaction(model_id=model.id, latency_ms=latency))
        await tx.interactions.add(at_work.interaction(model_id=model.id, latency_ms=10**6, finish_reason="error"))
        assert await tx.usage.latencies("model") == [Latency(group_id=model.id, median_ms=median, p95_ms=p95)]
