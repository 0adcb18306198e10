"""Who is there, and the server's own sign of life, as docs/protocol.md tells it."""

import pathlib

import pytest

from conftest import Server
from pm.v1 import command_pb2 as c
from pm.v1 import common_pb2 as common
from pm.v1 import entity_pb2 as e
from pm.v1 import presence_pb2 as p


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A server with a heartbeat that can be waited for."""
    server = Server(pathlib.Path(tmp_path_factory.mktemp("quick")), "--set", "websocket.ping_every=1s")
    root = server.client("root", "admin")
    for key, visibility in [("PM", e.VISIBILITY_OPEN), ("HID", e.VISIBILITY_PRIVATE)]:
        project = c.NewProject(key=key, title=key, visibility=visibility, wip_policy=e.WIP_POLICY_WARN)
        frame = root.command(c.Command(id=f"make-{key}", parts=[c.Part(change=c.Change(create_project=project))]))
        assert frame.WhichOneof("body") == "outcome", frame
    root.close()
    yield server
    server.kill()


class Room:
    """What one client knows of the room."""

    def __init__(self, client, **update):
        self.client = client
        answer = self.say(**update)
        assert answer.complete
        self.you, self.others = answer.you, {}
        self.take(answer)

    def say(self, **update):
        frame = self.client.connection.ask(presence=p.PresenceUpdate(**update))
        assert frame.WhichOneof("body") == "presence", frame
        return frame.presence

    def take(self, told):
        if told.complete:
            self.others.clear()
        for entry in told.entries:
            self.others[entry.connection] = entry
        for connection in told.gone:
            del self.others[connection]

    def until(self, seen):
        """Takes what is told until the room is as wanted."""
        while not seen(self.others):
            frame = self.client.connection.next()
            if frame.WhichOneof("body") == "presence":
                self.take(frame.presence)
            else:
                self.client.pushed(frame)


def test_given_three_windows_when_one_moves_and_leaves_then_the_others_see_it(quick):
    clients = [quick.client("ann"), quick.client("ann"), quick.client("bob")]
    ann, again, bob = [Room(client, project="PM") for client in clients]
    assert {entry.user for entry in bob.others.values()} == {"ann"} and len(bob.others) == 2
    ann.until(lambda others: {again.you, bob.you} <= set(others))
    ann.say(project="PM", editing=False)
    again.say(leave=True)
    bob.until(lambda others: set(others) == {ann.you})
    clients[0].close()
    bob.until(lambda others: not others)
    for client in clients[1:]:
        client.close()


def test_given_a_project_that_is_not_for_all_when_somebody_looks_at_it_then_others_learn_nothing_of_it(quick):
    root, bob = quick.client("root", "admin"), quick.client("bob")
    there, room = Room(root, project="HID"), Room(bob)
    room.until(lambda others: there.you in others)
    assert not room.others[there.you].HasField("project")
    frame = bob.connection.ask(presence=p.PresenceUpdate(project="HID"))
    assert frame.rejection.code == common.REJECTION_CODE_NOT_FOUND
    root.close()
    bob.close()


def test_given_a_client_that_has_everything_when_nothing_happens_then_the_heartbeat_says_so(quick):
    ann = quick.client("ann")
    while True:
        frame = ann.connection.next()
        if frame.WhichOneof("body") == "head":
            break
        ann.pushed(frame)
    assert frame.request_id == 0
    assert (frame.head.epoch, frame.head.sequence) == ann.position
    ann.close()
