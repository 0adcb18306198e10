"""A client written from docs/protocol.md alone: PyPI's websockets and protobuf, nothing of ours."""

import base64
import hashlib
import hmac
import json
import time
from collections import deque
from contextlib import ExitStack

from websockets.sync.client import connect

from pm.v1 import query_pb2 as query
from pm.v1 import sync_pb2 as sync

PATIENCE = 20.0
"""Seconds in which something that must come has come."""


def sign(secret, **claims):
    """A token: a JSON Web Token signed with HS256."""

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    header = part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = part(json.dumps({"exp": int(time.time()) + 600, **claims}).encode())
    signature = hmac.new(secret, header + b"." + body, hashlib.sha256).digest()
    return b".".join([header, body, part(signature)]).decode()


class Connection:
    """Frames out and in; what comes while an answer is waited for is set aside."""

    def __init__(self, url, **options):
        self.opened = ExitStack()
        self.socket = self.opened.enter_context(connect(url, max_size=4 * 1024 * 1024, **options))
        self.last_request = 0
        self.aside = deque()

    def send(self, **body):
        self.last_request += 1
        frame = sync.ClientFrame(request_id=self.last_request, **body)
        self.socket.send(frame.SerializeToString())
        return self.last_request

    def receive(self, timeout=PATIENCE):
        message = self.socket.recv(timeout=timeout)
        assert isinstance(message, bytes), "a text message"
        return sync.ServerFrame.FromString(message)

    def answer(self, request):
        """The first frame that answers a request."""
        for frame in self.aside:
            if frame.request_id == request:
                self.aside.remove(frame)
                return frame
        while True:
            frame = self.receive()
            if frame.request_id == request:
                return frame
            self.aside.append(frame)

    def next(self, timeout=PATIENCE):
        return self.aside.popleft() if self.aside else self.receive(timeout)

    def ask(self, **body):
        return self.answer(self.send(**body))

    def close(self):
        self.opened.close()


def key_of(entity):
    """What an entity is known by: its kind, and its id within it."""
    kind = entity.WhichOneof("entity")
    value = getattr(entity, kind)
    if kind == "tenant_settings":
        return kind, ""
    if kind == "member":
        return kind, f"{value.project}/{value.user}"
    return kind, value.id


class Client:
    """A welcomed client with a copy of what it may see."""

    def __init__(self, url, token, position=None, projects=(), entities=None, **options):
        self.url, self.token, self.projects = url, token, projects
        self.connection = Connection(url, **options)
        self.entities = entities if entities is not None else {}
        self.events, self.access, self.presence = [], [], []
        self.position = position
        hello = sync.Hello(protocol_version=1, token=token, projects=projects)
        if position:
            hello.epoch, hello.sequence = position
        frame = self.connection.ask(hello=hello)
        if frame.WhichOneof("body") == "failure":
            raise PermissionError(frame.failure.message)
        self.welcome = frame.welcome
        if self.welcome.resume == sync.RESUME_KIND_SNAPSHOT:
            self.entities.clear()
            self.snapshot(0, is_first=True)
        else:
            self.position = (self.welcome.epoch, position[1])

    def again(self, **options):
        """Another connection that goes on from here."""
        self.connection.close()
        return Client(self.url, self.token, self.position, self.projects, self.entities, **options)

    def apply(self, entity):
        kind, _ = key = key_of(entity)
        known = self.entities.get(key)
        version = getattr(entity, kind).version
        if known is None or version > getattr(known, kind).version:
            self.entities[key] = entity

    def snapshot(self, request, is_first=False):
        """Takes the chunks of a snapshot; of the first, the log goes on from the sequence of its first chunk."""
        begin = None
        while True:
            frame = self.connection.next()
            if frame.WhichOneof("body") != "snapshot_chunk" or frame.request_id != request:
                self.pushed(frame)
                continue
            chunk = frame.snapshot_chunk
            begin = chunk.sequence if begin is None else begin
            for entity in chunk.entities:
                self.apply(entity)
            if chunk.last:
                if is_first:
                    self.position = (self.welcome.epoch, begin)
                return

    def pushed(self, frame):
        """What the server says on its own."""
        body = frame.WhichOneof("body")
        if body == "event_batch":
            batch = frame.event_batch
            for event in batch.events:
                assert event.sequence > self.position[1], "twice"
                self.events.append(event)
                if event.HasField("entity"):
                    self.apply(event.entity)
            self.access.extend(batch.access)
            assert batch.complete_to >= self.position[1], "backwards"
            self.position = (self.position[0], batch.complete_to)
        elif body == "presence":
            self.presence.append(frame.presence)

    def follow_to(self, sequence):
        """Takes batches until everything up to a sequence is here."""
        while self.position[1] < sequence:
            self.pushed(self.connection.next())

    def command(self, command):
        """The frame that answers a command."""
        return self.connection.ask(command=command)

    def query(self, question):
        """The answer to a question, put together where it comes in parts; the frame where there is none."""
        request = self.connection.send(query=question)
        parts = b""
        while True:
            frame = self.connection.answer(request)
            body = frame.WhichOneof("body")
            assert body in ("answer", "answer_part"), frame
            if body == "answer":
                return frame.answer
            parts += frame.answer_part.part
            if frame.answer_part.last:
                return query.Answer.FromString(parts)

    def close(self):
        self.connection.close()
