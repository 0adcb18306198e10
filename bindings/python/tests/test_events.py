"""Listeners and feeds."""

import asyncio
import gc
import threading

import pm
import pytest


def test_given_two_clients_when_one_changes_something_then_the_other_is_told(engine: pm.Engine, ada: pm.Session) -> None:
    bob = engine.tenant("acme").acting_as("bob", role="member")
    told: list[pm.Event] = []
    done = threading.Event()

    def on_events(batch: pm.EventBatch) -> None:
        told.extend(batch.events)
        if any(event.action is pm.Action.MOVED for event in batch.events):
            done.set()

    subscription = bob.subscribe(on_events)
    ada.create_item("PM", "task", "One")
    ada.move_item("PM-1", lane="done")
    assert done.wait(60)
    assert [event.sequence for event in told] == sorted({event.sequence for event in told})
    assert {event.actor.user for event in told} == {"ada"}
    subscription.cancel()
    assert subscription.wait_ended(60)
    assert isinstance(subscription.end, pm.StreamEnd.CANCELLED)


def test_given_a_listener_that_raises_and_one_that_hangs_when_events_come_then_a_third_gets_them_all(
    ada: pm.Session,
) -> None:
    hang = threading.Event()
    seen: list[int] = []
    done = threading.Event()

    def raising(batch: pm.EventBatch) -> None:
        raise ZeroDivisionError("on purpose")

    def recording(batch: pm.EventBatch) -> None:
        seen.extend(event.sequence for event in batch.events)
        if len(seen) >= 50:
            done.set()

    broken = ada.subscribe(raising, from_sequence=0)
    hanging = ada.subscribe(lambda batch: hang.wait(), from_sequence=0)
    start = ada.subscribe(recording)
    for number in range(50):
        ada.create_item("PM", "task", f"Item {number}")
    assert done.wait(60)
    assert seen == list(range(seen[0], seen[0] + 50))
    assert broken.wait_ended(60)
    end = broken.end
    assert isinstance(end, pm.StreamEnd.LISTENER_THREW)
    assert "on purpose" in end.message
    assert hanging.end is None
    hang.set()
    start.cancel()


def test_given_a_subscription_when_its_block_ends_then_it_is_cancelled_and_until_then_it_goes_on(ada: pm.Session) -> None:
    told: list[int] = []
    done = threading.Event()

    def on_events(batch: pm.EventBatch) -> None:
        told.append(batch.complete_to)
        done.set()

    with ada.subscribe(on_events) as subscription:
        ada.create_item("PM", "task", "One")
        assert done.wait(60)
        assert not subscription.wait_ended(0)
        assert subscription.end is None
    assert subscription.wait_ended()
    assert isinstance(subscription.end, pm.StreamEnd.CANCELLED)
    assert subscription.cursor == told[-1]


def test_given_a_listener_when_it_waits_for_its_own_end_then_it_does_not_hang(ada: pm.Session) -> None:
    known: list[pm.Subscription] = []
    subscribed = threading.Event()
    waited: list[bool] = []
    done = threading.Event()

    def on_events(batch: pm.EventBatch) -> None:
        assert subscribed.wait(60)
        waited.append(known[0].wait_ended())
        done.set()

    known.append(ada.subscribe(on_events, from_sequence=0))
    subscribed.set()
    assert done.wait(60)
    assert waited[0] is False
    known[0].cancel()
    assert known[0].wait_ended(60)


def test_given_a_feed_when_iterated_then_it_ends_with_the_engine(tmp_path: object) -> None:
    engine = pm.Engine(f"{tmp_path}/own")
    ada = engine.tenant_or_create("acme").acting_as("ada")
    ada.create_project("PM", "The product")
    feed = ada.feed(from_sequence=0)
    closing = threading.Timer(0.1, engine.close)
    closing.start()
    kinds = [event.entity_kind for event in feed.events()]
    assert pm.EntityKind.PROJECT in kinds
    closing.join()


def test_given_a_cursor_when_a_feed_starts_from_it_then_nothing_is_lost_and_nothing_comes_twice(ada: pm.Session) -> None:
    with ada.feed(from_sequence=0) as feed:
        first = feed.next(60)
        assert first is not None
        cursor = feed.cursor
    ada.create_item("PM", "task", "Missed")
    with ada.feed(from_sequence=cursor) as feed:
        second = feed.next(60)
    assert second is not None
    assert second.events[0].sequence == first.events[-1].sequence + 1


def test_given_asyncio_when_commands_questions_and_events_run_then_the_loop_stays_free(ada: pm.Session) -> None:
    async def main() -> list[int]:
        aio = ada.aio
        feed = await aio.feed(from_sequence=0)
        made = await aio.call(ada.create_item, "PM", "task", "From a loop")
        board = await aio.call(ada.query.board, "PM")
        assert any(card.key == made.key for lane in board.lanes for card in lane.cards)
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        found: list[int] = []
        async for batch in feed:
            found.extend(event.sequence for event in batch.events)
            if any(event.number == 1 for event in batch.events):
                break
        feed.close()
        ticking.cancel()
        assert ticks > 0
        return found

    found = asyncio.run(main())
    assert found == list(range(1, len(found) + 1))


def test_given_the_garbage_collector_in_the_middle_of_delivery_when_it_runs_then_events_go_on(ada: pm.Session) -> None:
    seen: list[int] = []
    done = threading.Event()

    def on_events(batch: pm.EventBatch) -> None:
        gc.collect()
        seen.extend(event.sequence for event in batch.events)
        if len(seen) >= 30:
            done.set()

    ada.subscribe(on_events)
    for number in range(30):
        ada.create_item("PM", "task", f"Item {number}")
        gc.collect()
    assert done.wait(60)
    assert len(seen) == len(set(seen))


def test_given_a_listener_that_uses_the_engine_when_told_then_its_commands_commit(ada: pm.Session) -> None:
    done = threading.Event()

    def on_events(batch: pm.EventBatch) -> None:
        if any(event.entity_kind is pm.EntityKind.COMMENT for event in batch.events):
            done.set()
        elif any(event.entity_kind is pm.EntityKind.WORK_ITEM for event in batch.events):
            ada.add_comment("PM-1", "seen by the listener")

    ada.subscribe(on_events)
    ada.create_item("PM", "task", "One")
    assert done.wait(60)


def test_given_a_member_when_a_project_turns_private_then_he_is_told_that_it_is_lost(
    engine: pm.Engine, ada: pm.Session
) -> None:
    eve = engine.tenant("acme").acting_as("eve", role="member")
    with eve.feed() as feed:
        change = pm.ProjectChange.VISIBILITY(pm.Visibility.PRIVATE)
        ada.execute(pm.Change.UPDATE_PROJECT(project="PM", changes=[change]))
        ada.create_item("PM", "task", "Not for her")
        access: list[pm.AccessChange] = []
        events: list[pm.Event] = []
        while not access:
            batch = feed.next(60)
            assert batch is not None
            access.extend(batch.access)
            events.extend(batch.events)
        assert [change.gained for change in access] == [False]
        assert all(event.entity_kind is not pm.EntityKind.WORK_ITEM for event in events)


def test_given_a_negative_wait_when_asked_then_it_is_invalid(ada: pm.Session) -> None:
    with pytest.raises(pm.errors.Invalid):
        ada.feed().next(-1)
