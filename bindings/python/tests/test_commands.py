"""Commands and questions through the facade."""

from datetime import date, datetime, timedelta, timezone

import pm
import pytest


def test_given_an_item_with_every_field_when_read_then_it_is_what_was_given(ada: pm.Session) -> None:
    sprint = ada.create_sprint("PM", "One", start_date=date(2027, 1, 1), end_date=date(2027, 1, 14))
    epic = ada.create_item("PM", "epic", "Above")
    made = ada.create_item(
        "PM",
        pm.ItemKind.TASK,
        "Ünïcode ✓ 日本語 🎉",
        description="# Markdown",
        lane="todo",
        priority="high",
        assignee="bob",
        labels=["b", "a"],
        points=2.5,
        estimate=timedelta(hours=2),
        remaining=600,
        start_date=date(2026, 12, 1),
        due_date=date(2026, 12, 24),
        sprint=sprint.id,
        parent=epic.key,
        external=pm.ExternalRef(source="jira", id="X-1"),
        extra='{"a":1}',
    )
    item = ada.query.item_only(made.key).item
    assert item.title == "Ünïcode ✓ 日本語 🎉"
    assert (item.priority, item.labels, item.points) == (pm.Priority.HIGH, ["a", "b"], 2.5)
    assert (item.estimate_seconds, item.remaining_seconds) == (7200, 600)
    assert (item.estimate, item.remaining) == (timedelta(hours=2), timedelta(minutes=10))
    assert (item.start_date, item.due_date) == (date(2026, 12, 1), date(2026, 12, 24))
    assert item.created_at.tzinfo is timezone.utc
    assert (item.sprint, item.parent, item.assignee) == (sprint.id, epic.id, "bob")
    assert item.external == pm.ExternalRef(source="jira", id="X-1")


def test_given_a_patch_when_fields_are_named_then_those_left_out_stay_and_none_clears(ada: pm.Session) -> None:
    made = ada.create_item("PM", "task", "One", points=3, assignee="bob", due_date=date(2027, 1, 1))
    changed = ada.update_item("PM-1", title="Two", assignee=None, expected_version=made.version)
    item = ada.query.item_only("PM-1").item
    assert changed.version == 2
    assert (item.title, item.assignee, item.points, item.due_date) == ("Two", None, 3, date(2027, 1, 1))


def test_given_a_move_when_parent_and_sprint_are_none_then_they_are_cleared_and_what_is_left_out_stays(
    ada: pm.Session,
) -> None:
    sprint = ada.create_sprint("PM", "One")
    epic = ada.create_item("PM", "epic", "Above")
    made = ada.create_item("PM", "task", "Below", parent=epic.key, sprint=sprint.id)
    ada.move_item(made.key, lane="todo")
    item = ada.query.item_only(made.key).item
    assert (item.parent, item.sprint) == (epic.id, sprint.id)
    ada.move_item(made.key, parent=None, sprint=None)
    item = ada.query.item_only(made.key).item
    assert (item.parent, item.sprint) == (None, None)
    ada.move_item(made.key, parent=epic.key, sprint=sprint.id)
    item = ada.query.item_only(made.key).item
    assert (item.parent, item.sprint) == (epic.id, sprint.id)


def test_given_a_batch_when_one_part_is_refused_then_none_is_done_and_the_part_is_named(ada: pm.Session) -> None:
    item = pm.NewItem(project="PM", kind=pm.ItemKind.TASK, title="In a batch", priority=pm.Priority.NONE)
    wrong = pm.NewComment(item="#0", text="")
    with pytest.raises(pm.errors.Invalid) as refused:
        ada.execute(pm.Change.CREATE_ITEM(item), pm.Change.ADD_COMMENT(wrong))
    assert refused.value.part == 1
    assert ada.query.items(pm.ItemSort.NUMBER).items == []
    fine = pm.NewComment(item="#0", text="first")
    outcome = ada.execute(pm.Change.CREATE_ITEM(item), pm.Change.ADD_COMMENT(fine))
    assert [result.entity_kind for result in outcome.results] == [
        pm.EntityKind.WORK_ITEM,
        pm.EntityKind.COMMENT,
    ]


def test_given_time_by_hand_when_asked_then_instants_have_a_zone_and_naive_ones_are_refused(ada: pm.Session) -> None:
    ada.create_item("PM", "task", "Work")
    end = datetime.now(timezone.utc)
    ada.add_time_entry("PM-1", end - timedelta(hours=1), end, "writing")
    totals = ada.query.time_totals(pm.TimeScope.TENANT(), pm.TimeGrouping.USER)
    assert (totals.seconds, totals.duration) == (3600, timedelta(hours=1))
    with pytest.raises(TypeError):
        ada.add_time_entry("PM-1", datetime.now(), datetime.now())


def test_given_questions_as_methods_and_as_values_when_asked_then_both_answer_the_same(ada: pm.Session) -> None:
    ada.create_item("PM", "task", "One")
    answer = ada.query.ask(pm.Question.BOARD(project="PM", filter=pm.ItemFilter(), per_lane=None))
    assert isinstance(answer, pm.Answer.BOARD)
    assert answer.value == ada.query.board("PM")
    match answer:
        case pm.Answer.BOARD(board):
            assert [lane.cards[0].key for lane in board.lanes if lane.cards] == ["PM-1"]
        case _:
            pytest.fail("no board")


def test_given_more_items_than_a_page_when_paged_then_each_comes_once(ada: pm.Session) -> None:
    for number in range(25):
        ada.create_item("PM", "task", f"Item {number}")
    found = [
        card.key
        for page in pm.pages(lambda page: ada.query.items(pm.ItemSort.NUMBER, page=page), limit=10)
        for card in page.items
    ]
    assert found == [f"PM-{number}" for number in range(1, 26)]


def test_given_records_when_made_rows_then_they_are_flat_and_words_are_text(ada: pm.Session) -> None:
    ada.create_item("PM", "task", "One", due_date=date(2027, 1, 1))
    (row,) = pm.rows(ada.query.items(pm.ItemSort.NUMBER).items)
    assert (row["key"], row["item_kind"], row["item_due_date"]) == ("PM-1", "task", date(2027, 1, 1))
    assert pm.to_dict(pm.Change.STOP_TIMER()) == {"type": "stop_timer", "entry": None}
    clear = pm.ItemMove(item="PM-1", parent=pm.ParentChange.CLEAR())
    assert pm.to_dict(pm.Change.MOVE_ITEM(clear))["parent"] == {"type": "clear"}
    assert pm.to_dict(pm.MentionTarget.USER("bob")) == {"type": "user", "value": "bob"}
    inner = pm.to_dict(pm.Change.LOAD_ENTITY(pm.Entity.LANE(ada.query.lanes("PM").lanes[0].lane)))
    assert (inner["type"], inner["value"]["type"], inner["value"]["status"]) == ("load_entity", "lane", "backlog")
    assert "title=One" in repr(ada.query.item_only("PM-1"))


def test_given_a_member_and_a_private_project_when_he_asks_then_it_does_not_exist_for_him(engine: pm.Engine) -> None:
    tenant = engine.tenant_or_create("acme")
    tenant.acting_as("ada").create_project("SE", "Secret", visibility="private")
    eve = tenant.acting_as("eve", role="member")
    with pytest.raises(pm.errors.NotFound):
        eve.query.board("SE")
    with pytest.raises(pm.errors.NotFound):
        eve.create_item("SE", "task", "In there")


def test_given_a_word_that_is_none_when_used_then_the_words_are_named(ada: pm.Session) -> None:
    with pytest.raises(ValueError, match="epic, story, task, bug"):
        ada.create_item("PM", "saga", "Too long")
