"""Seeds of the targets that need no generated code: `rest`, `frames`. Called by seeds.py; alone:

    python3 pm-server/fuzz/plain_seeds.py
"""

import json
import pathlib
import struct

SEEDS = pathlib.Path(__file__).parent / "seeds"
ID = "01900000-0000-7000-8000-%012d"

# Paths that are asked by GET in the order of the document, each with what fills it in and a query that says everything.
FILTER = (
    "id=PM-1,PM-2&kind=task,bug&lane=todo&category=backlog,started&priority=high&assignee=ann&unassigned=true&sprint=X"
    "&no_sprint=true&parent=PM-1&roots=true&label=a&label=b&due_from=2026-01-01&due_to=2026-12-31&start_from=2026-01-01"
    "&start_to=2026-12-31&updated_since=2026-01-01T00:00:00Z&changed_after=3&finished=false&blocked=true&ready=false"
    "&text=thing&created_by=root&updated_by=root&external_source=s&external_id=1"
)
PAGE = "cursor=AAAA&limit=3&total=true"
QUERIES = [
    "", PAGE, FILTER, "limit=2", "total=true", "text=thing&kind=work_item", "project=PM", "format=markdown&max_tokens=2000",
    "format=ndjson&fields=comments,dependencies&since=3", "per_lane=1&text=thing", "sort=lane&order=desc", "state=active,planned",
    "kind=example", "from=2026-01-01&to=2026-12-31&by=day&utc_offset_minutes=60", "item=PM-1&tree=true", "user=ann",
    "from=%s:3&projects=PM,QA" % (ID % 1), "from=x:y", "since_sequence=3&since=0&entity=PM-1", "phase=start", "direction=both&kind=blocks",
]
HEADERS = [
    "", "accept: */*", 'if-none-match: W/"9-0000000000000000", *', "x-request-id: mine", "last-event-id: %s:3" % (ID % 1),
    "origin: https://board.example.com\naccess-control-request-method: GET", "accept: text/markdown;q=0.5, application/json;q=0",
]
CHANGES = [
    {"type": "create_project", "key": "NEW", "title": "New", "lanes": [{"name": "A", "category": "backlog"}, {"name": "B", "category": "completed"}]},
    {"type": "create_item", "project": "PM", "kind": "story", "title": "Story", "description": "*text*", "labels": ["a"], "points": 3.5,
     "due_date": "2026-12-01", "external": {"source": "s", "id": "1"}, "extra": "{\"a\":1}"},
    {"type": "update_item", "item": "PM-1", "changes": [{"title": "Again"}, {"priority": "high"}, {"assignee": None}, {"labels": ["x"]}]},
    {"type": "move_item", "item": "PM-2", "lane": "in_progress", "place": "first"},
    {"type": "move_item", "item": "PM-2", "place": {"before": "PM-1"}},
    {"type": "delete_item", "item": "PM-4", "cascade": True},
    {"type": "restore_item", "item": "PM-4"},
    {"type": "purge_item", "item": "PM-4"},
    {"type": "add_dependency", "kind": "blocks", "from": "PM-2", "to": "PM-3"},
    {"type": "add_comment", "item": "PM-1", "text": "@[ann] see PM-2"},
    {"type": "create_sprint", "project": "PM", "name": "Sprint", "start_date": "2026-01-01", "end_date": "2026-01-14"},
    {"type": "start_timer", "item": "PM-1"},
    {"type": "stop_timer"},
    {"type": "add_time_entry", "item": "PM-1", "started_at": 1_700_000_000_000, "ended_at": 1_700_000_060_000},
    {"type": "set_member", "project": "PM", "user": "eve", "role": "viewer"},
    {"type": "update_tenant_settings", "changes": [{"timer_cap_seconds": 60}]},
    {"type": "archive_project", "project": "QA"},
]


def piece(data):
    return struct.pack("<H", len(data)) + data


def write(target, name, data):
    place = SEEDS / target
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(data)


def rest():
    for n, query in enumerate(QUERIES * 2):
        headers = HEADERS[n % len(HEADERS)]
        for which in range(n % 3, 36, 3):
            said = piece(headers.encode()) + piece(b"PM-1\nPM-2" if which % 2 else b"PM") + piece(query.encode())
            if (n + which) % 7 == 0:
                write("rest", f"ask-{n}-{which}", bytes([0x80 * (n % 2) + (n % 5 == 4), which]) + said)
    for n, change in enumerate(CHANGES):
        command = {"id": f"c-{n}", "parts": [{"change": change, "expected_version": None, "origin": None}]}
        write("rest", f"command-{n}", b"\x82\x00" + piece(b"idempotency-key: k-1") + piece(json.dumps(command).encode()))
    several = {"commands": [{"parts": [{"change": change}]} for change in CHANGES]}
    write("rest", "commands", b"\x02\x00" + piece(b"idempotency-key: k") + piece(json.dumps(several).encode()))
    lines = "\n\n".join(json.dumps({"parts": [{"change": change}]}) for change in CHANGES) + "\nnonsense\n"
    write("rest", "lines", b"\x83\x00" + piece(b"idempotency-key: k") + piece(lines.encode()))
    for name, raw in {
        "twice": b"GET /live HTTP/1.1\r\nhost: pm\r\n\r\nGET /ready HTTP/1.1\r\nhost: pm\r\n\r\n",
        "chunks": b"POST /api/v1/commands HTTP/1.1\r\nhost: pm\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "upgrade": b"GET /ws HTTP/1.1\r\nhost: pm\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n"
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x82\x85abcd\x00\x00\x00\x00\x00",
        "options": b"OPTIONS /api/v1/projects HTTP/1.1\r\nhost: pm\r\norigin: http://a\r\n\r\n",
    }.items():
        write("rest", f"raw-{name}", b"\x04\x00" + raw)


def frame(first, payload=b"", odd=0):
    return piece(bytes([first, odd]) + payload)


def frames():
    for name, said in {
        "message": [frame(0x82, b"hello")],
        "text": [frame(0x81, "héllo 語".encode())],
        "long": [frame(0x82, b"x" * 300), frame(0x82, b"y" * 126)],
        "fragments": [frame(0x01, b"a\xe8"), frame(0x89, b"ping"), frame(0x00, b"\xaa"), frame(0x80, b"\x9e")],
        "not-utf8": [frame(0x81, b"\xff")],
        "half-a-character": [frame(0x01, b"\xe8"), frame(0x80, b"x")],
        "close": [frame(0x88, b"\x03\xe8bye")],
        "close-empty": [frame(0x88)],
        "close-wrong": [frame(0x88, b"\x03\xed")],
        "close-half": [frame(0x88, b"\x03")],
        "pong": [frame(0x8A, b"late"), frame(0x82)],
        "no-mask": [frame(0x82, b"good"), frame(0x82, b"bad", 1)],
        "spelt-long": [frame(0x82, b"abc", 2)],
        "spelt-longer": [frame(0x82, b"x" * 200, 4)],
        "reserved": [frame(0xC2, b"x")],
        "unknown": [frame(0x83, b"x"), frame(0x8B)],
        "control-long": [frame(0x89, b"x" * 126)],
        "control-part": [frame(0x09, b"x")],
        "lost-continuation": [frame(0x80, b"x")],
        "begun-twice": [frame(0x02, b"x"), frame(0x82, b"y")],
    }.items():
        for size in range(0, 10, 2):
            if (len(name) + size // 2) % 3 == 0 or size == 8:
                write("frames", f"{name}-{size // 2}", bytes([1 + size]) + b"".join(said))
    mask = b"\x01\x02\x03\x04"
    write("frames", "raw-huge", b"\x08\x82\xff" + struct.pack(">Q", 1 << 62) + mask + b"x")
    write("frames", "raw-too-huge", b"\x08\x82\xff" + struct.pack(">Q", 1 << 63) + mask)
    write("frames", "raw-half", b"\x00\x82\x85" + mask + b"ab")
    write("frames", "raw-good", b"\x02\x82\x82" + mask + b"ab\x89\x80" + mask)


def main():
    rest()
    frames()


if __name__ == "__main__":
    main()
