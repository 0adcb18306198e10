# Written by build/stubs.py. Not to be edited.
import datetime
import enum
import typing

ProjectId: typing.TypeAlias = str
Timestamp: typing.TypeAlias = datetime.datetime
UserId: typing.TypeAlias = str
ItemId: typing.TypeAlias = str
LaneId: typing.TypeAlias = str
CalendarDate: typing.TypeAlias = datetime.date
SprintId: typing.TypeAlias = str
Epoch: typing.TypeAlias = str
CommandId: typing.TypeAlias = str
ProjectRef: typing.TypeAlias = str
LaneRef: typing.TypeAlias = str
SprintRef: typing.TypeAlias = str
ItemRef: typing.TypeAlias = str
CommentId: typing.TypeAlias = str
CommentRef: typing.TypeAlias = str
TimeEntryId: typing.TypeAlias = str
TimeEntryRef: typing.TypeAlias = str
DependencyId: typing.TypeAlias = str
DependencyRef: typing.TypeAlias = str
TableCounts: typing.TypeAlias = dict[str, int]
LaneCategories: typing.TypeAlias = dict[str, LaneCategory]
class InternalError(Exception): ...
class EntityKind(enum.Enum):
    TENANT_SETTINGS = 0
    USER = 1
    PROJECT = 2
    MEMBER = 3
    LANE = 4
    WORK_ITEM = 5
    SPRINT = 6
    COMMENT = 7
    TIME_ENTRY = 8
    DEPENDENCY = 9
class Action(enum.Enum):
    CREATED = 0
    CHANGED = 1
    MOVED = 2
    DELETED = 3
    RESTORED = 4
    PURGED = 5
    STARTED = 6
    STOPPED = 7
    COMPLETED = 8
    CANCELLED = 9
    ARCHIVED = 10
    UNARCHIVED = 11
class ActorKind(enum.Enum):
    HUMAN = 0
    AGENT = 1
    SYSTEM = 2
class TenantRole(enum.Enum):
    ADMIN = 0
    MEMBER = 1
class ItemKind(enum.Enum):
    EPIC = 0
    STORY = 1
    TASK = 2
    BUG = 3
class Priority(enum.Enum):
    URGENT = 0
    HIGH = 1
    MEDIUM = 2
    LOW = 3
    NONE = 4
class ProjectStatus(enum.Enum):
    ACTIVE = 0
    ARCHIVED = 1
class Visibility(enum.Enum):
    OPEN = 0
    PRIVATE = 1
class WipPolicy(enum.Enum):
    WARN = 0
    REFUSE = 1
class ProjectRole(enum.Enum):
    VIEWER = 0
    EDITOR = 1
    ADMIN = 2
class LaneCategory(enum.Enum):
    BACKLOG = 0
    UNSTARTED = 1
    STARTED = 2
    COMPLETED = 3
    CANCELED = 4
class AsOf:
    class SEQUENCE(AsOf):
        def __init__(self, value: int, /) -> None: ...
        value: int
        __match_args__ = ("value",)
    class INSTANT(AsOf):
        def __init__(self, value: Timestamp, /) -> None: ...
        value: Timestamp
        __match_args__ = ("value",)
class TimerCapPolicy(enum.Enum):
    FLAG = 0
    CAP = 1
class OverlapPolicy(enum.Enum):
    ALLOW = 0
    REFUSE = 1
class TenantSettingChange:
    class TIMER_CAP_SECONDS(TenantSettingChange):
        def __init__(self, value: int, /) -> None: ...
        value: int
        __match_args__ = ("value",)
    class TIMER_CAP_POLICY(TenantSettingChange):
        def __init__(self, value: TimerCapPolicy, /) -> None: ...
        value: TimerCapPolicy
        __match_args__ = ("value",)
    class OVERLAP_POLICY(TenantSettingChange):
        def __init__(self, value: OverlapPolicy, /) -> None: ...
        value: OverlapPolicy
        __match_args__ = ("value",)
class UserChange:
    class NAME(UserChange):
        def __init__(self, value: str | None, /) -> None: ...
        value: str | None
        __match_args__ = ("value",)
    class EMAIL(UserChange):
        def __init__(self, value: str | None, /) -> None: ...
        value: str | None
        __match_args__ = ("value",)
class ProjectChange:
    class TITLE(ProjectChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
    class DESCRIPTION(ProjectChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
    class VISIBILITY(ProjectChange):
        def __init__(self, value: Visibility, /) -> None: ...
        value: Visibility
        __match_args__ = ("value",)
    class WIP_POLICY(ProjectChange):
        def __init__(self, value: WipPolicy, /) -> None: ...
        value: WipPolicy
        __match_args__ = ("value",)
    class PARALLEL_SPRINTS(ProjectChange):
        def __init__(self, value: bool, /) -> None: ...
        value: bool
        __match_args__ = ("value",)
    class DEFAULT_LANE(ProjectChange):
        def __init__(self, value: LaneRef, /) -> None: ...
        value: LaneRef
        __match_args__ = ("value",)
class LanePlace:
    class FIRST(LanePlace):
        def __init__(self) -> None: ...
    class LAST(LanePlace):
        def __init__(self) -> None: ...
    class BEFORE(LanePlace):
        def __init__(self, value: LaneRef, /) -> None: ...
        value: LaneRef
        __match_args__ = ("value",)
    class AFTER(LanePlace):
        def __init__(self, value: LaneRef, /) -> None: ...
        value: LaneRef
        __match_args__ = ("value",)
class LaneChange:
    class NAME(LaneChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
    class STATUS(LaneChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
    class CATEGORY(LaneChange):
        def __init__(self, value: LaneCategory, /) -> None: ...
        value: LaneCategory
        __match_args__ = ("value",)
    class WIP_LIMIT(LaneChange):
        def __init__(self, value: int | None, /) -> None: ...
        value: int | None
        __match_args__ = ("value",)
class Place:
    class FIRST(Place):
        def __init__(self) -> None: ...
    class LAST(Place):
        def __init__(self) -> None: ...
    class BEFORE(Place):
        def __init__(self, value: ItemRef, /) -> None: ...
        value: ItemRef
        __match_args__ = ("value",)
    class AFTER(Place):
        def __init__(self, value: ItemRef, /) -> None: ...
        value: ItemRef
        __match_args__ = ("value",)
class ItemChange:
    class KIND(ItemChange):
        def __init__(self, value: ItemKind, /) -> None: ...
        value: ItemKind
        __match_args__ = ("value",)
    class TITLE(ItemChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
    class DESCRIPTION(ItemChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
    class PRIORITY(ItemChange):
        def __init__(self, value: Priority, /) -> None: ...
        value: Priority
        __match_args__ = ("value",)
    class ASSIGNEE(ItemChange):
        def __init__(self, value: UserId | None, /) -> None: ...
        value: UserId | None
        __match_args__ = ("value",)
    class LABELS(ItemChange):
        def __init__(self, value: list[str], /) -> None: ...
        value: list[str]
        __match_args__ = ("value",)
    class POINTS(ItemChange):
        def __init__(self, value: float | None, /) -> None: ...
        value: float | None
        __match_args__ = ("value",)
    class ESTIMATE_SECONDS(ItemChange):
        def __init__(self, value: int | None, /) -> None: ...
        value: int | None
        __match_args__ = ("value",)
    class REMAINING_SECONDS(ItemChange):
        def __init__(self, value: int | None, /) -> None: ...
        value: int | None
        __match_args__ = ("value",)
    class START_DATE(ItemChange):
        def __init__(self, value: CalendarDate | None, /) -> None: ...
        value: CalendarDate | None
        __match_args__ = ("value",)
    class DUE_DATE(ItemChange):
        def __init__(self, value: CalendarDate | None, /) -> None: ...
        value: CalendarDate | None
        __match_args__ = ("value",)
    class EXTERNAL(ItemChange):
        def __init__(self, value: ExternalRef | None, /) -> None: ...
        value: ExternalRef | None
        __match_args__ = ("value",)
    class EXTRA(ItemChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
class ParentChange:
    class CLEAR(ParentChange):
        def __init__(self) -> None: ...
    class SET(ParentChange):
        def __init__(self, value: ItemRef, /) -> None: ...
        value: ItemRef
        __match_args__ = ("value",)
class SprintAssignment:
    class CLEAR(SprintAssignment):
        def __init__(self) -> None: ...
    class SET(SprintAssignment):
        def __init__(self, value: SprintRef, /) -> None: ...
        value: SprintRef
        __match_args__ = ("value",)
class SprintChange:
    class NAME(SprintChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
    class GOAL(SprintChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
    class START_DATE(SprintChange):
        def __init__(self, value: CalendarDate | None, /) -> None: ...
        value: CalendarDate | None
        __match_args__ = ("value",)
    class END_DATE(SprintChange):
        def __init__(self, value: CalendarDate | None, /) -> None: ...
        value: CalendarDate | None
        __match_args__ = ("value",)
class TimeEntryChange:
    class ITEM(TimeEntryChange):
        def __init__(self, value: ItemRef, /) -> None: ...
        value: ItemRef
        __match_args__ = ("value",)
    class STARTED_AT(TimeEntryChange):
        def __init__(self, value: Timestamp, /) -> None: ...
        value: Timestamp
        __match_args__ = ("value",)
    class ENDED_AT(TimeEntryChange):
        def __init__(self, value: Timestamp, /) -> None: ...
        value: Timestamp
        __match_args__ = ("value",)
    class NOTE(TimeEntryChange):
        def __init__(self, value: str, /) -> None: ...
        value: str
        __match_args__ = ("value",)
class DependencyKind(enum.Enum):
    BLOCKS = 0
    RELATES_TO = 1
class SprintState(enum.Enum):
    PLANNED = 0
    ACTIVE = 1
    COMPLETED = 2
    CANCELLED = 3
class SprintPhase(enum.Enum):
    START = 0
    COMPLETION = 1
class Entity:
    class TENANT_SETTINGS(Entity):
        def __init__(self, value: TenantSettings, /) -> None: ...
        value: TenantSettings
        __match_args__ = ("value",)
    class USER(Entity):
        def __init__(self, value: User, /) -> None: ...
        value: User
        __match_args__ = ("value",)
    class PROJECT(Entity):
        def __init__(self, value: Project, /) -> None: ...
        value: Project
        __match_args__ = ("value",)
    class MEMBER(Entity):
        def __init__(self, value: Member, /) -> None: ...
        value: Member
        __match_args__ = ("value",)
    class LANE(Entity):
        def __init__(self, value: Lane, /) -> None: ...
        value: Lane
        __match_args__ = ("value",)
    class WORK_ITEM(Entity):
        def __init__(self, value: WorkItem, /) -> None: ...
        value: WorkItem
        __match_args__ = ("value",)
    class SPRINT(Entity):
        def __init__(self, value: Sprint, /) -> None: ...
        value: Sprint
        __match_args__ = ("value",)
    class COMMENT(Entity):
        def __init__(self, value: Comment, /) -> None: ...
        value: Comment
        __match_args__ = ("value",)
    class TIME_ENTRY(Entity):
        def __init__(self, value: TimeEntry, /) -> None: ...
        value: TimeEntry
        __match_args__ = ("value",)
    class DEPENDENCY(Entity):
        def __init__(self, value: Dependency, /) -> None: ...
        value: Dependency
        __match_args__ = ("value",)
class Change:
    class UPDATE_TENANT_SETTINGS(Change):
        changes: typing.List[TenantSettingChange]
        def __init__(self, changes: typing.List[TenantSettingChange]) -> None: ...
    class UPDATE_USER(Change):
        user: UserId
        changes: typing.List[UserChange]
        def __init__(self, user: UserId, changes: typing.List[UserChange]) -> None: ...
    class CREATE_PROJECT(Change):
        def __init__(self, value: NewProject, /) -> None: ...
        value: NewProject
        __match_args__ = ("value",)
    class UPDATE_PROJECT(Change):
        project: ProjectRef
        changes: typing.List[ProjectChange]
        def __init__(self, project: ProjectRef, changes: typing.List[ProjectChange]) -> None: ...
    class ARCHIVE_PROJECT(Change):
        project: ProjectRef
        def __init__(self, project: ProjectRef) -> None: ...
    class UNARCHIVE_PROJECT(Change):
        project: ProjectRef
        def __init__(self, project: ProjectRef) -> None: ...
    class DELETE_PROJECT(Change):
        project: ProjectRef
        def __init__(self, project: ProjectRef) -> None: ...
    class RESTORE_PROJECT(Change):
        project: ProjectRef
        def __init__(self, project: ProjectRef) -> None: ...
    class PURGE_PROJECT(Change):
        project: ProjectRef
        def __init__(self, project: ProjectRef) -> None: ...
    class SET_MEMBER(Change):
        project: ProjectRef
        user: UserId
        role: ProjectRole
        def __init__(self, project: ProjectRef, user: UserId, role: ProjectRole) -> None: ...
    class REMOVE_MEMBER(Change):
        project: ProjectRef
        user: UserId
        def __init__(self, project: ProjectRef, user: UserId) -> None: ...
    class CREATE_LANE(Change):
        project: ProjectRef
        lane: NewLane
        place: typing.Optional[LanePlace]
        def __init__(self, project: ProjectRef, lane: NewLane, place: typing.Optional[LanePlace] = ...) -> None: ...
    class UPDATE_LANE(Change):
        lane: LaneTarget
        changes: typing.List[LaneChange]
        def __init__(self, lane: LaneTarget, changes: typing.List[LaneChange]) -> None: ...
    class MOVE_LANE(Change):
        lane: LaneTarget
        place: LanePlace
        def __init__(self, lane: LaneTarget, place: LanePlace) -> None: ...
    class DELETE_LANE(Change):
        lane: LaneTarget
        move_items_to: typing.Optional[LaneRef]
        def __init__(self, lane: LaneTarget, move_items_to: typing.Optional[LaneRef] = ...) -> None: ...
    class RESTORE_LANE(Change):
        lane: LaneTarget
        def __init__(self, lane: LaneTarget) -> None: ...
    class CREATE_ITEM(Change):
        def __init__(self, value: NewItem, /) -> None: ...
        value: NewItem
        __match_args__ = ("value",)
    class UPDATE_ITEM(Change):
        item: ItemRef
        changes: typing.List[ItemChange]
        def __init__(self, item: ItemRef, changes: typing.List[ItemChange]) -> None: ...
    class MOVE_ITEM(Change):
        def __init__(self, value: ItemMove, /) -> None: ...
        value: ItemMove
        __match_args__ = ("value",)
    class DELETE_ITEM(Change):
        item: ItemRef
        cascade: bool
        def __init__(self, item: ItemRef, cascade: bool) -> None: ...
    class RESTORE_ITEM(Change):
        item: ItemRef
        def __init__(self, item: ItemRef) -> None: ...
    class PURGE_ITEM(Change):
        item: ItemRef
        def __init__(self, item: ItemRef) -> None: ...
    class CREATE_SPRINT(Change):
        def __init__(self, value: NewSprint, /) -> None: ...
        value: NewSprint
        __match_args__ = ("value",)
    class UPDATE_SPRINT(Change):
        sprint: SprintRef
        changes: typing.List[SprintChange]
        def __init__(self, sprint: SprintRef, changes: typing.List[SprintChange]) -> None: ...
    class START_SPRINT(Change):
        sprint: SprintRef
        def __init__(self, sprint: SprintRef) -> None: ...
    class COMPLETE_SPRINT(Change):
        sprint: SprintRef
        carry_to: typing.Optional[SprintRef]
        def __init__(self, sprint: SprintRef, carry_to: typing.Optional[SprintRef] = ...) -> None: ...
    class CANCEL_SPRINT(Change):
        sprint: SprintRef
        def __init__(self, sprint: SprintRef) -> None: ...
    class DELETE_SPRINT(Change):
        sprint: SprintRef
        def __init__(self, sprint: SprintRef) -> None: ...
    class RESTORE_SPRINT(Change):
        sprint: SprintRef
        def __init__(self, sprint: SprintRef) -> None: ...
    class ADD_COMMENT(Change):
        def __init__(self, value: NewComment, /) -> None: ...
        value: NewComment
        __match_args__ = ("value",)
    class EDIT_COMMENT(Change):
        comment: CommentRef
        text: str
        def __init__(self, comment: CommentRef, text: str) -> None: ...
    class DELETE_COMMENT(Change):
        comment: CommentRef
        def __init__(self, comment: CommentRef) -> None: ...
    class RESTORE_COMMENT(Change):
        comment: CommentRef
        def __init__(self, comment: CommentRef) -> None: ...
    class PURGE_COMMENT(Change):
        comment: CommentRef
        def __init__(self, comment: CommentRef) -> None: ...
    class START_TIMER(Change):
        id: typing.Optional[TimeEntryId]
        item: ItemRef
        note: str
        def __init__(self, id: typing.Optional[TimeEntryId], item: ItemRef, note: str = ...) -> None: ...
    class STOP_TIMER(Change):
        entry: typing.Optional[TimeEntryRef]
        def __init__(self, entry: typing.Optional[TimeEntryRef] = ...) -> None: ...
    class ADD_TIME_ENTRY(Change):
        def __init__(self, value: NewTimeEntry, /) -> None: ...
        value: NewTimeEntry
        __match_args__ = ("value",)
    class UPDATE_TIME_ENTRY(Change):
        entry: TimeEntryRef
        changes: typing.List[TimeEntryChange]
        def __init__(self, entry: TimeEntryRef, changes: typing.List[TimeEntryChange]) -> None: ...
    class DELETE_TIME_ENTRY(Change):
        entry: TimeEntryRef
        def __init__(self, entry: TimeEntryRef) -> None: ...
    class RESTORE_TIME_ENTRY(Change):
        entry: TimeEntryRef
        def __init__(self, entry: TimeEntryRef) -> None: ...
    class ADD_DEPENDENCY(Change):
        id: typing.Optional[DependencyId]
        kind: DependencyKind
        _from: ItemRef
        to: ItemRef
        def __init__(self, id: typing.Optional[DependencyId], kind: DependencyKind, _from: ItemRef, to: ItemRef) -> None: ...
    class REMOVE_DEPENDENCY(Change):
        dependency: DependencyRef
        def __init__(self, dependency: DependencyRef) -> None: ...
    class LOAD_ENTITY(Change):
        def __init__(self, value: Entity, /) -> None: ...
        value: Entity
        __match_args__ = ("value",)
class DependencyDirection(enum.Enum):
    BLOCKED_BY = 0
    BLOCKS = 1
    RELATES_TO = 2
class DependencyEnd:
    class ITEM(DependencyEnd):
        def __init__(self, value: LinkedItem, /) -> None: ...
        value: LinkedItem
        __match_args__ = ("value",)
    class HIDDEN(DependencyEnd):
        def __init__(self) -> None: ...
class Durability(enum.Enum):
    FULL = 0
    RELAXED = 1
class NoteKind(enum.Enum):
    WIP_EXCEEDED = 0
    TIMER_REPLACED = 1
    OVERLAP = 2
    OVER_CAP = 3
    CLOCK_BACKWARDS = 4
    DEPENDENCY_LEFT_OUT = 5
    SPRINT_LEFT_OUT = 6
    PARENT_LEFT_OUT = 7
    LANE_REPLACED = 8
    PLACE_REPLACED = 9
class ImportFormat(enum.Enum):
    BEADS = 0
    TRELLO = 1
    PM = 2
class OnGone(enum.Enum):
    IGNORE = 0
    REPORT = 1
    DELETE = 2
class ImportPhase(enum.Enum):
    READING = 0
    FRAME = 1
    ITEMS = 2
    MOVES = 3
    PARENTS = 4
    DEPENDENCIES = 5
    COMMENTS = 6
    FINISHING = 7
    DELETIONS = 8
class RemarkKind(enum.Enum):
    PARENT_RAISED = 0
    REATTACHED = 1
    SECOND_PARENT = 2
    EDGE_TO_DELETED = 3
    FIELD_DROPPED = 4
    VALUE_ASSUMED = 5
    LANE_KEPT = 6
    GONE = 7
    REPEATED = 8
    MOVE_LEFT_OUT = 9
class ScopeChangeKind(enum.Enum):
    ADDED = 0
    REMOVED = 1
    REESTIMATED = 2
class TimeScope:
    class TENANT(TimeScope):
        def __init__(self) -> None: ...
    class PROJECT(TimeScope):
        def __init__(self, value: ProjectId, /) -> None: ...
        value: ProjectId
        __match_args__ = ("value",)
    class ITEM(TimeScope):
        def __init__(self, value: ItemId, /) -> None: ...
        value: ItemId
        __match_args__ = ("value",)
    class ITEM_TREE(TimeScope):
        def __init__(self, value: ItemId, /) -> None: ...
        value: ItemId
        __match_args__ = ("value",)
    class SPRINT(TimeScope):
        def __init__(self, value: SprintId, /) -> None: ...
        value: SprintId
        __match_args__ = ("value",)
    class USER(TimeScope):
        def __init__(self, value: UserId, /) -> None: ...
        value: UserId
        __match_args__ = ("value",)
class TimeGrouping(enum.Enum):
    ITEM = 0
    USER = 1
    DAY = 2
class Answer:
    class ITEMS(Answer):
        def __init__(self, value: ItemPage, /) -> None: ...
        value: ItemPage
        __match_args__ = ("value",)
    class BOARD(Answer):
        def __init__(self, value: Board, /) -> None: ...
        value: Board
        __match_args__ = ("value",)
    class LANE_PAGE(Answer):
        def __init__(self, value: LanePage, /) -> None: ...
        value: LanePage
        __match_args__ = ("value",)
    class PROJECTS(Answer):
        def __init__(self, value: ProjectPage, /) -> None: ...
        value: ProjectPage
        __match_args__ = ("value",)
    class PROJECT(Answer):
        def __init__(self, value: ProjectAnswer, /) -> None: ...
        value: ProjectAnswer
        __match_args__ = ("value",)
    class USERS(Answer):
        def __init__(self, value: UserPage, /) -> None: ...
        value: UserPage
        __match_args__ = ("value",)
    class USER(Answer):
        def __init__(self, value: UserAnswer, /) -> None: ...
        value: UserAnswer
        __match_args__ = ("value",)
    class MEMBERS(Answer):
        def __init__(self, value: MemberPage, /) -> None: ...
        value: MemberPage
        __match_args__ = ("value",)
    class LANES(Answer):
        def __init__(self, value: LaneList, /) -> None: ...
        value: LaneList
        __match_args__ = ("value",)
    class SPRINTS(Answer):
        def __init__(self, value: SprintPage, /) -> None: ...
        value: SprintPage
        __match_args__ = ("value",)
    class SPRINT(Answer):
        def __init__(self, value: SprintAnswer, /) -> None: ...
        value: SprintAnswer
        __match_args__ = ("value",)
    class LABELS(Answer):
        def __init__(self, value: LabelPage, /) -> None: ...
        value: LabelPage
        __match_args__ = ("value",)
    class TRASH(Answer):
        def __init__(self, value: TrashPage, /) -> None: ...
        value: TrashPage
        __match_args__ = ("value",)
    class TRASH_PROJECTS(Answer):
        def __init__(self, value: TrashPage, /) -> None: ...
        value: TrashPage
        __match_args__ = ("value",)
    class ITEM(Answer):
        def __init__(self, value: ItemDetail, /) -> None: ...
        value: ItemDetail
        __match_args__ = ("value",)
    class ITEM_ONLY(Answer):
        def __init__(self, value: ItemAnswer, /) -> None: ...
        value: ItemAnswer
        __match_args__ = ("value",)
    class ANCESTORS(Answer):
        def __init__(self, value: Ancestors, /) -> None: ...
        value: Ancestors
        __match_args__ = ("value",)
    class CHILDREN(Answer):
        def __init__(self, value: ItemPage, /) -> None: ...
        value: ItemPage
        __match_args__ = ("value",)
    class DESCENDANTS(Answer):
        def __init__(self, value: DescendantPage, /) -> None: ...
        value: DescendantPage
        __match_args__ = ("value",)
    class DEPENDENCIES(Answer):
        def __init__(self, value: DependencyPage, /) -> None: ...
        value: DependencyPage
        __match_args__ = ("value",)
    class BACKLOG(Answer):
        def __init__(self, value: ItemPage, /) -> None: ...
        value: ItemPage
        __match_args__ = ("value",)
    class BLOCKED(Answer):
        def __init__(self, value: FlowPage, /) -> None: ...
        value: FlowPage
        __match_args__ = ("value",)
    class READY(Answer):
        def __init__(self, value: FlowPage, /) -> None: ...
        value: FlowPage
        __match_args__ = ("value",)
    class COMMENTS(Answer):
        def __init__(self, value: ThreadPage, /) -> None: ...
        value: ThreadPage
        __match_args__ = ("value",)
    class REPLIES(Answer):
        def __init__(self, value: CommentPage, /) -> None: ...
        value: CommentPage
        __match_args__ = ("value",)
    class MENTIONS(Answer):
        def __init__(self, value: MentionPage, /) -> None: ...
        value: MentionPage
        __match_args__ = ("value",)
    class TIME_ENTRIES(Answer):
        def __init__(self, value: TimePage, /) -> None: ...
        value: TimePage
        __match_args__ = ("value",)
    class RUNNING_TIMERS(Answer):
        def __init__(self, value: TimePage, /) -> None: ...
        value: TimePage
        __match_args__ = ("value",)
    class MY_TIMER(Answer):
        def __init__(self, value: TimerAnswer, /) -> None: ...
        value: TimerAnswer
        __match_args__ = ("value",)
    class CONTEXT(Answer):
        def __init__(self, value: ProjectContext, /) -> None: ...
        value: ProjectContext
        __match_args__ = ("value",)
    class LLM_CONTEXT(Answer):
        def __init__(self, value: LlmContextPage, /) -> None: ...
        value: LlmContextPage
        __match_args__ = ("value",)
    class SEARCH(Answer):
        def __init__(self, value: SearchPage, /) -> None: ...
        value: SearchPage
        __match_args__ = ("value",)
    class ACTIVITY(Answer):
        def __init__(self, value: ActivityPage, /) -> None: ...
        value: ActivityPage
        __match_args__ = ("value",)
    class SPRINT_REPORT(Answer):
        def __init__(self, value: SprintReport, /) -> None: ...
        value: SprintReport
        __match_args__ = ("value",)
    class SCOPE_CHANGES(Answer):
        def __init__(self, value: ScopeChangePage, /) -> None: ...
        value: ScopeChangePage
        __match_args__ = ("value",)
    class SPRINT_ITEMS(Answer):
        def __init__(self, value: SprintItemPage, /) -> None: ...
        value: SprintItemPage
        __match_args__ = ("value",)
    class VELOCITY(Answer):
        def __init__(self, value: Velocity, /) -> None: ...
        value: Velocity
        __match_args__ = ("value",)
    class TIME_TOTALS(Answer):
        def __init__(self, value: TimeTotals, /) -> None: ...
        value: TimeTotals
        __match_args__ = ("value",)
    class SNAPSHOT(Answer):
        def __init__(self, value: SnapshotChunk, /) -> None: ...
        value: SnapshotChunk
        __match_args__ = ("value",)
    class BOARD_THEN(Answer):
        def __init__(self, value: BoardThen, /) -> None: ...
        value: BoardThen
        __match_args__ = ("value",)
    class INVERSE(Answer):
        def __init__(self, value: Undo, /) -> None: ...
        value: Undo
        __match_args__ = ("value",)
class ImportSource:
    class FILE(ImportSource):
        path: str
        def __init__(self, path: str) -> None: ...
    class BYTES(ImportSource):
        data: bytes
        def __init__(self, data: bytes) -> None: ...
class ItemSort(enum.Enum):
    NUMBER = 0
    UPDATED = 1
    PRIORITY = 2
    DUE = 3
    LANE = 4
class ListenerError(Exception):
    message: str
    pass
    class Threw(ListenerError):
        message: str
        def __init__(self, message: str) -> None: ...
class LlmContextKind(enum.Enum):
    SCHEMA_DOC = 0
    QUERY_PATTERN = 1
    BUSINESS_RULE = 2
    EXAMPLE = 3
    INSTRUCTION = 4
class MentionTarget:
    class ITEM(MentionTarget):
        def __init__(self, value: ItemRef, /) -> None: ...
        value: ItemRef
        __match_args__ = ("value",)
    class USER(MentionTarget):
        def __init__(self, value: UserId, /) -> None: ...
        value: UserId
        __match_args__ = ("value",)
class PathStep:
    class ITEM(PathStep):
        id: ItemId
        key: str
        def __init__(self, id: ItemId, key: str) -> None: ...
    class HIDDEN(PathStep):
        def __init__(self) -> None: ...
class PmError(Exception):
    message: str
    def code(self) -> str: ...
    class Invalid(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class NotFound(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class AlreadyExists(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class Conflict(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        current: Entity | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None, current: Entity | None) -> None: ...
    class Cycle(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        path: list[PathStep]
        path_length: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None, path: list[PathStep], path_length: int | None) -> None: ...
    class Forbidden(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class Archived(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class Frozen(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class WrongState(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class InUse(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class HasChildren(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class WipLimit(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class Overlap(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class NotRunning(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class CommandReused(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class TooLarge(PmError):
        message: str
        part: int | None
        field: str | None
        limit: int | None
        def __init__(self, message: str, part: int | None, field: str | None, limit: int | None) -> None: ...
    class Busy(PmError):
        message: str
        def __init__(self, message: str) -> None: ...
    class Storage(PmError):
        message: str
        detail: str
        def __init__(self, message: str, detail: str) -> None: ...
    class Closed(PmError):
        message: str
        def __init__(self, message: str) -> None: ...
    class Internal(PmError):
        message: str
        detail: str
        def __init__(self, message: str, detail: str) -> None: ...
    class Locked(PmError):
        message: str
        holder: str
        def __init__(self, message: str, holder: str) -> None: ...
    class Newer(PmError):
        message: str
        found: int
        supported: int
        def __init__(self, message: str, found: int, supported: int) -> None: ...
    class Corrupt(PmError):
        message: str
        detail: str
        def __init__(self, message: str, detail: str) -> None: ...
    class Format(PmError):
        message: str
        line: int | None
        def __init__(self, message: str, line: int | None) -> None: ...
    class File(PmError):
        message: str
        detail: str
        def __init__(self, message: str, detail: str) -> None: ...
    class Listener(PmError):
        message: str
        def __init__(self, message: str) -> None: ...
    class Cancelled(PmError):
        message: str
        def __init__(self, message: str) -> None: ...
    class Forked(PmError):
        message: str
        def __init__(self, message: str) -> None: ...
class Question:
    class ITEMS(Question):
        filter: ItemFilter
        sort: ItemSort
        page: PageRequest
        with_total: bool
        def __init__(self, filter: ItemFilter, sort: ItemSort, page: PageRequest = ..., with_total: bool = ...) -> None: ...
    class BOARD(Question):
        project: ProjectRef
        filter: ItemFilter
        per_lane: typing.Optional[int]
        def __init__(self, project: ProjectRef, filter: ItemFilter = ..., per_lane: typing.Optional[int] = ...) -> None: ...
    class LANE_PAGE(Question):
        lane: LaneTarget
        filter: ItemFilter
        page: PageRequest
        def __init__(self, lane: LaneTarget, filter: ItemFilter = ..., page: PageRequest = ...) -> None: ...
    class PROJECTS(Question):
        status: typing.Optional[ProjectStatus]
        page: PageRequest
        with_total: bool
        def __init__(self, status: typing.Optional[ProjectStatus] = ..., page: PageRequest = ..., with_total: bool = ...) -> None: ...
    class PROJECT(Question):
        project: ProjectRef
        def __init__(self, project: ProjectRef) -> None: ...
    class USERS(Question):
        page: PageRequest
        def __init__(self, page: PageRequest = ...) -> None: ...
    class USER(Question):
        user: UserId
        def __init__(self, user: UserId) -> None: ...
    class MEMBERS(Question):
        project: ProjectRef
        page: PageRequest
        def __init__(self, project: ProjectRef, page: PageRequest = ...) -> None: ...
    class LANES(Question):
        project: ProjectRef
        def __init__(self, project: ProjectRef) -> None: ...
    class SPRINTS(Question):
        project: ProjectRef
        states: typing.List[SprintState]
        page: PageRequest
        def __init__(self, project: ProjectRef, states: typing.List[SprintState] = ..., page: PageRequest = ...) -> None: ...
    class SPRINT(Question):
        sprint: SprintRef
        def __init__(self, sprint: SprintRef) -> None: ...
    class LABELS(Question):
        project: ProjectRef
        page: PageRequest
        def __init__(self, project: ProjectRef, page: PageRequest = ...) -> None: ...
    class TRASH(Question):
        project: ProjectRef
        page: PageRequest
        def __init__(self, project: ProjectRef, page: PageRequest = ...) -> None: ...
    class TRASH_PROJECTS(Question):
        page: PageRequest
        def __init__(self, page: PageRequest = ...) -> None: ...
    class ITEM(Question):
        item: ItemRef
        def __init__(self, item: ItemRef) -> None: ...
    class ITEM_ONLY(Question):
        item: ItemRef
        def __init__(self, item: ItemRef) -> None: ...
    class ANCESTORS(Question):
        item: ItemRef
        def __init__(self, item: ItemRef) -> None: ...
    class CHILDREN(Question):
        item: ItemRef
        page: PageRequest
        def __init__(self, item: ItemRef, page: PageRequest = ...) -> None: ...
    class DESCENDANTS(Question):
        item: ItemRef
        page: PageRequest
        def __init__(self, item: ItemRef, page: PageRequest = ...) -> None: ...
    class DEPENDENCIES(Question):
        item: ItemRef
        kind: typing.Optional[DependencyKind]
        page: PageRequest
        def __init__(self, item: ItemRef, kind: typing.Optional[DependencyKind] = ..., page: PageRequest = ...) -> None: ...
    class BACKLOG(Question):
        project: ProjectRef
        page: PageRequest
        def __init__(self, project: ProjectRef, page: PageRequest = ...) -> None: ...
    class BLOCKED(Question):
        project: ProjectRef
        page: PageRequest
        def __init__(self, project: ProjectRef, page: PageRequest = ...) -> None: ...
    class READY(Question):
        project: ProjectRef
        page: PageRequest
        def __init__(self, project: ProjectRef, page: PageRequest = ...) -> None: ...
    class COMMENTS(Question):
        item: ItemRef
        page: PageRequest
        def __init__(self, item: ItemRef, page: PageRequest = ...) -> None: ...
    class REPLIES(Question):
        comment: CommentRef
        page: PageRequest
        def __init__(self, comment: CommentRef, page: PageRequest = ...) -> None: ...
    class MENTIONS(Question):
        target: MentionTarget
        page: PageRequest
        def __init__(self, target: MentionTarget, page: PageRequest = ...) -> None: ...
    class TIME_ENTRIES(Question):
        filter: TimeFilter
        page: PageRequest
        with_total: bool
        def __init__(self, filter: TimeFilter = ..., page: PageRequest = ..., with_total: bool = ...) -> None: ...
    class RUNNING_TIMERS(Question):
        project: typing.Optional[ProjectRef]
        page: PageRequest
        def __init__(self, project: typing.Optional[ProjectRef] = ..., page: PageRequest = ...) -> None: ...
    class MY_TIMER(Question):
        def __init__(self) -> None: ...
    class CONTEXT(Question):
        project: ProjectRef
        options: ContextOptions
        def __init__(self, project: ProjectRef, options: ContextOptions = ...) -> None: ...
    class LLM_CONTEXT(Question):
        kind: typing.Optional[LlmContextKind]
        page: PageRequest
        def __init__(self, kind: typing.Optional[LlmContextKind] = ..., page: PageRequest = ...) -> None: ...
    class SEARCH(Question):
        def __init__(self, value: SearchQuery, /) -> None: ...
        value: SearchQuery
        __match_args__ = ("value",)
    class ACTIVITY(Question):
        def __init__(self, value: ActivityQuery, /) -> None: ...
        value: ActivityQuery
        __match_args__ = ("value",)
    class SPRINT_REPORT(Question):
        sprint: SprintRef
        utc_offset_minutes: int
        def __init__(self, sprint: SprintRef, utc_offset_minutes: int = ...) -> None: ...
    class SCOPE_CHANGES(Question):
        sprint: SprintRef
        page: PageRequest
        def __init__(self, sprint: SprintRef, page: PageRequest = ...) -> None: ...
    class SPRINT_ITEMS(Question):
        sprint: SprintRef
        phase: SprintPhase
        page: PageRequest
        def __init__(self, sprint: SprintRef, phase: SprintPhase, page: PageRequest = ...) -> None: ...
    class VELOCITY(Question):
        project: ProjectRef
        sprints: typing.Optional[int]
        def __init__(self, project: ProjectRef, sprints: typing.Optional[int] = ...) -> None: ...
    class TIME_TOTALS(Question):
        def __init__(self, value: TimeQuery, /) -> None: ...
        value: TimeQuery
        __match_args__ = ("value",)
    class SNAPSHOT(Question):
        projects: typing.List[ProjectId]
        cursor: typing.Optional[str]
        def __init__(self, projects: typing.List[ProjectId] = ..., cursor: typing.Optional[str] = ...) -> None: ...
    class BOARD_THEN(Question):
        def __init__(self, value: BoardThenQuery, /) -> None: ...
        value: BoardThenQuery
        __match_args__ = ("value",)
    class INVERSE(Question):
        command: CommandId
        user: UserId
        def __init__(self, command: CommandId, user: UserId) -> None: ...
class Resume:
    class UP_TO_DATE(Resume):
        head: int
        def __init__(self, head: int) -> None: ...
    class TAIL(Resume):
        _from: int
        head: int
        def __init__(self, _from: int, head: int) -> None: ...
    class SNAPSHOT(Resume):
        head: int
        def __init__(self, head: int) -> None: ...
class StreamEnd:
    class CANCELLED(StreamEnd):
        def __init__(self) -> None: ...
    class CLOSED(StreamEnd):
        def __init__(self) -> None: ...
    class LISTENER_THREW(StreamEnd):
        message: str
        def __init__(self, message: str) -> None: ...
    class FAILED(StreamEnd):
        code: str
        message: str
        def __init__(self, code: str, message: str) -> None: ...
class AccessChange:
    sequence: int
    project: ProjectId
    gained: bool
    def __init__(self, *, sequence: int, project: ProjectId, gained: bool) -> None: ...
class ActivityRow:
    sequence: int
    position: int
    at: Timestamp
    actor: UserId
    project: typing.Optional[ProjectId]
    entity_kind: EntityKind
    entity_id: str
    action: Action
    field: typing.Optional[str]
    old_value: typing.Optional[str]
    new_value: typing.Optional[str]
    def __init__(self, *, sequence: int, position: int, at: Timestamp, actor: UserId, project: typing.Optional[ProjectId], entity_kind: EntityKind, entity_id: str, action: Action, field: typing.Optional[str], old_value: typing.Optional[str], new_value: typing.Optional[str]) -> None: ...
class ActivityPage:
    sequence: int
    rows: typing.List[ActivityRow]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, rows: typing.List[ActivityRow], next: typing.Optional[str]) -> None: ...
class PageRequest:
    cursor: typing.Optional[str]
    limit: typing.Optional[int]
    def __init__(self, *, cursor: typing.Optional[str] = ..., limit: typing.Optional[int] = ...) -> None: ...
class ActivityQuery:
    project: typing.Optional[ProjectId]
    entity: typing.Optional[str]
    user: typing.Optional[UserId]
    since_sequence: typing.Optional[int]
    since: typing.Optional[Timestamp]
    page: PageRequest
    def __init__(self, *, project: typing.Optional[ProjectId] = ..., entity: typing.Optional[str] = ..., user: typing.Optional[UserId] = ..., since_sequence: typing.Optional[int] = ..., since: typing.Optional[Timestamp] = ..., page: PageRequest = ...) -> None: ...
class Actor:
    user: UserId
    kind: ActorKind
    role: TenantRole
    on_behalf_of: typing.Optional[UserId]
    def __init__(self, *, user: UserId, kind: ActorKind, role: TenantRole, on_behalf_of: typing.Optional[UserId] = ...) -> None: ...
class ExternalRef:
    source: str
    id: str
    def __init__(self, *, source: str, id: str) -> None: ...
class WorkItem:
    id: ItemId
    project: ProjectId
    number: int
    kind: ItemKind
    title: str
    description: typing.Optional[str]
    lane: LaneId
    priority: Priority
    assignee: typing.Optional[UserId]
    labels: typing.List[str]
    points: typing.Optional[float]
    estimate_seconds: typing.Optional[int]
    remaining_seconds: typing.Optional[int]
    start_date: typing.Optional[CalendarDate]
    due_date: typing.Optional[CalendarDate]
    sprint: typing.Optional[SprintId]
    parent: typing.Optional[ItemId]
    lane_order: str
    parent_order: str
    external: typing.Optional[ExternalRef]
    extra: typing.Optional[str]
    created_at: Timestamp
    created_by: UserId
    updated_at: Timestamp
    updated_by: UserId
    completed_at: typing.Optional[Timestamp]
    completed_by: typing.Optional[UserId]
    deleted_at: typing.Optional[Timestamp]
    version: int
    @property
    def estimate(self) -> typing.Optional[datetime.timedelta]: ...
    @property
    def remaining(self) -> typing.Optional[datetime.timedelta]: ...
    def __init__(self, *, id: ItemId, project: ProjectId, number: int, kind: ItemKind, title: str, description: typing.Optional[str], lane: LaneId, priority: Priority, assignee: typing.Optional[UserId], labels: typing.List[str], points: typing.Optional[float], estimate_seconds: typing.Optional[int], remaining_seconds: typing.Optional[int], start_date: typing.Optional[CalendarDate], due_date: typing.Optional[CalendarDate], sprint: typing.Optional[SprintId], parent: typing.Optional[ItemId], lane_order: str, parent_order: str, external: typing.Optional[ExternalRef], extra: typing.Optional[str], created_at: Timestamp, created_by: UserId, updated_at: Timestamp, updated_by: UserId, completed_at: typing.Optional[Timestamp], completed_by: typing.Optional[UserId], deleted_at: typing.Optional[Timestamp], version: int) -> None: ...
class Card:
    item: WorkItem
    key: str
    finished: bool
    blocked: bool
    ready: bool
    open_children: int
    live_children: int
    comments: int
    timers: typing.List[UserId]
    def __init__(self, *, item: WorkItem, key: str, finished: bool, blocked: bool, ready: bool, open_children: int, live_children: int, comments: int, timers: typing.List[UserId]) -> None: ...
class Ancestors:
    sequence: int
    items: typing.List[Card]
    def __init__(self, *, sequence: int, items: typing.List[Card]) -> None: ...
class Project:
    id: ProjectId
    key: str
    title: str
    description: typing.Optional[str]
    status: ProjectStatus
    visibility: Visibility
    wip_policy: WipPolicy
    parallel_sprints: bool
    default_lane: typing.Optional[LaneId]
    created_at: Timestamp
    created_by: UserId
    updated_at: Timestamp
    updated_by: UserId
    deleted_at: typing.Optional[Timestamp]
    version: int
    def __init__(self, *, id: ProjectId, key: str, title: str, description: typing.Optional[str], status: ProjectStatus, visibility: Visibility, wip_policy: WipPolicy, parallel_sprints: bool, default_lane: typing.Optional[LaneId], created_at: Timestamp, created_by: UserId, updated_at: Timestamp, updated_by: UserId, deleted_at: typing.Optional[Timestamp], version: int) -> None: ...
class Lane:
    id: LaneId
    project: ProjectId
    name: str
    status: str
    category: LaneCategory
    position: str
    wip_limit: typing.Optional[int]
    deleted_at: typing.Optional[Timestamp]
    version: int
    def __init__(self, *, id: LaneId, project: ProjectId, name: str, status: str, category: LaneCategory, position: str, wip_limit: typing.Optional[int], deleted_at: typing.Optional[Timestamp], version: int) -> None: ...
class BoardLane:
    lane: Lane
    item_count: int
    cards: typing.List[Card]
    next: typing.Optional[str]
    def __init__(self, *, lane: Lane, item_count: int, cards: typing.List[Card], next: typing.Optional[str]) -> None: ...
class Board:
    sequence: int
    project: Project
    role: ProjectRole
    lanes: typing.List[BoardLane]
    def __init__(self, *, sequence: int, project: Project, role: ProjectRole, lanes: typing.List[BoardLane]) -> None: ...
class LaneThen:
    lane: Lane
    item_count: int
    items: typing.List[WorkItem]
    next: typing.Optional[str]
    def __init__(self, *, lane: Lane, item_count: int, items: typing.List[WorkItem], next: typing.Optional[str]) -> None: ...
class BoardThen:
    sequence: int
    as_of: int
    project: Project
    lanes: typing.List[LaneThen]
    def __init__(self, *, sequence: int, as_of: int, project: Project, lanes: typing.List[LaneThen]) -> None: ...
class BoardThenQuery:
    project: ProjectId
    as_of: AsOf
    lane: typing.Optional[LaneId]
    page: PageRequest
    def __init__(self, *, project: ProjectId, as_of: AsOf, lane: typing.Optional[LaneId] = ..., page: PageRequest = ...) -> None: ...
class SprintLoad:
    items: int
    points: float
    def __init__(self, *, items: int, points: float) -> None: ...
class BurndownDay:
    day: CalendarDate
    scope: SprintLoad
    remaining: SprintLoad
    def __init__(self, *, day: CalendarDate, scope: SprintLoad, remaining: SprintLoad) -> None: ...
class TableDifference:
    table: str
    missing: int
    surplus: int
    def __init__(self, *, table: str, missing: int, surplus: int) -> None: ...
class CheckReport:
    epoch: Epoch
    sequence: int
    integrity: typing.List[str]
    broken_references: int
    log_gaps: int
    replay_error: typing.Optional[str]
    differences: typing.List[TableDifference]
    def __init__(self, *, epoch: Epoch, sequence: int, integrity: typing.List[str], broken_references: int, log_gaps: int, replay_error: typing.Optional[str], differences: typing.List[TableDifference]) -> None: ...
class NewLane:
    id: typing.Optional[LaneId]
    name: str
    status: typing.Optional[str]
    category: LaneCategory
    wip_limit: typing.Optional[int]
    def __init__(self, *, id: typing.Optional[LaneId] = ..., name: str, status: typing.Optional[str] = ..., category: LaneCategory, wip_limit: typing.Optional[int] = ...) -> None: ...
class NewProject:
    id: typing.Optional[ProjectId]
    key: str
    title: str
    description: str
    visibility: Visibility
    wip_policy: WipPolicy
    parallel_sprints: bool
    lanes: typing.List[NewLane]
    def __init__(self, *, id: typing.Optional[ProjectId] = ..., key: str, title: str, description: str = ..., visibility: Visibility, wip_policy: WipPolicy, parallel_sprints: bool = ..., lanes: typing.List[NewLane] = ...) -> None: ...
class LaneTarget:
    project: typing.Optional[ProjectRef]
    lane: LaneRef
    def __init__(self, *, project: typing.Optional[ProjectRef] = ..., lane: LaneRef) -> None: ...
class NewItem:
    id: typing.Optional[ItemId]
    project: ProjectRef
    kind: ItemKind
    title: str
    description: str
    lane: typing.Optional[LaneRef]
    priority: Priority
    assignee: typing.Optional[UserId]
    labels: typing.List[str]
    points: typing.Optional[float]
    estimate_seconds: typing.Optional[int]
    remaining_seconds: typing.Optional[int]
    start_date: typing.Optional[CalendarDate]
    due_date: typing.Optional[CalendarDate]
    sprint: typing.Optional[SprintRef]
    parent: typing.Optional[ItemRef]
    place: typing.Optional[Place]
    sibling_place: typing.Optional[Place]
    external: typing.Optional[ExternalRef]
    extra: str
    @property
    def estimate(self) -> typing.Optional[datetime.timedelta]: ...
    @property
    def remaining(self) -> typing.Optional[datetime.timedelta]: ...
    def __init__(self, *, id: typing.Optional[ItemId] = ..., project: ProjectRef, kind: ItemKind, title: str, description: str = ..., lane: typing.Optional[LaneRef] = ..., priority: Priority, assignee: typing.Optional[UserId] = ..., labels: typing.List[str] = ..., points: typing.Optional[float] = ..., estimate_seconds: typing.Optional[int] = ..., remaining_seconds: typing.Optional[int] = ..., start_date: typing.Optional[CalendarDate] = ..., due_date: typing.Optional[CalendarDate] = ..., sprint: typing.Optional[SprintRef] = ..., parent: typing.Optional[ItemRef] = ..., place: typing.Optional[Place] = ..., sibling_place: typing.Optional[Place] = ..., external: typing.Optional[ExternalRef] = ..., extra: str = ...) -> None: ...
class ItemMove:
    item: ItemRef
    lane: typing.Optional[LaneRef]
    place: typing.Optional[Place]
    parent: typing.Optional[ParentChange]
    sibling_place: typing.Optional[Place]
    sprint: typing.Optional[SprintAssignment]
    def __init__(self, *, item: ItemRef, lane: typing.Optional[LaneRef] = ..., place: typing.Optional[Place] = ..., parent: typing.Optional[ParentChange] = ..., sibling_place: typing.Optional[Place] = ..., sprint: typing.Optional[SprintAssignment] = ...) -> None: ...
class NewSprint:
    id: typing.Optional[SprintId]
    project: ProjectRef
    name: str
    goal: str
    start_date: typing.Optional[CalendarDate]
    end_date: typing.Optional[CalendarDate]
    def __init__(self, *, id: typing.Optional[SprintId] = ..., project: ProjectRef, name: str, goal: str = ..., start_date: typing.Optional[CalendarDate] = ..., end_date: typing.Optional[CalendarDate] = ...) -> None: ...
class NewComment:
    id: typing.Optional[CommentId]
    item: ItemRef
    reply_to: typing.Optional[CommentRef]
    text: str
    external: typing.Optional[ExternalRef]
    def __init__(self, *, id: typing.Optional[CommentId] = ..., item: ItemRef, reply_to: typing.Optional[CommentRef] = ..., text: str, external: typing.Optional[ExternalRef] = ...) -> None: ...
class NewTimeEntry:
    id: typing.Optional[TimeEntryId]
    item: ItemRef
    user: typing.Optional[UserId]
    started_at: Timestamp
    ended_at: Timestamp
    note: str
    def __init__(self, *, id: typing.Optional[TimeEntryId] = ..., item: ItemRef, user: typing.Optional[UserId] = ..., started_at: Timestamp, ended_at: Timestamp, note: str = ...) -> None: ...
class TenantSettings:
    timer_cap_seconds: int
    timer_cap_policy: TimerCapPolicy
    overlap_policy: OverlapPolicy
    version: int
    @property
    def timer_cap(self) -> datetime.timedelta: ...
    def __init__(self, *, timer_cap_seconds: int, timer_cap_policy: TimerCapPolicy, overlap_policy: OverlapPolicy, version: int) -> None: ...
class User:
    id: UserId
    kind: ActorKind
    name: typing.Optional[str]
    email: typing.Optional[str]
    created_at: Timestamp
    version: int
    def __init__(self, *, id: UserId, kind: ActorKind, name: typing.Optional[str], email: typing.Optional[str], created_at: Timestamp, version: int) -> None: ...
class Member:
    project: ProjectId
    user: UserId
    role: ProjectRole
    created_at: Timestamp
    removed_at: typing.Optional[Timestamp]
    version: int
    def __init__(self, *, project: ProjectId, user: UserId, role: ProjectRole, created_at: Timestamp, removed_at: typing.Optional[Timestamp], version: int) -> None: ...
class SprintItem:
    item: ItemId
    phase: SprintPhase
    points: typing.Optional[float]
    category: LaneCategory
    def __init__(self, *, item: ItemId, phase: SprintPhase, points: typing.Optional[float], category: LaneCategory) -> None: ...
class Sprint:
    id: SprintId
    project: ProjectId
    name: str
    goal: str
    start_date: typing.Optional[CalendarDate]
    end_date: typing.Optional[CalendarDate]
    state: SprintState
    started_at: typing.Optional[Timestamp]
    ended_at: typing.Optional[Timestamp]
    committed_items: int
    committed_points: float
    completed_items: int
    completed_points: float
    items: typing.Optional[typing.List[SprintItem]]
    created_at: Timestamp
    created_by: UserId
    updated_at: Timestamp
    updated_by: UserId
    deleted_at: typing.Optional[Timestamp]
    version: int
    def __init__(self, *, id: SprintId, project: ProjectId, name: str, goal: str, start_date: typing.Optional[CalendarDate], end_date: typing.Optional[CalendarDate], state: SprintState, started_at: typing.Optional[Timestamp], ended_at: typing.Optional[Timestamp], committed_items: int, committed_points: float, completed_items: int, completed_points: float, items: typing.Optional[typing.List[SprintItem]], created_at: Timestamp, created_by: UserId, updated_at: Timestamp, updated_by: UserId, deleted_at: typing.Optional[Timestamp], version: int) -> None: ...
class Comment:
    id: CommentId
    project: ProjectId
    item: ItemId
    reply_to: typing.Optional[CommentId]
    depth: int
    author: UserId
    text: typing.Optional[str]
    mentioned_users: typing.List[UserId]
    mentioned_items: typing.List[ItemId]
    external: typing.Optional[ExternalRef]
    created_at: Timestamp
    edited_at: typing.Optional[Timestamp]
    deleted_at: typing.Optional[Timestamp]
    version: int
    def __init__(self, *, id: CommentId, project: ProjectId, item: ItemId, reply_to: typing.Optional[CommentId], depth: int, author: UserId, text: typing.Optional[str], mentioned_users: typing.List[UserId], mentioned_items: typing.List[ItemId], external: typing.Optional[ExternalRef], created_at: Timestamp, edited_at: typing.Optional[Timestamp], deleted_at: typing.Optional[Timestamp], version: int) -> None: ...
class TimeEntry:
    id: TimeEntryId
    project: ProjectId
    item: ItemId
    user: UserId
    started_at: Timestamp
    ended_at: typing.Optional[Timestamp]
    seconds: typing.Optional[int]
    note: str
    manual: bool
    overlaps: bool
    over_cap: bool
    clock_backwards: bool
    original_end: typing.Optional[Timestamp]
    created_at: Timestamp
    updated_by: UserId
    deleted_at: typing.Optional[Timestamp]
    version: int
    @property
    def duration(self) -> typing.Optional[datetime.timedelta]: ...
    def __init__(self, *, id: TimeEntryId, project: ProjectId, item: ItemId, user: UserId, started_at: Timestamp, ended_at: typing.Optional[Timestamp], seconds: typing.Optional[int], note: str, manual: bool, overlaps: bool, over_cap: bool, clock_backwards: bool, original_end: typing.Optional[Timestamp], created_at: Timestamp, updated_by: UserId, deleted_at: typing.Optional[Timestamp], version: int) -> None: ...
class Dependency:
    id: DependencyId
    kind: DependencyKind
    _from: ItemId
    to: ItemId
    project: ProjectId
    created_at: Timestamp
    created_by: UserId
    deleted_at: typing.Optional[Timestamp]
    version: int
    def __init__(self, *, id: DependencyId, kind: DependencyKind, _from: ItemId, to: ItemId, project: ProjectId, created_at: Timestamp, created_by: UserId, deleted_at: typing.Optional[Timestamp], version: int) -> None: ...
class Origin:
    at: typing.Optional[Timestamp]
    by: typing.Optional[UserId]
    number: typing.Optional[int]
    version: typing.Optional[int]
    def __init__(self, *, at: typing.Optional[Timestamp] = ..., by: typing.Optional[UserId] = ..., number: typing.Optional[int] = ..., version: typing.Optional[int] = ...) -> None: ...
class Part:
    change: Change
    expected_version: typing.Optional[int]
    origin: typing.Optional[Origin]
    def __init__(self, *, change: Change, expected_version: typing.Optional[int] = ..., origin: typing.Optional[Origin] = ...) -> None: ...
class Command:
    id: CommandId
    actor: Actor
    parts: typing.List[Part]
    def __init__(self, *, id: CommandId, actor: Actor, parts: typing.List[Part]) -> None: ...
class CommentPage:
    sequence: int
    comments: typing.List[Comment]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, comments: typing.List[Comment], next: typing.Optional[str]) -> None: ...
class ContextComment:
    item: str
    author: UserId
    at: Timestamp
    is_reply: bool
    text: str
    def __init__(self, *, item: str, author: UserId, at: Timestamp, is_reply: bool, text: str) -> None: ...
class ContextLink:
    direction: DependencyDirection
    key: typing.Optional[str]
    def __init__(self, *, direction: DependencyDirection, key: typing.Optional[str]) -> None: ...
class ContextItem:
    key: str
    kind: ItemKind
    title: str
    description: typing.Optional[str]
    status: str
    category: LaneCategory
    priority: Priority
    assignee: typing.Optional[UserId]
    labels: typing.List[str]
    points: typing.Optional[float]
    estimate_seconds: typing.Optional[int]
    remaining_seconds: typing.Optional[int]
    start_date: typing.Optional[CalendarDate]
    due_date: typing.Optional[CalendarDate]
    sprint: typing.Optional[str]
    parent: typing.Optional[str]
    dependencies: typing.List[ContextLink]
    blocked: bool
    ready: bool
    open_children: int
    comments: int
    updated_at: Timestamp
    completed_at: typing.Optional[Timestamp]
    version: int
    @property
    def estimate(self) -> typing.Optional[datetime.timedelta]: ...
    @property
    def remaining(self) -> typing.Optional[datetime.timedelta]: ...
    def __init__(self, *, key: str, kind: ItemKind, title: str, description: typing.Optional[str], status: str, category: LaneCategory, priority: Priority, assignee: typing.Optional[UserId], labels: typing.List[str], points: typing.Optional[float], estimate_seconds: typing.Optional[int], remaining_seconds: typing.Optional[int], start_date: typing.Optional[CalendarDate], due_date: typing.Optional[CalendarDate], sprint: typing.Optional[str], parent: typing.Optional[str], dependencies: typing.List[ContextLink], blocked: bool, ready: bool, open_children: int, comments: int, updated_at: Timestamp, completed_at: typing.Optional[Timestamp], version: int) -> None: ...
class ContextLane:
    status: str
    name: str
    category: LaneCategory
    wip_limit: typing.Optional[int]
    item_count: int
    def __init__(self, *, status: str, name: str, category: LaneCategory, wip_limit: typing.Optional[int], item_count: int) -> None: ...
class ContextOptions:
    max_bytes: typing.Optional[int]
    since: typing.Optional[int]
    descriptions: bool
    finished: bool
    members: bool
    sprints: bool
    dependencies: bool
    comments: bool
    timers: bool
    def __init__(self, *, max_bytes: typing.Optional[int] = ..., since: typing.Optional[int] = ..., descriptions: bool = ..., finished: bool = ..., members: bool = ..., sprints: bool = ..., dependencies: bool = ..., comments: bool = ..., timers: bool = ...) -> None: ...
class ContextSprint:
    id: SprintId
    name: str
    goal: str
    state: SprintState
    start_date: typing.Optional[CalendarDate]
    end_date: typing.Optional[CalendarDate]
    item_count: int
    completed_points: float
    def __init__(self, *, id: SprintId, name: str, goal: str, state: SprintState, start_date: typing.Optional[CalendarDate], end_date: typing.Optional[CalendarDate], item_count: int, completed_points: float) -> None: ...
class ContextTimer:
    user: UserId
    item: str
    started_at: Timestamp
    def __init__(self, *, user: UserId, item: str, started_at: Timestamp) -> None: ...
class LinkedItem:
    id: ItemId
    key: str
    project: ProjectId
    kind: ItemKind
    title: str
    lane: LaneId
    status: str
    category: LaneCategory
    finished: bool
    def __init__(self, *, id: ItemId, key: str, project: ProjectId, kind: ItemKind, title: str, lane: LaneId, status: str, category: LaneCategory, finished: bool) -> None: ...
class DependencyLine:
    id: DependencyId
    direction: DependencyDirection
    other: DependencyEnd
    created_at: Timestamp
    created_by: UserId
    version: int
    def __init__(self, *, id: DependencyId, direction: DependencyDirection, other: DependencyEnd, created_at: Timestamp, created_by: UserId, version: int) -> None: ...
class DependencyPage:
    sequence: int
    dependencies: typing.List[DependencyLine]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, dependencies: typing.List[DependencyLine], next: typing.Optional[str]) -> None: ...
class Descendant:
    card: Card
    depth: int
    def __init__(self, *, card: Card, depth: int) -> None: ...
class DescendantPage:
    sequence: int
    items: typing.List[Descendant]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, items: typing.List[Descendant], next: typing.Optional[str]) -> None: ...
class DroppedField:
    field: str
    count: int
    def __init__(self, *, field: str, count: int) -> None: ...
class EngineOptions:
    root: str
    workers: int
    durability: typing.Optional[Durability]
    tenants_open_max: int
    def __init__(self, *, root: str, workers: int = ..., durability: typing.Optional[Durability] = ..., tenants_open_max: int = ...) -> None: ...
class EventActor:
    user: UserId
    kind: ActorKind
    on_behalf_of: typing.Optional[UserId]
    def __init__(self, *, user: UserId, kind: ActorKind, on_behalf_of: typing.Optional[UserId]) -> None: ...
class FieldChange:
    field: str
    old: typing.Optional[str]
    def __init__(self, *, field: str, old: typing.Optional[str]) -> None: ...
class Note:
    kind: NoteKind
    id: typing.Optional[str]
    count: typing.Optional[int]
    limit: typing.Optional[int]
    def __init__(self, *, kind: NoteKind, id: typing.Optional[str], count: typing.Optional[int], limit: typing.Optional[int]) -> None: ...
class Event:
    sequence: int
    group: CommandId
    actor: EventActor
    at: Timestamp
    origin: typing.Optional[Origin]
    project: typing.Optional[ProjectId]
    entity_kind: EntityKind
    entity_id: str
    number: typing.Optional[int]
    action: Action
    entity: typing.Optional[Entity]
    changes: typing.List[FieldChange]
    notes: typing.List[Note]
    def __init__(self, *, sequence: int, group: CommandId, actor: EventActor, at: Timestamp, origin: typing.Optional[Origin], project: typing.Optional[ProjectId], entity_kind: EntityKind, entity_id: str, number: typing.Optional[int], action: Action, entity: typing.Optional[Entity], changes: typing.List[FieldChange], notes: typing.List[Note]) -> None: ...
class EventBatch:
    events: typing.List[Event]
    access: typing.List[AccessChange]
    complete_to: int
    group_split: bool
    def __init__(self, *, events: typing.List[Event], access: typing.List[AccessChange], complete_to: int, group_split: bool) -> None: ...
class ExportSummary:
    epoch: Epoch
    sequence: int
    lines: TableCounts
    def __init__(self, *, epoch: Epoch, sequence: int, lines: TableCounts) -> None: ...
class FlowPage:
    sequence: int
    items: typing.List[Card]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, items: typing.List[Card], next: typing.Optional[str]) -> None: ...
class ImportOptions:
    format: ImportFormat
    project_key: typing.Optional[str]
    project_title: typing.Optional[str]
    source: typing.Optional[str]
    lane_categories: LaneCategories
    unknown_statuses_as_lanes: bool
    on_gone: OnGone
    def __init__(self, *, format: ImportFormat, project_key: typing.Optional[str] = ..., project_title: typing.Optional[str] = ..., source: typing.Optional[str] = ..., lane_categories: LaneCategories = ..., unknown_statuses_as_lanes: bool = ..., on_gone: OnGone) -> None: ...
class ImportProgress:
    phase: ImportPhase
    done: int
    total: typing.Optional[int]
    def __init__(self, *, phase: ImportPhase, done: int, total: typing.Optional[int]) -> None: ...
class ImportRemark:
    kind: RemarkKind
    line: typing.Optional[int]
    source_id: typing.Optional[str]
    other: typing.Optional[str]
    message: str
    def __init__(self, *, kind: RemarkKind, line: typing.Optional[int], source_id: typing.Optional[str], other: typing.Optional[str], message: str) -> None: ...
class RefusedRecord:
    table: str
    line: typing.Optional[int]
    source_id: typing.Optional[str]
    code: str
    message: str
    path: typing.List[str]
    def __init__(self, *, table: str, line: typing.Optional[int], source_id: typing.Optional[str], code: str, message: str, path: typing.List[str]) -> None: ...
class ImportReport:
    format: ImportFormat
    lines_read: int
    lines_empty: int
    read: TableCounts
    created: TableCounts
    changed: TableCounts
    unchanged: TableCounts
    repeated: TableCounts
    refused_count: TableCounts
    refused: typing.List[RefusedRecord]
    remarks: typing.List[ImportRemark]
    remarks_count: int
    dropped_fields: typing.List[DroppedField]
    first_sequence: typing.Optional[int]
    last_sequence: typing.Optional[int]
    cancelled: bool
    def __init__(self, *, format: ImportFormat, lines_read: int, lines_empty: int, read: TableCounts, created: TableCounts, changed: TableCounts, unchanged: TableCounts, repeated: TableCounts, refused_count: TableCounts, refused: typing.List[RefusedRecord], remarks: typing.List[ImportRemark], remarks_count: int, dropped_fields: typing.List[DroppedField], first_sequence: typing.Optional[int], last_sequence: typing.Optional[int], cancelled: bool) -> None: ...
class ItemAnswer:
    sequence: int
    item: WorkItem
    key: str
    role: ProjectRole
    finished: bool
    blocked: bool
    ready: bool
    open_children: int
    live_children: int
    def __init__(self, *, sequence: int, item: WorkItem, key: str, role: ProjectRole, finished: bool, blocked: bool, ready: bool, open_children: int, live_children: int) -> None: ...
class ItemDetail:
    sequence: int
    item: ItemAnswer
    lane: Lane
    ancestors: typing.List[Card]
    children: typing.List[Card]
    children_next: typing.Optional[str]
    dependencies: typing.List[DependencyLine]
    dependencies_next: typing.Optional[str]
    timers: typing.List[TimeEntry]
    comments: int
    def __init__(self, *, sequence: int, item: ItemAnswer, lane: Lane, ancestors: typing.List[Card], children: typing.List[Card], children_next: typing.Optional[str], dependencies: typing.List[DependencyLine], dependencies_next: typing.Optional[str], timers: typing.List[TimeEntry], comments: int) -> None: ...
class ItemFilter:
    project: typing.Optional[ProjectRef]
    ids: typing.List[ItemRef]
    kinds: typing.List[ItemKind]
    lanes: typing.List[LaneRef]
    categories: typing.List[LaneCategory]
    priorities: typing.List[Priority]
    assignees: typing.List[UserId]
    unassigned: bool
    sprints: typing.List[SprintRef]
    no_sprint: bool
    parents: typing.List[ItemRef]
    roots: bool
    labels: typing.List[str]
    due_from: typing.Optional[CalendarDate]
    due_to: typing.Optional[CalendarDate]
    start_from: typing.Optional[CalendarDate]
    start_to: typing.Optional[CalendarDate]
    updated_since: typing.Optional[Timestamp]
    changed_after: typing.Optional[int]
    finished: typing.Optional[bool]
    blocked: typing.Optional[bool]
    ready: typing.Optional[bool]
    text: typing.Optional[str]
    created_by: typing.Optional[UserId]
    updated_by: typing.Optional[UserId]
    external: typing.Optional[ExternalRef]
    def __init__(self, *, project: typing.Optional[ProjectRef] = ..., ids: typing.List[ItemRef] = ..., kinds: typing.List[ItemKind] = ..., lanes: typing.List[LaneRef] = ..., categories: typing.List[LaneCategory] = ..., priorities: typing.List[Priority] = ..., assignees: typing.List[UserId] = ..., unassigned: bool = ..., sprints: typing.List[SprintRef] = ..., no_sprint: bool = ..., parents: typing.List[ItemRef] = ..., roots: bool = ..., labels: typing.List[str] = ..., due_from: typing.Optional[CalendarDate] = ..., due_to: typing.Optional[CalendarDate] = ..., start_from: typing.Optional[CalendarDate] = ..., start_to: typing.Optional[CalendarDate] = ..., updated_since: typing.Optional[Timestamp] = ..., changed_after: typing.Optional[int] = ..., finished: typing.Optional[bool] = ..., blocked: typing.Optional[bool] = ..., ready: typing.Optional[bool] = ..., text: typing.Optional[str] = ..., created_by: typing.Optional[UserId] = ..., updated_by: typing.Optional[UserId] = ..., external: typing.Optional[ExternalRef] = ...) -> None: ...
class ItemPage:
    sequence: int
    items: typing.List[Card]
    total: typing.Optional[int]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, items: typing.List[Card], total: typing.Optional[int], next: typing.Optional[str]) -> None: ...
class KnownPosition:
    epoch: Epoch
    sequence: int
    def __init__(self, *, epoch: Epoch, sequence: int) -> None: ...
class LabelCount:
    label: str
    items: int
    def __init__(self, *, label: str, items: int) -> None: ...
class LabelPage:
    sequence: int
    labels: typing.List[LabelCount]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, labels: typing.List[LabelCount], next: typing.Optional[str]) -> None: ...
class LaneView:
    lane: Lane
    item_count: int
    def __init__(self, *, lane: Lane, item_count: int) -> None: ...
class LaneList:
    sequence: int
    lanes: typing.List[LaneView]
    def __init__(self, *, sequence: int, lanes: typing.List[LaneView]) -> None: ...
class LanePage:
    sequence: int
    lane: BoardLane
    def __init__(self, *, sequence: int, lane: BoardLane) -> None: ...
class LeftOut:
    lanes: int
    members: int
    sprints: int
    timers: int
    open_items: int
    finished_items: int
    descriptions: int
    comments: int
    def __init__(self, *, lanes: int, members: int, sprints: int, timers: int, open_items: int, finished_items: int, descriptions: int, comments: int) -> None: ...
class LlmContextNote:
    kind: str
    category: str
    title: str
    content: str
    example_sql: typing.Optional[str]
    priority: int
    def __init__(self, *, kind: str, category: str, title: str, content: str, example_sql: typing.Optional[str], priority: int) -> None: ...
class LlmContextPage:
    sequence: int
    notes: typing.List[LlmContextNote]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, notes: typing.List[LlmContextNote], next: typing.Optional[str]) -> None: ...
class MemberPage:
    sequence: int
    members: typing.List[Member]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, members: typing.List[Member], next: typing.Optional[str]) -> None: ...
class Mention:
    comment: Comment
    key: str
    title: str
    def __init__(self, *, comment: Comment, key: str, title: str) -> None: ...
class MentionPage:
    sequence: int
    mentions: typing.List[Mention]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, mentions: typing.List[Mention], next: typing.Optional[str]) -> None: ...
class PartResult:
    entity_kind: EntityKind
    id: str
    key: typing.Optional[str]
    version: int
    changed: bool
    def __init__(self, *, entity_kind: EntityKind, id: str, key: typing.Optional[str], version: int, changed: bool) -> None: ...
class Outcome:
    command: CommandId
    at: Timestamp
    first_sequence: typing.Optional[int]
    last_sequence: typing.Optional[int]
    results: typing.List[PartResult]
    notes: typing.List[Note]
    replayed: bool
    def __init__(self, *, command: CommandId, at: Timestamp, first_sequence: typing.Optional[int], last_sequence: typing.Optional[int], results: typing.List[PartResult], notes: typing.List[Note], replayed: bool) -> None: ...
class ProjectAnswer:
    sequence: int
    project: Project
    role: ProjectRole
    def __init__(self, *, sequence: int, project: Project, role: ProjectRole) -> None: ...
class ProjectContext:
    sequence: int
    project: Project
    role: ProjectRole
    lanes: typing.List[ContextLane]
    members: typing.List[Member]
    sprints: typing.List[ContextSprint]
    timers: typing.List[ContextTimer]
    items: typing.List[ContextItem]
    comments: typing.List[ContextComment]
    left_out: LeftOut
    def __init__(self, *, sequence: int, project: Project, role: ProjectRole, lanes: typing.List[ContextLane], members: typing.List[Member], sprints: typing.List[ContextSprint], timers: typing.List[ContextTimer], items: typing.List[ContextItem], comments: typing.List[ContextComment], left_out: LeftOut) -> None: ...
class ProjectView:
    project: Project
    role: ProjectRole
    def __init__(self, *, project: Project, role: ProjectRole) -> None: ...
class ProjectPage:
    sequence: int
    projects: typing.List[ProjectView]
    total: typing.Optional[int]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, projects: typing.List[ProjectView], total: typing.Optional[int], next: typing.Optional[str]) -> None: ...
class ScopeChange:
    sequence: int
    at: Timestamp
    by: UserId
    item: ItemId
    kind: ScopeChangeKind
    points_before: typing.Optional[float]
    points_after: typing.Optional[float]
    def __init__(self, *, sequence: int, at: Timestamp, by: UserId, item: ItemId, kind: ScopeChangeKind, points_before: typing.Optional[float], points_after: typing.Optional[float]) -> None: ...
class ScopeChangePage:
    sequence: int
    changes: typing.List[ScopeChange]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, changes: typing.List[ScopeChange], next: typing.Optional[str]) -> None: ...
class SearchHit:
    kind: EntityKind
    id: str
    project: ProjectId
    item: typing.Optional[ItemId]
    key: str
    title: str
    snippet: str
    rank: float
    def __init__(self, *, kind: EntityKind, id: str, project: ProjectId, item: typing.Optional[ItemId], key: str, title: str, snippet: str, rank: float) -> None: ...
class SearchPage:
    sequence: int
    hits: typing.List[SearchHit]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, hits: typing.List[SearchHit], next: typing.Optional[str]) -> None: ...
class SearchQuery:
    text: str
    project: typing.Optional[ProjectId]
    kind: typing.Optional[EntityKind]
    page: PageRequest
    def __init__(self, *, text: str, project: typing.Optional[ProjectId] = ..., kind: typing.Optional[EntityKind] = ..., page: PageRequest = ...) -> None: ...
class SnapshotChunk:
    sequence: int
    entities: typing.List[Entity]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, entities: typing.List[Entity], next: typing.Optional[str]) -> None: ...
class SprintAnswer:
    sequence: int
    sprint: Sprint
    item_count: int
    def __init__(self, *, sequence: int, sprint: Sprint, item_count: int) -> None: ...
class SprintItemPage:
    sequence: int
    items: typing.List[SprintItem]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, items: typing.List[SprintItem], next: typing.Optional[str]) -> None: ...
class SprintView:
    sprint: Sprint
    item_count: int
    def __init__(self, *, sprint: Sprint, item_count: int) -> None: ...
class SprintPage:
    sequence: int
    sprints: typing.List[SprintView]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, sprints: typing.List[SprintView], next: typing.Optional[str]) -> None: ...
class SprintReport:
    sequence: int
    sprint: Sprint
    commitment: SprintLoad
    remaining_at_start: SprintLoad
    result: SprintLoad
    added: SprintLoad
    removed: SprintLoad
    reestimated: SprintLoad
    burndown: typing.List[BurndownDay]
    def __init__(self, *, sequence: int, sprint: Sprint, commitment: SprintLoad, remaining_at_start: SprintLoad, result: SprintLoad, added: SprintLoad, removed: SprintLoad, reestimated: SprintLoad, burndown: typing.List[BurndownDay]) -> None: ...
class Thread:
    comment: Comment
    replies: typing.List[Comment]
    left_out: int
    next: typing.Optional[str]
    def __init__(self, *, comment: Comment, replies: typing.List[Comment], left_out: int, next: typing.Optional[str]) -> None: ...
class ThreadPage:
    sequence: int
    threads: typing.List[Thread]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, threads: typing.List[Thread], next: typing.Optional[str]) -> None: ...
class TimeEntryLine:
    entry: TimeEntry
    key: str
    title: str
    def __init__(self, *, entry: TimeEntry, key: str, title: str) -> None: ...
class TimeFilter:
    item: typing.Optional[ItemRef]
    user: typing.Optional[UserId]
    project: typing.Optional[ProjectRef]
    _from: typing.Optional[Timestamp]
    to: typing.Optional[Timestamp]
    def __init__(self, *, item: typing.Optional[ItemRef] = ..., user: typing.Optional[UserId] = ..., project: typing.Optional[ProjectRef] = ..., _from: typing.Optional[Timestamp] = ..., to: typing.Optional[Timestamp] = ...) -> None: ...
class TimeLine:
    item: typing.Optional[ItemId]
    user: typing.Optional[UserId]
    day: typing.Optional[CalendarDate]
    seconds: int
    entries: int
    @property
    def duration(self) -> datetime.timedelta: ...
    def __init__(self, *, item: typing.Optional[ItemId], user: typing.Optional[UserId], day: typing.Optional[CalendarDate], seconds: int, entries: int) -> None: ...
class TimePage:
    sequence: int
    entries: typing.List[TimeEntryLine]
    total: typing.Optional[int]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, entries: typing.List[TimeEntryLine], total: typing.Optional[int], next: typing.Optional[str]) -> None: ...
class TimeQuery:
    scope: TimeScope
    by: TimeGrouping
    _from: typing.Optional[CalendarDate]
    to: typing.Optional[CalendarDate]
    utc_offset_minutes: int
    page: PageRequest
    def __init__(self, *, scope: TimeScope, by: TimeGrouping, _from: typing.Optional[CalendarDate] = ..., to: typing.Optional[CalendarDate] = ..., utc_offset_minutes: int, page: PageRequest = ...) -> None: ...
class TimeTotals:
    sequence: int
    seconds: int
    entries: int
    running: int
    lines: typing.List[TimeLine]
    next: typing.Optional[str]
    @property
    def duration(self) -> datetime.timedelta: ...
    def __init__(self, *, sequence: int, seconds: int, entries: int, running: int, lines: typing.List[TimeLine], next: typing.Optional[str]) -> None: ...
class TimerAnswer:
    sequence: int
    entry: typing.Optional[TimeEntry]
    def __init__(self, *, sequence: int, entry: typing.Optional[TimeEntry]) -> None: ...
class TrashEntry:
    kind: EntityKind
    id: str
    key: typing.Optional[str]
    title: str
    deleted_at: Timestamp
    group: typing.Optional[str]
    def __init__(self, *, kind: EntityKind, id: str, key: typing.Optional[str], title: str, deleted_at: Timestamp, group: typing.Optional[str]) -> None: ...
class TrashPage:
    sequence: int
    entries: typing.List[TrashEntry]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, entries: typing.List[TrashEntry], next: typing.Optional[str]) -> None: ...
class UndoLeftOut:
    sequence: int
    entity_kind: EntityKind
    entity_id: str
    action: Action
    def __init__(self, *, sequence: int, entity_kind: EntityKind, entity_id: str, action: Action) -> None: ...
class Undo:
    sequence: int
    parts: typing.List[Part]
    left_out: typing.List[UndoLeftOut]
    def __init__(self, *, sequence: int, parts: typing.List[Part], left_out: typing.List[UndoLeftOut]) -> None: ...
class UserAnswer:
    sequence: int
    user: User
    def __init__(self, *, sequence: int, user: User) -> None: ...
class UserPage:
    sequence: int
    users: typing.List[User]
    next: typing.Optional[str]
    def __init__(self, *, sequence: int, users: typing.List[User], next: typing.Optional[str]) -> None: ...
class VelocitySprint:
    sprint: SprintId
    name: str
    ended_at: typing.Optional[Timestamp]
    committed: SprintLoad
    completed: SprintLoad
    def __init__(self, *, sprint: SprintId, name: str, ended_at: typing.Optional[Timestamp], committed: SprintLoad, completed: SprintLoad) -> None: ...
class Velocity:
    sequence: int
    sprints: typing.List[VelocitySprint]
    average_points: typing.Optional[float]
    def __init__(self, *, sequence: int, sprints: typing.List[VelocitySprint], average_points: typing.Optional[float]) -> None: ...
class ExportListenerImpl:
    def on_progress(self, bytes: int) -> bool: ...
class ExportListener:
    def on_progress(self, bytes: int) -> bool: ...
class ImportListenerImpl:
    def on_progress(self, progress: ImportProgress) -> bool: ...
class ImportListener:
    def on_progress(self, progress: ImportProgress) -> bool: ...
class Reader:
    def activity(self, project: typing.Optional[ProjectId] = ..., entity: typing.Optional[str] = ..., user: typing.Optional[UserId] = ..., since_sequence: typing.Optional[int] = ..., since: typing.Optional[Timestamp] = ..., page: PageRequest = ...) -> ActivityPage: ...
    def ancestors(self, item: ItemRef) -> Ancestors: ...
    def ask(self, question: Question) -> Answer: ...
    def backlog(self, project: ProjectRef, page: PageRequest = ...) -> ItemPage: ...
    def blocked(self, project: ProjectRef, page: PageRequest = ...) -> FlowPage: ...
    def board(self, project: ProjectRef, filter: ItemFilter = ..., per_lane: typing.Optional[int] = ...) -> Board: ...
    def board_then(self, project: ProjectId, as_of: AsOf, lane: typing.Optional[LaneId] = ..., page: PageRequest = ...) -> BoardThen: ...
    def children(self, item: ItemRef, page: PageRequest = ...) -> ItemPage: ...
    def comments(self, item: ItemRef, page: PageRequest = ...) -> ThreadPage: ...
    def context(self, project: ProjectRef, options: ContextOptions = ...) -> ProjectContext: ...
    def dependencies(self, item: ItemRef, kind: typing.Optional[DependencyKind] = ..., page: PageRequest = ...) -> DependencyPage: ...
    def descendants(self, item: ItemRef, page: PageRequest = ...) -> DescendantPage: ...
    def inverse(self, command: CommandId, user: UserId) -> Undo: ...
    def item(self, item: ItemRef) -> ItemDetail: ...
    def item_only(self, item: ItemRef) -> ItemAnswer: ...
    def items(self, sort: ItemSort, filter: ItemFilter = ..., page: PageRequest = ..., with_total: bool = ...) -> ItemPage: ...
    def labels(self, project: ProjectRef, page: PageRequest = ...) -> LabelPage: ...
    def lane_page(self, lane: LaneTarget, filter: ItemFilter = ..., page: PageRequest = ...) -> LanePage: ...
    def lanes(self, project: ProjectRef) -> LaneList: ...
    def llm_context(self, kind: typing.Optional[LlmContextKind] = ..., page: PageRequest = ...) -> LlmContextPage: ...
    def members(self, project: ProjectRef, page: PageRequest = ...) -> MemberPage: ...
    def mentions(self, target: MentionTarget, page: PageRequest = ...) -> MentionPage: ...
    def my_timer(self) -> TimerAnswer: ...
    def project(self, project: ProjectRef) -> ProjectAnswer: ...
    def projects(self, status: typing.Optional[ProjectStatus] = ..., page: PageRequest = ..., with_total: bool = ...) -> ProjectPage: ...
    def ready(self, project: ProjectRef, page: PageRequest = ...) -> FlowPage: ...
    def replies(self, comment: CommentRef, page: PageRequest = ...) -> CommentPage: ...
    def running_timers(self, project: typing.Optional[ProjectRef] = ..., page: PageRequest = ...) -> TimePage: ...
    def scope_changes(self, sprint: SprintRef, page: PageRequest = ...) -> ScopeChangePage: ...
    def search(self, text: str, project: typing.Optional[ProjectId] = ..., kind: typing.Optional[EntityKind] = ..., page: PageRequest = ...) -> SearchPage: ...
    def snapshot(self, projects: typing.List[ProjectId] = ..., cursor: typing.Optional[str] = ...) -> SnapshotChunk: ...
    def sprint(self, sprint: SprintRef) -> SprintAnswer: ...
    def sprint_items(self, sprint: SprintRef, phase: SprintPhase, page: PageRequest = ...) -> SprintItemPage: ...
    def sprint_report(self, sprint: SprintRef, utc_offset_minutes: int = ...) -> SprintReport: ...
    def sprints(self, project: ProjectRef, states: typing.List[SprintState] = ..., page: PageRequest = ...) -> SprintPage: ...
    def time_entries(self, filter: TimeFilter = ..., page: PageRequest = ..., with_total: bool = ...) -> TimePage: ...
    def time_totals(self, scope: TimeScope, by: TimeGrouping, first_day: typing.Optional[CalendarDate] = ..., last_day: typing.Optional[CalendarDate] = ..., utc_offset_minutes: int = ..., page: PageRequest = ...) -> TimeTotals: ...
    def trash(self, project: ProjectRef, page: PageRequest = ...) -> TrashPage: ...
    def trash_projects(self, page: PageRequest = ...) -> TrashPage: ...
    def user(self, user: UserId) -> UserAnswer: ...
    def users(self, page: PageRequest = ...) -> UserPage: ...
    def velocity(self, project: ProjectRef, sprints: typing.Optional[int] = ...) -> Velocity: ...
class ReaderProtocol:
    def activity(self, project: typing.Optional[ProjectId] = ..., entity: typing.Optional[str] = ..., user: typing.Optional[UserId] = ..., since_sequence: typing.Optional[int] = ..., since: typing.Optional[Timestamp] = ..., page: PageRequest = ...) -> ActivityPage: ...
    def ancestors(self, item: ItemRef) -> Ancestors: ...
    def ask(self, question: Question) -> Answer: ...
    def backlog(self, project: ProjectRef, page: PageRequest = ...) -> ItemPage: ...
    def blocked(self, project: ProjectRef, page: PageRequest = ...) -> FlowPage: ...
    def board(self, project: ProjectRef, filter: ItemFilter = ..., per_lane: typing.Optional[int] = ...) -> Board: ...
    def board_then(self, project: ProjectId, as_of: AsOf, lane: typing.Optional[LaneId] = ..., page: PageRequest = ...) -> BoardThen: ...
    def children(self, item: ItemRef, page: PageRequest = ...) -> ItemPage: ...
    def comments(self, item: ItemRef, page: PageRequest = ...) -> ThreadPage: ...
    def context(self, project: ProjectRef, options: ContextOptions = ...) -> ProjectContext: ...
    def dependencies(self, item: ItemRef, kind: typing.Optional[DependencyKind] = ..., page: PageRequest = ...) -> DependencyPage: ...
    def descendants(self, item: ItemRef, page: PageRequest = ...) -> DescendantPage: ...
    def inverse(self, command: CommandId, user: UserId) -> Undo: ...
    def item(self, item: ItemRef) -> ItemDetail: ...
    def item_only(self, item: ItemRef) -> ItemAnswer: ...
    def items(self, sort: ItemSort, filter: ItemFilter = ..., page: PageRequest = ..., with_total: bool = ...) -> ItemPage: ...
    def labels(self, project: ProjectRef, page: PageRequest = ...) -> LabelPage: ...
    def lane_page(self, lane: LaneTarget, filter: ItemFilter = ..., page: PageRequest = ...) -> LanePage: ...
    def lanes(self, project: ProjectRef) -> LaneList: ...
    def llm_context(self, kind: typing.Optional[LlmContextKind] = ..., page: PageRequest = ...) -> LlmContextPage: ...
    def members(self, project: ProjectRef, page: PageRequest = ...) -> MemberPage: ...
    def mentions(self, target: MentionTarget, page: PageRequest = ...) -> MentionPage: ...
    def my_timer(self) -> TimerAnswer: ...
    def project(self, project: ProjectRef) -> ProjectAnswer: ...
    def projects(self, status: typing.Optional[ProjectStatus] = ..., page: PageRequest = ..., with_total: bool = ...) -> ProjectPage: ...
    def ready(self, project: ProjectRef, page: PageRequest = ...) -> FlowPage: ...
    def replies(self, comment: CommentRef, page: PageRequest = ...) -> CommentPage: ...
    def running_timers(self, project: typing.Optional[ProjectRef] = ..., page: PageRequest = ...) -> TimePage: ...
    def scope_changes(self, sprint: SprintRef, page: PageRequest = ...) -> ScopeChangePage: ...
    def search(self, text: str, project: typing.Optional[ProjectId] = ..., kind: typing.Optional[EntityKind] = ..., page: PageRequest = ...) -> SearchPage: ...
    def snapshot(self, projects: typing.List[ProjectId] = ..., cursor: typing.Optional[str] = ...) -> SnapshotChunk: ...
    def sprint(self, sprint: SprintRef) -> SprintAnswer: ...
    def sprint_items(self, sprint: SprintRef, phase: SprintPhase, page: PageRequest = ...) -> SprintItemPage: ...
    def sprint_report(self, sprint: SprintRef, utc_offset_minutes: int = ...) -> SprintReport: ...
    def sprints(self, project: ProjectRef, states: typing.List[SprintState] = ..., page: PageRequest = ...) -> SprintPage: ...
    def time_entries(self, filter: TimeFilter = ..., page: PageRequest = ..., with_total: bool = ...) -> TimePage: ...
    def time_totals(self, scope: TimeScope, by: TimeGrouping, first_day: typing.Optional[CalendarDate] = ..., last_day: typing.Optional[CalendarDate] = ..., utc_offset_minutes: int = ..., page: PageRequest = ...) -> TimeTotals: ...
    def trash(self, project: ProjectRef, page: PageRequest = ...) -> TrashPage: ...
    def trash_projects(self, page: PageRequest = ...) -> TrashPage: ...
    def user(self, user: UserId) -> UserAnswer: ...
    def users(self, page: PageRequest = ...) -> UserPage: ...
    def velocity(self, project: ProjectRef, sprints: typing.Optional[int] = ...) -> Velocity: ...
class EventStream:
    def cancel(self) -> None: ...
    def cursor(self) -> int: ...
    def next(self, timeout_ms: int) -> typing.Optional[EventBatch]: ...
class EventStreamProtocol:
    def cancel(self) -> None: ...
    def cursor(self) -> int: ...
    def next(self, timeout_ms: int) -> typing.Optional[EventBatch]: ...
class EventListenerImpl:
    def on_events(self, batch: EventBatch) -> None: ...
    def on_end(self, end: StreamEnd) -> None: ...
class EventListener:
    def on_events(self, batch: EventBatch) -> None: ...
    def on_end(self, end: StreamEnd) -> None: ...
class Subscription:
    def cancel(self) -> None: ...
    def cursor(self) -> int: ...
    def end(self) -> typing.Optional[StreamEnd]: ...
    def wait_ended(self, timeout_ms: int) -> bool: ...
class SubscriptionProtocol:
    def cancel(self) -> None: ...
    def cursor(self) -> int: ...
    def end(self) -> typing.Optional[StreamEnd]: ...
    def wait_ended(self, timeout_ms: int) -> bool: ...
class Tenant:
    def backup(self, target: str) -> None: ...
    def epoch(self) -> Epoch: ...
    def execute(self, command: Command) -> Outcome: ...
    def export_to(self, actor: Actor, target: str, listener: typing.Optional[ExportListener] = ...) -> ExportSummary: ...
    def head(self) -> int: ...
    def id(self) -> str: ...
    def import_from(self, actor: Actor, options: ImportOptions, source: ImportSource, listener: typing.Optional[ImportListener] = ...) -> ImportReport: ...
    def read(self, actor: Actor) -> Reader: ...
    def rebuild(self) -> int: ...
    def resume(self, known: typing.Optional[KnownPosition]) -> Resume: ...
    def stream(self, actor: Actor, from_sequence: int, projects: typing.Optional[typing.List[ProjectId]] = ...) -> EventStream: ...
    def subscribe(self, actor: Actor, from_sequence: int, listener: EventListener, projects: typing.Optional[typing.List[ProjectId]] = ...) -> Subscription: ...
class TenantProtocol:
    def backup(self, target: str) -> None: ...
    def epoch(self) -> Epoch: ...
    def execute(self, command: Command) -> Outcome: ...
    def export_to(self, actor: Actor, target: str, listener: typing.Optional[ExportListener] = ...) -> ExportSummary: ...
    def head(self) -> int: ...
    def id(self) -> str: ...
    def import_from(self, actor: Actor, options: ImportOptions, source: ImportSource, listener: typing.Optional[ImportListener] = ...) -> ImportReport: ...
    def read(self, actor: Actor) -> Reader: ...
    def rebuild(self) -> int: ...
    def resume(self, known: typing.Optional[KnownPosition]) -> Resume: ...
    def stream(self, actor: Actor, from_sequence: int, projects: typing.Optional[typing.List[ProjectId]] = ...) -> EventStream: ...
    def subscribe(self, actor: Actor, from_sequence: int, listener: EventListener, projects: typing.Optional[typing.List[ProjectId]] = ...) -> Subscription: ...
class Engine:
    @classmethod
    def open(cls, options: EngineOptions, clock: typing.Optional[ManualClock] = ...) -> Engine: ...
    def create_tenant(self, id: str) -> Tenant: ...
    def restore(self, tenant: str, _from: str) -> Tenant: ...
    def shutdown(self) -> None: ...
    def tenant(self, id: str) -> Tenant: ...
    def tenant_or_create(self, id: str) -> Tenant: ...
    def tenants(self) -> typing.List[str]: ...
    def tenants_open(self) -> int: ...
class EngineProtocol:
    def create_tenant(self, id: str) -> Tenant: ...
    def restore(self, tenant: str, _from: str) -> Tenant: ...
    def shutdown(self) -> None: ...
    def tenant(self, id: str) -> Tenant: ...
    def tenant_or_create(self, id: str) -> Tenant: ...
    def tenants(self) -> typing.List[str]: ...
    def tenants_open(self) -> int: ...
class ManualClock:
    @classmethod
    def starting_at(cls, at: Timestamp) -> ManualClock: ...
    def now(self) -> Timestamp: ...
    def set(self, at: Timestamp) -> None: ...
class ManualClockProtocol:
    def now(self) -> Timestamp: ...
    def set(self, at: Timestamp) -> None: ...
def backup_tenant(root: str, tenant: str, target: str) -> None: ...
def check_tenant(root: str, tenant: str) -> CheckReport: ...
def export_tenant(root: str, tenant: str, target: str) -> ExportSummary: ...
def new_command_id() -> CommandId: ...
def new_id() -> str: ...
__all__ = [
    "InternalError",
    "EntityKind",
    "Action",
    "ActorKind",
    "TenantRole",
    "ItemKind",
    "Priority",
    "ProjectStatus",
    "Visibility",
    "WipPolicy",
    "ProjectRole",
    "LaneCategory",
    "AsOf",
    "TimerCapPolicy",
    "OverlapPolicy",
    "TenantSettingChange",
    "UserChange",
    "ProjectChange",
    "LanePlace",
    "LaneChange",
    "Place",
    "ItemChange",
    "ParentChange",
    "SprintAssignment",
    "SprintChange",
    "TimeEntryChange",
    "DependencyKind",
    "SprintState",
    "SprintPhase",
    "Entity",
    "Change",
    "DependencyDirection",
    "DependencyEnd",
    "Durability",
    "NoteKind",
    "ImportFormat",
    "OnGone",
    "ImportPhase",
    "RemarkKind",
    "ScopeChangeKind",
    "TimeScope",
    "TimeGrouping",
    "Answer",
    "ImportSource",
    "ItemSort",
    "ListenerError",
    "LlmContextKind",
    "MentionTarget",
    "PathStep",
    "PmError",
    "Question",
    "Resume",
    "StreamEnd",
    "AccessChange",
    "ActivityRow",
    "ActivityPage",
    "PageRequest",
    "ActivityQuery",
    "Actor",
    "ExternalRef",
    "WorkItem",
    "Card",
    "Ancestors",
    "Project",
    "Lane",
    "BoardLane",
    "Board",
    "LaneThen",
    "BoardThen",
    "BoardThenQuery",
    "SprintLoad",
    "BurndownDay",
    "TableDifference",
    "CheckReport",
    "NewLane",
    "NewProject",
    "LaneTarget",
    "NewItem",
    "ItemMove",
    "NewSprint",
    "NewComment",
    "NewTimeEntry",
    "TenantSettings",
    "User",
    "Member",
    "SprintItem",
    "Sprint",
    "Comment",
    "TimeEntry",
    "Dependency",
    "Origin",
    "Part",
    "Command",
    "CommentPage",
    "ContextComment",
    "ContextLink",
    "ContextItem",
    "ContextLane",
    "ContextOptions",
    "ContextSprint",
    "ContextTimer",
    "LinkedItem",
    "DependencyLine",
    "DependencyPage",
    "Descendant",
    "DescendantPage",
    "DroppedField",
    "EngineOptions",
    "EventActor",
    "FieldChange",
    "Note",
    "Event",
    "EventBatch",
    "ExportSummary",
    "FlowPage",
    "ImportOptions",
    "ImportProgress",
    "ImportRemark",
    "RefusedRecord",
    "ImportReport",
    "ItemAnswer",
    "ItemDetail",
    "ItemFilter",
    "ItemPage",
    "KnownPosition",
    "LabelCount",
    "LabelPage",
    "LaneView",
    "LaneList",
    "LanePage",
    "LeftOut",
    "LlmContextNote",
    "LlmContextPage",
    "MemberPage",
    "Mention",
    "MentionPage",
    "PartResult",
    "Outcome",
    "ProjectAnswer",
    "ProjectContext",
    "ProjectView",
    "ProjectPage",
    "ScopeChange",
    "ScopeChangePage",
    "SearchHit",
    "SearchPage",
    "SearchQuery",
    "SnapshotChunk",
    "SprintAnswer",
    "SprintItemPage",
    "SprintView",
    "SprintPage",
    "SprintReport",
    "Thread",
    "ThreadPage",
    "TimeEntryLine",
    "TimeFilter",
    "TimeLine",
    "TimePage",
    "TimeQuery",
    "TimeTotals",
    "TimerAnswer",
    "TrashEntry",
    "TrashPage",
    "UndoLeftOut",
    "Undo",
    "UserAnswer",
    "UserPage",
    "VelocitySprint",
    "Velocity",
    "backup_tenant",
    "check_tenant",
    "export_tenant",
    "new_command_id",
    "new_id",
    "ExportListenerImpl",
    "ExportListener",
    "ImportListenerImpl",
    "ImportListener",
    "Reader",
    "ReaderProtocol",
    "EventStream",
    "EventStreamProtocol",
    "EventListenerImpl",
    "EventListener",
    "SubscriptionProtocol",
    "TenantProtocol",
    "EngineProtocol",
    "ManualClock",
    "ManualClockProtocol",
]
