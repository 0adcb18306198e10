# %% [markdown]
# Two pictures of a project: the burndown of a sprint, and what waits for what. The cells run one after the other, in an
# editor that knows `# %%`, or as a program: `python pictures.py FOLDER`.

# %% A fortnight of work, under a clock that is set by hand
import sys
import tempfile
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

import pm

OUT = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
START = datetime(2027, 3, 1, 8, tzinfo=timezone.utc)
class Work(NamedTuple):
    title: str
    points: int
    waits_for: list[int]
    done_on: int | None


WORK = [
    Work("Design", 3, [], 2),
    Work("Schema", 5, [0], 4),
    Work("Import", 8, [1], 9),
    Work("Engine", 8, [1], 7),
    Work("Server", 5, [3], 10),
    Work("Board", 5, [4], None),
    Work("Search", 3, [3], 8),
    Work("Manual", 2, [2, 5], None),
    Work("Release", 1, [5, 6, 7], None),
]

clock = pm.ManualClock.starting_at(START)
folder = tempfile.TemporaryDirectory()
engine = pm.Engine(folder.name, clock=clock)
me = engine.tenant_or_create("demo").acting_as("ada")
me.create_project("PM", "The product")
sprint = me.create_sprint("PM", "March", start_date=date(2027, 3, 1), end_date=date(2027, 3, 12))
keys = [me.create_item("PM", "task", work.title, points=work.points, sprint=sprint.id).key for work in WORK]
for waiting, work in enumerate(WORK):
    for index in work.waits_for:
        me.block(keys[index], keys[waiting])
me.start_sprint(sprint.id)
for day in range(1, 12):
    clock.set(START + timedelta(days=day))
    if day == 5:
        keys.append(me.create_item("PM", "bug", "Late find", points=3, sprint=sprint.id).key)
    for key, work in zip(keys, WORK):
        if work.done_on == day:
            me.move_item(key, lane="done")
    if day == 6:
        me.move_item(keys[4], lane="in_progress")

# %% The burndown
report = me.query.sprint_report(sprint.id, 0)
days = [day.day for day in report.burndown]
labels = [f"{day:%d %b}" for day in days]
figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
axes.step(labels, [day.scope.points for day in report.burndown], where="post", color="#94a3b8", label="scope")
axes.plot(labels, [day.remaining.points for day in report.burndown], marker="o", color="#2563eb", label="remaining")
first, last = report.burndown[0].scope.points, len(days) - 1
axes.plot([labels[0], labels[last]], [first, 0], linestyle="--", color="#cbd5e1", label="even pace")
axes.set_ylim(bottom=0)
axes.set_ylabel("points")
axes.set_title(f"Sprint {report.sprint.name}: {report.burndown[-1].remaining.points:g} of {first:g} points remain")
axes.legend(frameon=False)
axes.spines[["top", "right"]].set_visible(False)
figure.savefig(OUT / "burndown.png", dpi=120)

# %% What waits for what
cards = {
    card.item.id: card
    for page in pm.pages(lambda page: me.query.items(pm.ItemSort.NUMBER, pm.ItemFilter(project="PM"), page))
    for card in page.items
}
waits: dict[str, list[str]] = {
    id: [
        line.other.value.id
        for line in me.query.dependencies(id, pm.DependencyKind.BLOCKS).dependencies
        if line.direction is pm.DependencyDirection.BLOCKED_BY and isinstance(line.other, pm.DependencyEnd.ITEM)
    ]
    for id in cards
}


def depth(id: str) -> int:
    """How long the longest chain is that ends here. There are no cycles: the engine refuses them."""
    return max((depth(blocker) + 1 for blocker in waits[id]), default=0)


columns: dict[int, list[str]] = {}
for id in cards:
    columns.setdefault(depth(id), []).append(id)
place = {
    id: (float(column), (len(ids) - 1) / 2 - row) for column, ids in columns.items() for row, id in enumerate(ids)
}

figure, axes = plt.subplots(figsize=(11, 4.5), layout="constrained")
for id, blockers in waits.items():
    for blocker in blockers:
        (x, y), (from_x, from_y) = place[id], place[blocker]
        # One that would pass behind another item of its row goes around it.
        bend = -0.25 if y == from_y and x - from_x > 1 else 0.0
        arrow = {
            "arrowstyle": "-|>",
            "connectionstyle": f"arc3,rad={bend}",
            "color": "#94a3b8",
            "shrinkA": 30,
            "shrinkB": 32,
            "lw": 1.4,
        }
        axes.annotate("", xy=place[id], xytext=place[blocker], arrowprops=arrow)
for id, (x, y) in place.items():
    card = cards[id]
    color = "#bbf7d0" if card.finished else "#fecaca" if card.blocked else "#fef08a"
    box = {"boxstyle": "round,pad=0.5", "facecolor": color, "edgecolor": "#475569"}
    axes.text(x, y, f"{card.key}\n{card.item.title}", ha="center", va="center", bbox=box, fontsize=9)
axes.set_title("Green is done, yellow can be worked on, red waits")
axes.margins(0.12, 0.3)
axes.plot([x for x, _ in place.values()], [y for _, y in place.values()], linestyle="")
axes.axis("off")
figure.savefig(OUT / "waits.png", dpi=120)

# %% Tidy up
engine.close()
folder.cleanup()
