"""Every question, asked by a stranger's client: each answer is the field of the same name and says where it is valid."""

import itertools

import pytest

from pm.v1 import command_pb2 as c
from pm.v1 import common_pb2 as common
from pm.v1 import entity_pb2 as e
from pm.v1 import query_pb2 as q

IDS = itertools.count(1)


class World:
    """A small project, and short ways to ask about it."""

    def __init__(self, client):
        self.client = client
        project = c.NewProject(key="PM", title="Asked", visibility=e.VISIBILITY_OPEN, wip_policy=e.WIP_POLICY_WARN)
        self.project = self.do(create_project=project).results[0].id
        more = {"project": "PM", "priority": e.PRIORITY_HIGH, "labels": ["red"]}
        self.do(create_item=c.NewItem(title="Epic", kind=e.ITEM_KIND_EPIC, **more))
        for title in ["First words", "Second words", "Third words"]:
            self.do(create_item=c.NewItem(title=title, kind=e.ITEM_KIND_TASK, parent="PM-1", **more))
        pair = {"from": "PM-2", "to": "PM-3"}
        self.do(add_dependency=c.AddDependency(kind=e.DEPENDENCY_KIND_BLOCKS, **pair))
        comment = self.do(add_comment=c.NewComment(item="PM-2", text="See PM-3, @[ann]"))
        self.comment = comment.results[0].id
        self.do(add_comment=c.NewComment(item="PM-2", text="Yes", reply_to=self.comment))
        self.do(start_timer=c.StartTimer(item="PM-4"))
        self.sprint = self.do(create_sprint=c.NewSprint(project="PM", name="One")).results[0].id
        self.do(move_item=c.ItemMove(item="PM-2", sprint=common.OptionalString(value=self.sprint)))
        self.do(start_sprint=c.StartSprint(sprint=self.sprint))
        self.last = self.do(delete_item=c.DeleteItem(item="PM-4"))

    def do(self, **change):
        command = c.Command(id=f"world-{next(IDS)}", parts=[c.Part(change=c.Change(**change))])
        frame = self.client.command(command)
        assert frame.WhichOneof("body") == "outcome", frame
        return frame.outcome

    def ask(self, **question):
        (name,) = question
        answer = self.client.query(q.Question(**question))
        assert answer.WhichOneof("answer") == name, answer
        return getattr(answer, name)

    def questions(self):
        """One of each kind."""
        whole = q.TimeScope(tenant=q.WholeTenant())
        return {
            "items": q.ItemsQuestion(filter=q.ItemFilter(text="words"), with_total=True),
            "board": q.BoardQuestion(project="PM"),
            "lane_page": q.LanePageQuestion(lane=c.LaneTarget(project="PM", lane="backlog")),
            "projects": q.ProjectsQuestion(with_total=True),
            "project": q.ProjectQuestion(project="PM"),
            "users": q.UsersQuestion(),
            "user": q.UserQuestion(user="root"),
            "members": q.MembersQuestion(project="PM"),
            "lanes": q.LanesQuestion(project="PM"),
            "sprints": q.SprintsQuestion(project="PM"),
            "sprint": q.SprintQuestion(sprint=self.sprint),
            "labels": q.LabelsQuestion(project="PM"),
            "trash": q.TrashQuestion(project="PM"),
            "trash_projects": q.TrashProjectsQuestion(),
            "item": q.ItemQuestion(item="PM-2"),
            "item_only": q.ItemOnlyQuestion(item="PM-2"),
            "ancestors": q.AncestorsQuestion(item="PM-2"),
            "children": q.ChildrenQuestion(item="PM-1"),
            "descendants": q.DescendantsQuestion(item="PM-1"),
            "dependencies": q.DependenciesQuestion(item="PM-2"),
            "backlog": q.BacklogQuestion(project="PM"),
            "blocked": q.BlockedQuestion(project="PM"),
            "ready": q.ReadyQuestion(project="PM"),
            "comments": q.CommentsQuestion(item="PM-2"),
            "replies": q.RepliesQuestion(comment=self.comment),
            "mentions": q.MentionsQuestion(target=q.MentionTarget(item="PM-3")),
            "time_entries": q.TimeEntriesQuestion(filter=q.TimeFilter(user="root")),
            "running_timers": q.RunningTimersQuestion(),
            "my_timer": q.MyTimerQuestion(),
            "context": q.ContextQuestion(project="PM"),
            "llm_context": q.LlmContextQuestion(),
            "search": q.SearchQuestion(text="words"),
            "activity": q.ActivityQuestion(project=self.project),
            "sprint_report": q.SprintReportQuestion(sprint=self.sprint),
            "scope_changes": q.ScopeChangesQuestion(sprint=self.sprint),
            "sprint_items": q.SprintItemsQuestion(sprint=self.sprint, phase=e.SPRINT_PHASE_START),
            "velocity": q.VelocityQuestion(project="PM"),
            "time_totals": q.TimeTotalsQuestion(scope=whole, by=q.TIME_GROUPING_ITEM),
            "snapshot": q.SnapshotQuestion(projects=[self.project]),
            "board_then": q.BoardThenQuestion(project=self.project, as_of=q.AsOf(sequence=self.last.last_sequence)),
            "inverse": q.InverseQuestion(command=self.last.command, user="root"),
        }


@pytest.fixture(scope="module")
def world(server):
    client = server.client("root", "admin")
    yield World(client)
    client.close()


def test_given_the_vocabulary_when_compared_then_every_question_is_asked(world):
    known = {field.name for field in q.Question.DESCRIPTOR.fields}
    assert set(world.questions()) == known


def test_given_every_question_when_asked_then_it_is_answered_at_the_head(world):
    for name, question in world.questions().items():
        answer = world.ask(**{name: question})
        if "sequence" in answer.DESCRIPTOR.fields_by_name:
            assert answer.sequence == world.last.last_sequence, name


def test_given_what_was_done_when_asked_then_the_answers_say_it(world):
    asked = {name: world.ask(**{name: question}) for name, question in world.questions().items()}
    assert [card.key for card in asked["items"].items] == ["PM-2", "PM-3"] and asked["items"].total == 2
    assert [card.key for card in asked["blocked"].items] == ["PM-3"]
    assert [card.key for card in asked["ready"].items] == ["PM-2"]
    assert [thread.comment.id for thread in asked["comments"].threads] == [world.comment]
    assert [mention.key for mention in asked["mentions"].mentions] == ["PM-2"]
    assert [entry.key for entry in asked["trash"].entries] == ["PM-4"]
    assert not asked["my_timer"].HasField("entry")
    assert len(asked["sprint_items"].items) == 1
    assert asked["item"].item.item.title == "First words"


def test_given_pages_of_one_when_followed_then_they_are_the_list(world):
    keys, cursor = [], None
    while True:
        page = q.PageRequest(limit=1, cursor=cursor)
        answer = world.ask(items=q.ItemsQuestion(filter=q.ItemFilter(project="PM"), page=page))
        keys += [card.key for card in answer.items]
        if not answer.HasField("next"):
            break
        cursor = answer.next
    assert keys == ["PM-1", "PM-2", "PM-3"]


def test_given_what_may_not_be_seen_when_asked_then_it_is_not_found(server, world):
    secret = c.NewProject(key="SEC", title="Not for all", visibility=e.VISIBILITY_PRIVATE, wip_policy=e.WIP_POLICY_WARN)
    world.last = world.do(create_project=secret)
    ann = server.client("ann")
    for project in ["SEC", "NONE"]:
        frame = ann.connection.ask(query=q.Question(project=q.ProjectQuestion(project=project)))
        assert frame.rejection.code == common.REJECTION_CODE_NOT_FOUND
    ann.close()


def test_given_an_answer_larger_than_a_frame_when_asked_then_its_parts_are_put_together(world):
    text = "å" * 90_000
    for _ in range(12):
        item = c.NewItem(project="PM", title="Long", kind=e.ITEM_KIND_TASK, priority=e.PRIORITY_NONE, description=text)
        world.do(create_item=item)
    options = q.ContextOptions(max_bytes=4_000_000, descriptions=True)
    context = world.ask(context=q.ContextQuestion(project="PM", options=options))
    assert context.ByteSize() > world.client.welcome.limits.frame_bytes_max
    assert sum(item.description == text for item in context.items) == 12
