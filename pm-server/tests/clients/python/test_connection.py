"""What a connection lives through, as docs/protocol.md tells it."""

import itertools

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pm.v1 import command_pb2 as c
from pm.v1 import common_pb2 as common
from pm.v1 import entity_pb2 as e
from pm.v1 import event_pb2 as ev
from pm.v1 import sync_pb2 as sync

import stranger

IDS = itertools.count(1)


def change(client, **body):
    command = c.Command(id=f"connection-{next(IDS)}", parts=[c.Part(change=c.Change(**body))])
    frame = client.command(command)
    assert frame.WhichOneof("body") == "outcome", frame
    return command, frame.outcome


def new_item(project, title):
    return c.NewItem(project=project, title=title, kind=e.ITEM_KIND_TASK, priority=e.PRIORITY_NONE)


def new_project(key, visibility=e.VISIBILITY_OPEN):
    return c.NewProject(key=key, title=key, visibility=visibility, wip_policy=e.WIP_POLICY_WARN)


@pytest.fixture
def root(server):
    client = server.client("root", "admin")
    yield client
    client.close()


@pytest.fixture(scope="module", autouse=True)
def projects(server):
    root = server.client("root", "admin")
    change(root, create_project=new_project("PM"))
    change(root, create_project=new_project("HID", e.VISIBILITY_PRIVATE))
    root.close()


def closed_with(connection):
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            connection.receive()
    return closed.value.rcvd.code


def test_given_a_position_when_coming_back_then_only_what_was_missed_comes(server, root):
    ann = server.client("ann")
    position = ann.position
    same = ann.again()
    assert same.welcome.resume == sync.RESUME_KIND_UP_TO_DATE
    same.close()
    _, outcome = change(root, create_item=new_item("PM", "missed"))
    back = same.again()
    assert back.welcome.resume == sync.RESUME_KIND_TAIL
    back.follow_to(outcome.last_sequence)
    assert [event.sequence for event in back.events] == list(range(position[1] + 1, outcome.last_sequence + 1))
    back.close()


def test_given_another_epoch_when_coming_back_then_a_snapshot_comes(server):
    epoch = "00000000-0000-4000-8000-000000000000"
    ann = server.client("ann", position=(epoch, 1))
    assert ann.welcome.resume == sync.RESUME_KIND_SNAPSHOT
    assert ann.welcome.epoch != epoch
    ann.close()


def test_given_a_server_that_is_killed_when_a_command_is_sent_again_then_it_is_done_once(server):
    ann = server.client("ann")
    command, first = change(ann, create_item=new_item("PM", "once"))
    server.kill()
    with pytest.raises(ConnectionClosed):
        while True:
            ann.connection.receive()
    server.start()
    ann.url = server.url
    ann = ann.again()
    frame = ann.command(command)
    assert frame.outcome.replayed
    assert frame.outcome.last_sequence == first.last_sequence
    ann.close()


def test_given_a_version_that_has_moved_on_when_changed_then_the_conflict_holds_what_is_there(root):
    _, made = change(root, create_item=new_item("PM", "first"))
    key = made.results[0].key
    title = c.UpdateItem(item=key, changes=[c.ItemChange(title="second")])
    change(root, update_item=title)
    stale = c.Part(change=c.Change(update_item=title), expected_version=1)
    frame = root.command(c.Command(id=f"connection-{next(IDS)}", parts=[stale]))
    assert frame.rejection.code == common.REJECTION_CODE_CONFLICT
    assert frame.rejection.current.work_item.title == "second"


def test_given_projects_that_are_followed_when_one_is_left_then_its_events_stop_and_the_position_goes_on(
    server, root
):
    ann = server.client("ann", "admin", projects=["PM"])
    frame = ann.connection.ask(subscribe=sync.Subscribe(projects=["HID"]))
    assert len(frame.subscribed.projects) == 2 and not frame.subscribed.all
    ann.snapshot(frame.request_id)
    frame = ann.connection.ask(unsubscribe=sync.Unsubscribe(projects=["PM"]))
    assert len(frame.subscribed.projects) == 1
    ann.events.clear()
    change(root, create_item=new_item("PM", "unheard"))
    _, heard = change(root, create_item=new_item("HID", "heard"))
    ann.follow_to(heard.last_sequence)
    assert [event.entity.work_item.title for event in ann.events] == ["heard"]
    ann.close()


def test_given_a_private_project_when_a_member_is_let_in_and_out_then_his_stream_says_so(server, root):
    bob = server.client("bob")
    assert not any(kind == "project" and entity.project.key == "HID" for (kind, _), entity in bob.entities.items())
    role = c.SetMember(project="HID", user="bob", role=e.PROJECT_ROLE_VIEWER)
    _, let_in = change(root, set_member=role)
    bob.follow_to(let_in.last_sequence)
    assert [marker.change for marker in bob.access] == [ev.ACCESS_CHANGE_GAINED]
    frame = bob.connection.ask(subscribe=sync.Subscribe(projects=[bob.access[0].project]))
    bob.snapshot(frame.request_id)
    assert any(kind == "project" and entity.project.key == "HID" for (kind, _), entity in bob.entities.items())
    _, out = change(root, remove_member=c.RemoveMember(project="HID", user="bob"))
    bob.follow_to(out.last_sequence)
    assert [marker.change for marker in bob.access] == [ev.ACCESS_CHANGE_GAINED, ev.ACCESS_CHANGE_LOST]
    bob.close()


def test_given_a_token_that_ends_when_it_is_renewed_then_the_connection_goes_on(server):
    ann = server.client("ann")
    frame = ann.connection.ask(renew=sync.Renew(token=server.token("ann")))
    assert frame.head.epoch == ann.welcome.epoch
    frame = ann.connection.ask(renew=sync.Renew(token=server.token("bob")))
    assert frame.failure.code == common.FAILURE_CODE_UNAUTHENTICATED
    frame = ann.connection.ask(ping=sync.Ping())
    assert frame.head.sequence >= ann.position[1]
    ann.close()


def test_given_no_good_token_when_hello_is_said_then_it_is_refused_for_good(server):
    for token in ["", "nonsense", stranger.sign(b"x" * 32, tenant="main", sub="ann", role="admin")]:
        connection = stranger.Connection(server.url)
        frame = connection.ask(hello=sync.Hello(protocol_version=1, token=token))
        assert frame.failure.code == common.FAILURE_CODE_UNAUTHENTICATED
        assert closed_with(connection) == 4200


def test_given_a_token_in_the_header_when_upgraded_then_hello_needs_none(server):
    headers = {"Authorization": f"Bearer {server.token('ann')}"}
    connection = stranger.Connection(server.url, additional_headers=headers)
    frame = connection.ask(hello=sync.Hello(protocol_version=1))
    assert frame.welcome.user == "ann"
    connection.close()


def test_given_what_is_no_frame_when_sent_then_it_is_refused_and_the_connection_goes_on(server):
    ann = server.client("ann")
    ann.connection.socket.send("text")
    ann.connection.socket.send(b"\xff\xff\xff")
    for _ in range(2):
        frame = ann.connection.answer(0)
        while frame.WhichOneof("body") != "failure":
            frame = ann.connection.answer(0)
        assert frame.failure.code == common.FAILURE_CODE_UNSUPPORTED
    assert ann.connection.ask(ping=sync.Ping()).HasField("head")
    ann.close()


def test_given_a_path_that_is_not_served_when_upgraded_then_there_is_no_such_thing(server):
    with pytest.raises(InvalidStatus) as refused:
        stranger.Connection(server.url.replace("/ws", "/elsewhere"))
    assert refused.value.response.status_code == 404


def test_given_many_commands_on_their_way_when_answered_then_each_answer_names_its_request(root):
    requests = {}
    for n in range(100):
        command = c.Command(
            id=f"many-{n}", parts=[c.Part(change=c.Change(create_item=new_item("PM", f"many {n}")))]
        )
        requests[root.connection.send(command=command)] = command.id
    for request, command in requests.items():
        assert root.connection.answer(request).outcome.command == command
    root.follow_to(root.connection.ask(ping=sync.Ping()).head.sequence)
    assert [event.group for event in root.events[-100:]] == list(requests.values())
