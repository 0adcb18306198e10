"""Tracks a project from the terminal.

    python track.py new PM "The product"
    python track.py add PM "Write the first page" --points 3
    python track.py move PM-1 in_progress
    python track.py start PM-1
    python track.py stop
    python track.py block PM-1 PM-2
    python track.py board PM
    python track.py next PM
    python track.py watch

The data is in the folder `pm-data`, or in the one that `--data` names. Two of these may not run at the same time: one
process writes a tenant. For several people at once there is the server.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import date

import pm


def board(me: pm.Session, args: argparse.Namespace) -> None:
    for lane in me.query.board(args.project).lanes:
        print(f"\n{lane.lane.name} ({lane.item_count})")
        for card in lane.cards:
            marks = "".join(mark for mark, is_so in (("⛔", card.blocked), ("⏱", bool(card.timers))) if is_so)
            points = "" if card.item.points is None else f"  {card.item.points:g} points"
            print(f"  {card.key:<8} {card.item.title}{points} {marks}")


def ready(me: pm.Session, args: argparse.Namespace) -> None:
    for page in pm.pages(lambda page: me.query.ready(args.project, page)):
        for card in page.items:
            print(f"{card.key:<8} {card.item.priority.name.lower():<7} {card.item.title}")


def watch(me: pm.Session, args: argparse.Namespace) -> None:
    for event in me.feed(from_sequence=args.since).events():
        what = f"{event.entity_kind.name.lower()}.{event.action.name.lower()}"
        print(f"{event.sequence:>6} {event.at:%H:%M:%S} {event.actor.user:<10} {what}")


def new(me: pm.Session, args: argparse.Namespace) -> None:
    print(me.create_project(args.key, args.title).key)


def add(me: pm.Session, args: argparse.Namespace) -> None:
    made = me.create_item(
        args.project, args.kind, args.title, points=args.points, parent=args.parent, due_date=args.due
    )
    print(made.key)


def move(me: pm.Session, args: argparse.Namespace) -> None:
    me.move_item(args.item, lane=args.lane)


def start(me: pm.Session, args: argparse.Namespace) -> None:
    me.start_timer(args.item, args.note)


def stop(me: pm.Session, args: argparse.Namespace) -> None:
    entry = me.query.my_timer().entry
    me.stop_timer()
    if entry is not None:
        print(f"since {entry.started_at.astimezone():%H:%M}")


def block(me: pm.Session, args: argparse.Namespace) -> None:
    me.block(args.blocker, args.waiting)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Tracks a project from the terminal.")
    parser.add_argument("--data", default="pm-data")
    commands = parser.add_subparsers(required=True)

    def command(function: object, name: str, *names: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name)
        made.set_defaults(run=function)
        for argument in names:
            made.add_argument(argument)
        return made

    command(new, "new", "key", "title")
    adding = command(add, "add", "project", "title")
    adding.add_argument("--kind", default="task", choices=[kind.name.lower() for kind in pm.ItemKind])
    adding.add_argument("--points", type=float)
    adding.add_argument("--parent")
    adding.add_argument("--due", type=date.fromisoformat)
    command(move, "move", "item", "lane")
    command(start, "start", "item").add_argument("note", nargs="?", default="")
    command(stop, "stop")
    command(block, "block", "blocker", "waiting")
    command(board, "board", "project")
    command(ready, "next", "project")
    command(watch, "watch").add_argument("--since", type=int, default=0)
    return parser.parse_args()


def main() -> int:
    args = arguments()
    with pm.Engine(args.data) as engine:
        me = engine.tenant_or_create("home").acting_as(getpass.getuser())
        try:
            args.run(me, args)
        except pm.errors.Cycle as error:
            path = " → ".join(step.key for step in error.path if isinstance(step, pm.PathStep.ITEM))
            print(f"{error.message}: {path}", file=sys.stderr)
            return 1
        except pm.PmError as error:
            print(error.message, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
