"""Every command, every variant of every choice in them, every action of an event: sent and seen by a stranger's client."""

import itertools
import uuid

import pytest

from pm.v1 import command_pb2 as c
from pm.v1 import common_pb2 as common
from pm.v1 import entity_pb2 as e
from pm.v1 import event_pb2 as ev

IDS = itertools.count(1)
DAY = 24 * 3600


class Story:
    """Sends commands and remembers which words of the vocabulary they used."""

    def __init__(self, client):
        self.client = client
        self.used = set()

    def send(self, *changes, command=None, expected_version=None):
        parts = [c.Part(change=change, expected_version=expected_version) for change in changes]
        command = command or c.Command(id=f"story-{next(IDS)}", parts=parts)
        self.note(command)
        return self.client.command(command)

    def do(self, **change):
        """One change that must be done; the id of what it is about, and its key."""
        frame = self.send(c.Change(**change))
        assert frame.WhichOneof("body") == "outcome", f"{change}: {frame}"
        result = frame.outcome.results[0]
        self.last = frame.outcome
        return result.key or result.id

    def refused(self, code, **change):
        frame = self.send(c.Change(**change))
        assert frame.WhichOneof("body") == "rejection", f"{change}: {frame}"
        assert frame.rejection.code == code, frame
        return frame.rejection

    def note(self, message):
        for field, value in message.ListFields():
            if field.containing_oneof and len(field.containing_oneof.fields) > 1:
                self.used.add((message.DESCRIPTOR.name, field.name))
            if field.message_type is not None:
                for part in value if field.is_repeated else [value]:
                    self.note(part)


def vocabulary():
    """Every variant of every choice that a command can hold; an entity is of the kind it is."""
    seen, words, waiting = set(), set(), [c.Command.DESCRIPTOR]
    while waiting:
        message = waiting.pop()
        if message.name in seen or message.name == "Entity":
            continue
        seen.add(message.name)
        for field in message.fields:
            if field.containing_oneof and len(field.containing_oneof.fields) > 1:
                words.add((message.name, field.name))
            if field.message_type is not None:
                waiting.append(field.message_type)
    return words


def text(value=None):
    return common.OptionalString(value=value)


def item(title, project="PM", **more):
    more = {"kind": e.ITEM_KIND_TASK, "priority": e.PRIORITY_NONE, **more}
    return c.NewItem(project=project, title=title, **more)


def project(key, **more):
    more = {"visibility": e.VISIBILITY_OPEN, "wip_policy": e.WIP_POLICY_WARN, **more}
    return c.NewProject(key=key, title=f"Project {key}", **more)


def tell(story):
    do = story.do
    settings = [
        c.TenantSettingChange(timer_cap_seconds=3600),
        c.TenantSettingChange(timer_cap_policy=e.TIMER_CAP_POLICY_CAP),
        c.TenantSettingChange(overlap_policy=e.OVERLAP_POLICY_ALLOW),
    ]
    do(update_tenant_settings=c.UpdateTenantSettings(changes=settings))
    user = [c.UserChange(name=text("Root")), c.UserChange(email=text("root@example.org"))]
    do(update_user=c.UpdateUser(user="root", changes=user))
    projects(story)
    lanes(story)
    items(story)
    sprints(story)
    comments(story)
    times(story)
    dependencies(story)


def projects(story):
    do = story.do
    do(create_project=project("PM", description="About it"))
    lane = c.NewLane(name="Only", category=e.LANE_CATEGORY_UNSTARTED)
    done = c.NewLane(name="Over", category=e.LANE_CATEGORY_COMPLETED, status="over", wip_limit=3)
    do(create_project=project("QA", lanes=[lane, done]))
    changes = [
        c.ProjectChange(title="Renamed"),
        c.ProjectChange(description="Other"),
        c.ProjectChange(visibility=e.VISIBILITY_PRIVATE),
        c.ProjectChange(wip_policy=e.WIP_POLICY_REFUSE),
        c.ProjectChange(parallel_sprints=True),
        c.ProjectChange(default_lane="over"),
    ]
    do(update_project=c.UpdateProject(project="QA", changes=changes))
    do(archive_project=c.ArchiveProject(project="QA"))
    story.refused(common.REJECTION_CODE_ARCHIVED, create_item=item("no", "QA"))
    do(unarchive_project=c.UnarchiveProject(project="QA"))
    gone = do(create_project=project("XX"))
    gone_id = story.last.results[0].id
    do(delete_project=c.DeleteProject(project=gone))
    do(restore_project=c.RestoreProject(project=gone_id))
    do(delete_project=c.DeleteProject(project=gone_id))
    do(purge_project=c.PurgeProject(project=gone_id))
    do(set_member=c.SetMember(project="QA", user="ann", role=e.PROJECT_ROLE_EDITOR))
    do(remove_member=c.RemoveMember(project="QA", user="ann"))


def lanes(story):
    do = story.do

    def target(lane):
        return c.LaneTarget(project="PM", lane=lane)

    lane = c.NewLane(name="Waiting", category=e.LANE_CATEGORY_STARTED)
    waiting = do(create_lane=c.CreateLane(project="PM", lane=lane, place=c.LanePlace(before="done")))
    changes = [
        c.LaneChange(name="On hold"),
        c.LaneChange(status="on_hold"),
        c.LaneChange(category=e.LANE_CATEGORY_UNSTARTED),
        c.LaneChange(wip_limit=common.OptionalInt64(value=5)),
    ]
    do(update_lane=c.UpdateLane(lane=target("waiting"), changes=changes))
    do(move_lane=c.MoveLane(lane=target("on_hold"), place=c.LanePlace(after="backlog")))
    do(move_lane=c.MoveLane(lane=target("on_hold"), place=c.LanePlace(end=c.PLACE_END_FIRST)))
    do(delete_lane=c.DeleteLane(lane=target("on_hold")))
    do(restore_lane=c.RestoreLane(lane=c.LaneTarget(lane=waiting)))


def items(story):
    do = story.do
    epic = do(create_item=item("An epic", kind=e.ITEM_KIND_EPIC))
    one = do(create_item=item("One", place=c.Place(end=c.PLACE_END_FIRST), parent=epic))
    two = do(create_item=item("Two", place=c.Place(before=one), sibling_place=c.Place(after=one), parent=epic))
    assert [epic, one, two] == ["PM-1", "PM-2", "PM-3"]
    changes = [
        c.ItemChange(kind=e.ITEM_KIND_BUG),
        c.ItemChange(title="One, renamed ✓"),
        c.ItemChange(description="Långer *text*"),
        c.ItemChange(priority=e.PRIORITY_URGENT),
        c.ItemChange(assignee=text("ann")),
        c.ItemChange(labels=common.StringList(values=["a", "b"])),
        c.ItemChange(points=common.OptionalDouble(value=2.5)),
        c.ItemChange(estimate_seconds=common.OptionalInt64(value=3600)),
        c.ItemChange(remaining_seconds=common.OptionalInt64(value=1800)),
        c.ItemChange(start_date=text("2026-11-02")),
        c.ItemChange(due_date=text("2026-11-20")),
        c.ItemChange(external=c.OptionalExternalRef(value=e.ExternalRef(source="jira", id="J-1"))),
        c.ItemChange(extra='{"colour":"red"}'),
    ]
    do(update_item=c.UpdateItem(item=one, changes=changes))
    do(move_item=c.ItemMove(item=one, lane="done", place=c.Place(end=c.PLACE_END_LAST), parent=text()))
    do(delete_item=c.DeleteItem(item=epic, cascade=True))
    do(restore_item=c.RestoreItem(item=epic))
    three = do(create_item=item("Three"))
    do(delete_item=c.DeleteItem(item=three))
    do(purge_item=c.PurgeItem(item=three))
    story.client.follow_to(story.last.last_sequence)
    like = next(entity for (kind, _), entity in story.client.entities.items() if kind == "work_item")
    loaded = e.Entity()
    loaded.CopyFrom(like)
    loaded.work_item.id, loaded.work_item.number = str(uuid.uuid4()), 50
    loaded.work_item.ClearField("external")
    loaded.work_item.ClearField("parent")
    do(load_entity=loaded)
    refusal = story.refused(common.REJECTION_CODE_INVALID, create_item=item(" "))
    assert refusal.field == "title"


def sprints(story):
    do = story.do
    first = do(create_sprint=c.NewSprint(project="PM", name="First", start_date="2026-11-02"))
    changes = [
        c.SprintChange(name="Number one"),
        c.SprintChange(goal="Ship it"),
        c.SprintChange(start_date=text("2026-11-03")),
        c.SprintChange(end_date=text("2026-11-17")),
    ]
    do(update_sprint=c.UpdateSprint(sprint=first, changes=changes))
    do(move_item=c.ItemMove(item="PM-3", sprint=text(first)))
    do(start_sprint=c.StartSprint(sprint=first))
    second = do(create_sprint=c.NewSprint(project="PM", name="Second"))
    do(complete_sprint=c.CompleteSprint(sprint=first, carry_to=second))
    do(cancel_sprint=c.CancelSprint(sprint=second))
    third = do(create_sprint=c.NewSprint(project="PM", name="Third"))
    do(delete_sprint=c.DeleteSprint(sprint=third))
    do(restore_sprint=c.RestoreSprint(sprint=third))


def comments(story):
    do = story.do
    first = do(add_comment=c.NewComment(item="PM-2", text="See PM-3, @[ann]"))
    reply = do(add_comment=c.NewComment(item="PM-2", text="Yes", reply_to=first))
    do(edit_comment=c.EditComment(comment=first, text="See PM-3 and PM-1"))
    do(delete_comment=c.DeleteComment(comment=reply))
    do(restore_comment=c.RestoreComment(comment=reply))
    do(purge_comment=c.PurgeComment(comment=reply))


def times(story):
    do = story.do
    do(start_timer=c.StartTimer(item="PM-3", note="at it"))
    do(stop_timer=c.StopTimer())
    begin = story.last.at - 3 * DAY * 1000
    entry = do(add_time_entry=c.NewTimeEntry(item="PM-3", started_at=begin, ended_at=begin + 60_000))
    changes = [
        c.TimeEntryChange(item="PM-1"),
        c.TimeEntryChange(started_at=begin - 60_000),
        c.TimeEntryChange(ended_at=begin + 120_000),
        c.TimeEntryChange(note="longer"),
    ]
    do(update_time_entry=c.UpdateTimeEntry(entry=entry, changes=changes))
    do(delete_time_entry=c.DeleteTimeEntry(entry=entry))
    do(restore_time_entry=c.RestoreTimeEntry(entry=entry))


def dependencies(story):
    do = story.do
    one = item("Before")
    before, after = do(create_item=one), do(create_item=item("After"))
    blocks = do(add_dependency=c.AddDependency(kind=e.DEPENDENCY_KIND_BLOCKS, **{"from": before, "to": after}))
    turned = c.AddDependency(kind=e.DEPENDENCY_KIND_BLOCKS, **{"from": after, "to": before})
    refusal = story.refused(common.REJECTION_CODE_CYCLE, add_dependency=turned)
    assert {step.key for step in refusal.path} == {before, after}
    do(remove_dependency=c.RemoveDependency(dependency=blocks))


@pytest.fixture(scope="module")
def told(server):
    """The story, told by one client and watched by another."""
    watcher = server.client("watcher", "admin")
    story = Story(server.client("root", "admin"))
    tell(story)
    watcher.follow_to(story.last.last_sequence)
    yield story, watcher
    story.client.close()
    watcher.close()


def test_given_the_story_when_told_then_no_word_of_a_command_is_left_out(told):
    story, _ = told
    assert vocabulary() - story.used == set()


def test_given_the_story_when_watched_then_every_action_on_every_kind_of_entity_was_seen(told):
    _, watcher = told
    actions = {event.action for event in watcher.events}
    kinds = {event.entity_kind for event in watcher.events}
    assert set(ev.Action.values()) - actions == {ev.ACTION_UNSPECIFIED}
    assert set(common.EntityKind.values()) - kinds == {common.ENTITY_KIND_UNSPECIFIED}


def test_given_two_who_followed_when_compared_then_they_have_the_same_as_a_newcomer(told, server):
    story, watcher = told
    story.client.follow_to(watcher.position[1])
    newcomer = server.client("newcomer", "admin")
    assert newcomer.position == watcher.position
    for client in (story.client, watcher):
        for key, entity in newcomer.entities.items():
            if key[0] in ("tenant_settings", "user") and key not in client.entities:
                continue
            known = client.entities[key]
            assert getattr(known, key[0]).version == getattr(entity, key[0]).version, key
    newcomer.close()
