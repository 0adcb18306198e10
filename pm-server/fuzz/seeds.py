#!/usr/bin/env python3
"""Writes pm-server/fuzz/seeds: what the fuzzer begins with. Made from the vocabulary of the Python client's tests, and by
hand; nothing is taken from anybody's data.

    PYTHONPATH=target/clients/gen:pm-server/tests/clients/python target/clients/venv/bin/python pm-server/fuzz/seeds.py
"""

import json
import pathlib
import shutil
import struct

import plain_seeds
import stranger
import test_queries
import test_vocabulary
from pm.v1 import command_pb2 as c
from pm.v1 import common_pb2 as common
from pm.v1 import entity_pb2 as e
from pm.v1 import event_pb2 as ev
from pm.v1 import presence_pb2 as presence
from pm.v1 import sync_pb2 as sync

SEEDS = pathlib.Path(__file__).parent / "seeds"
ID = "01900000-0000-7000-8000-%012d"
PIECES_OF_A_FILE = 8


class Recorder(test_vocabulary.Story):
    """Tells the story to nobody and keeps the commands."""

    def __init__(self):
        super().__init__(self)
        self.commands, self.items, self.made = [], 0, 0
        item = e.WorkItem(id=ID % 1, project=ID % 2, number=1, kind=e.ITEM_KIND_TASK, title="Loaded", lane=ID % 3)
        self.entities = {("work_item", ID % 1): e.Entity(work_item=item)}
        self.last = common.Outcome(results=[common.PartResult(id=ID % 9)], at=1_800_000_000_000)

    def follow_to(self, sequence):
        pass

    def do(self, **change):
        self.commands.append(command(len(self.commands), **change))
        self.made += 1
        if "create_item" in change:
            self.items += 1
            return f"PM-{self.items}"
        return ID % self.made

    def refused(self, code, **change):
        self.do(**change)
        self.items -= "create_item" in change
        return common.Rejection(field="title", path=[common.PathStep(key=f"PM-{self.items - n}") for n in (0, 1)])


def command(n, **change):
    # The ids of what is made are random; in a seed they need not be.
    change = c.Change(**change)
    if change.HasField("load_entity"):
        change.load_entity.work_item.id = ID % 77
    return c.Command(id=f"seed-{n}", parts=[c.Part(change=change)])


class World(test_queries.World):
    """Names things without asking anybody."""

    def __init__(self):
        self.project, self.sprint, self.comment = ID % 2, ID % 4, ID % 5
        self.last = common.Outcome(command="seed-1", last_sequence=20)


def piece(data):
    return struct.pack("<H", len(data)) + data


def write(target, name, data):
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def frame(n, **body):
    return sync.ClientFrame(request_id=n, **body).SerializeToString()


def session(commands):
    hello = frame(1, hello=sync.Hello(protocol_version=1, projects=["PM"]))
    others = [
        frame(2, ping=sync.Ping()),
        frame(3, subscribe=sync.Subscribe(projects=["PM", ID % 2])),
        frame(4, unsubscribe=sync.Unsubscribe()),
        frame(5, renew=sync.Renew(token="eyJhbGciOiJIUzI1NiJ9.e30.AAAA")),
        frame(6, presence=presence.PresenceUpdate(project="PM", item="PM-1", editing=True)),
        hello,
        b"\x00",
        b"\x01",
        b"\xff\xff\xff",
    ]
    write("session", "everything", b"\x01" + b"".join(map(piece, [hello, *others])))
    said = [frame(n, command=command) for n, command in enumerate(commands[:PIECES_OF_A_FILE], 2)]
    write("session", "commands", b"\x01" + b"".join(map(piece, [hello, *said])))
    asked = [frame(n, query=question) for n, question in enumerate(questions(), 2)]
    write("session", "queries", b"\x01" + b"".join(map(piece, [hello, *asked])))
    write("session", "stranger", b"\x00" + b"".join(map(piece, [said[0], others[0]])))
    back = sync.Hello(protocol_version=1, token="x.y.z", epoch=ID % 1, sequence=5)
    write("session", "back", b"\x00" + piece(frame(1, hello=back)))


def questions():
    return [test_queries.q.Question(**{name: asked}) for name, asked in World().questions().items()]


def wire(commands):
    seen = set()
    for command in commands:
        kind = command.parts[0].change.WhichOneof("change")
        if kind not in seen:
            seen.add(kind)
            write("wire", kind, b"\x00" + command.SerializeToString())
    actor = common.Actor(user="ann", kind=e.ACTOR_KIND_HUMAN)
    item = commands_of(commands, "load_entity").load_entity
    event = ev.Event(
        sequence=7, group="c-1", actor=actor, at=1_800_000_000_000, project=ID % 2, number=1, action=ev.ACTION_CREATED,
        entity_kind=common.ENTITY_KIND_WORK_ITEM, entity_id=ID % 1, entity=item,
        changes=[ev.FieldChange(field="title", old="before")], notes=[common.Note(kind=common.NOTE_KIND_OVERLAP)],
    )
    write("wire", "event", b"\x01" + event.SerializeToString())
    write("wire", "entity", b"\x02" + item.SerializeToString())
    result = common.PartResult(entity_kind=common.ENTITY_KIND_WORK_ITEM, id=ID % 1, key="PM-1", version=1, changed=True)
    outcome = common.Outcome(command="c-1", at=1_800_000_000_000, first_sequence=7, last_sequence=7, results=[result])
    write("wire", "outcome", b"\x03" + outcome.SerializeToString())
    path = [common.PathStep(id=ID % 1, key="PM-1"), common.PathStep()]
    cycle = common.Rejection(code=common.REJECTION_CODE_CYCLE, message="a cycle", part=0, path=path, path_length=2)
    write("wire", "rejection", b"\x04" + cycle.SerializeToString())


def commands_of(commands, kind):
    return next(part.change for command in commands for part in command.parts if part.change.HasField(kind))


def execute(commands):
    for n in range(0, len(commands), PIECES_OF_A_FILE):
        said = [piece(command.SerializeToString()) for command in commands[n : n + PIECES_OF_A_FILE]]
        write("execute", f"story-{n // PIECES_OF_A_FILE}", b"\x01" + b"".join(said))


def query():
    for question in questions():
        write("query", question.WhichOneof("question"), b"\x01" + question.SerializeToString())
    page = test_queries.q.PageRequest(cursor="AAAA", limit=3)
    question = test_queries.q.Question(items=test_queries.q.ItemsQuestion(page=page))
    write("query", "cursor", b"\x00" + question.SerializeToString())


def imports():
    beads = [
        {"id": "bd-1", "title": "One", "status": "open", "priority": 1, "issue_type": "epic", "created_at": "2026-01-02T03:04:05Z"},
        {"id": "bd-2", "title": "Two", "status": "closed", "priority": 2, "issue_type": "bug", "labels": ["a"], "assignee": "ann",
         "closed_at": "2026-01-03T03:04:05Z", "comments": [{"author": "ann", "text": "Done", "created_at": "2026-01-03T03:04:05Z"}],
         "dependencies": [{"issue_id": "bd-2", "depends_on_id": "bd-1", "type": "parent-child"},
                          {"issue_id": "bd-2", "depends_on_id": "bd-3", "type": "blocks"}]},
    ]
    write("import", "beads", b"\x00" + "\n".join(map(json.dumps, beads)).encode())
    board = {
        "id": "b1", "name": "Trip", "lists": [{"id": "l1", "name": "To do", "pos": 1, "closed": False}],
        "members": [{"id": "m1", "username": "ann", "fullName": "Ann"}], "labels": [{"id": "t1", "name": "red"}],
        "cards": [{"id": "c1", "name": "Pack", "desc": "Bag", "idList": "l1", "pos": 2, "idMembers": ["m1"], "idLabels": ["t1"],
                   "due": "2026-02-03T10:00:00.000Z", "closed": False, "idChecklists": ["k1"]}],
        "checklists": [{"id": "k1", "idCard": "c1", "name": "List", "checkItems": [{"id": "i1", "name": "Socks", "state": "complete"}]}],
        "actions": [{"id": "a1", "type": "commentCard", "date": "2026-02-01T10:00:00.000Z", "idMemberCreator": "m1",
                     "data": {"text": "Soon", "card": {"id": "c1"}}}],
    }
    write("import", "trello", b"\x01" + json.dumps(board).encode())
    # As `pm-server export` writes a tenant with one user and one project.
    export = (SEEDS.parent / "export.jsonl").read_bytes()
    write("import", "pm", b"\x02" + export)


def tokens():
    claims = {"tenant": "main", "sub": "ann", "role": "admin"}
    signed = stranger.sign(b"x" * 32, exp=4_000_000_000, **claims)
    _, body, signature = signed.split(".")
    none = stranger.base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for name, token in {"signed": signed, "none": f"{none}.{body}.", "odd": f"{none}.{body}.{signature}"}.items():
        write("token", name, token.encode())


def main():
    shutil.rmtree(SEEDS, ignore_errors=True)
    recorder = Recorder()
    test_vocabulary.tell(recorder)
    session(recorder.commands)
    wire(recorder.commands)
    execute(recorder.commands)
    query()
    imports()
    tokens()
    plain_seeds.main()


main()
