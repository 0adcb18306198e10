//! Random answers.

use pm_engine::query::*;

use super::*;

fn yes() -> BoxedStrategy<bool> {
    any::<bool>().boxed()
}

/// Random values of one kind of entity; `entities` knows how.
macro_rules! entities_of {
    ($($name:ident: $ty:ty = $kind:ident),* $(,)?) => {$(
        fn $name() -> BoxedStrategy<$ty> {
            let any_kind = entities().into_iter().nth(EntityKind::$kind as usize).unwrap();
            any_kind.prop_map(|entity| match entity {
                Entity::$kind(value) => value,
                other => panic!("{other:?} where a {} belongs", stringify!($kind)),
            }).boxed()
        }
    )*};
}
entities_of!(
    a_user: User = User,
    a_project: Project = Project,
    a_member: Member = Member,
    a_lane: Lane = Lane,
    boxed_item: Box<WorkItem> = WorkItem,
    boxed_sprint: Box<Sprint> = Sprint,
    a_comment: Comment = Comment,
    an_entry: TimeEntry = TimeEntry,
);

fn an_item() -> BoxedStrategy<WorkItem> {
    boxed_item().prop_map(|item| *item).boxed()
}

fn a_sprint() -> BoxedStrategy<Sprint> {
    boxed_sprint().prop_map(|sprint| *sprint).boxed()
}

fn role() -> BoxedStrategy<ProjectRole> {
    select(ProjectRole::ALL).boxed()
}

fn card() -> BoxedStrategy<Card> {
    all!(Card {
        item: an_item(),
        key: text(),
        finished: yes(),
        blocked: yes(),
        ready: yes(),
        open_children: int(),
        live_children: int(),
        comments: int(),
        timers: vec(user(), 0..3),
    })
}

fn cards() -> BoxedStrategy<Vec<Card>> {
    vec(card(), 0..2).boxed()
}

fn item_page() -> BoxedStrategy<ItemPage> {
    all!(ItemPage { sequence: int(), items: cards(), total: of(int()), next: of(text()) })
}

fn flow_page() -> BoxedStrategy<FlowPage> {
    all!(FlowPage { sequence: int(), items: cards(), next: of(text()) })
}

fn board_lane() -> BoxedStrategy<BoardLane> {
    all!(BoardLane { lane: a_lane(), item_count: int(), cards: cards(), next: of(text()) })
}

fn item_answer() -> BoxedStrategy<ItemAnswer> {
    all!(ItemAnswer {
        sequence: int(),
        item: an_item(),
        key: text(),
        role: role(),
        finished: yes(),
        blocked: yes(),
        ready: yes(),
        open_children: int(),
        live_children: int(),
    })
}

fn direction() -> BoxedStrategy<DependencyDirection> {
    use DependencyDirection::*;
    select(&[BlockedBy, Blocks, RelatesTo][..]).boxed()
}

fn dependency_lines() -> BoxedStrategy<Vec<DependencyLine>> {
    let linked = all!(LinkedItem {
        id: item(),
        key: text(),
        project: project(),
        kind: select(ItemKind::ALL),
        title: text(),
        lane: lane(),
        status: text(),
        category: select(LaneCategory::ALL),
        finished: yes(),
    });
    let line = all!(DependencyLine {
        id: dependency(),
        direction: direction(),
        other: one_of![linked.prop_map(DependencyEnd::Item), Just(DependencyEnd::Hidden)],
        created_at: at(),
        created_by: user(),
        version: int(),
    });
    vec(line, 0..3).boxed()
}

fn item_detail() -> BoxedStrategy<ItemDetail> {
    all!(ItemDetail {
        sequence: int(),
        item: item_answer(),
        lane: a_lane(),
        ancestors: cards(),
        children: cards(),
        children_next: of(text()),
        dependencies: dependency_lines(),
        dependencies_next: of(text()),
        timers: vec(an_entry(), 0..2),
        comments: int(),
    })
}

fn trash_page() -> BoxedStrategy<TrashPage> {
    let entry = all!(TrashEntry {
        kind: select(EntityKind::ALL),
        id: text(),
        key: of(text()),
        title: text(),
        deleted_at: at(),
        group: of(text()),
    });
    all!(TrashPage { sequence: int(), entries: vec(entry, 0..2), next: of(text()) })
}

fn time_page() -> BoxedStrategy<TimePage> {
    let line = all!(TimeEntryLine { entry: an_entry(), key: text(), title: text() });
    all!(TimePage { sequence: int(), entries: vec(line, 0..2), total: of(int()), next: of(text()) })
}

fn context_item() -> BoxedStrategy<ContextItem> {
    all!(ContextItem {
        key: text(),
        kind: select(ItemKind::ALL),
        title: text(),
        description: of(text()),
        status: text(),
        category: select(LaneCategory::ALL),
        priority: select(Priority::ALL),
        assignee: of(user()),
        labels: vec(text(), 0..2),
        points: of(real()),
        estimate_seconds: of(int()),
        remaining_seconds: of(int()),
        start_date: of(date()),
        due_date: of(date()),
        sprint: of(text()),
        parent: of(text()),
        dependencies: vec(all!(ContextLink { direction: direction(), key: of(text()) }), 0..2),
        blocked: yes(),
        ready: yes(),
        open_children: int(),
        comments: int(),
        updated_at: at(),
        completed_at: of(at()),
        version: int(),
    })
}

fn context() -> BoxedStrategy<ProjectContext> {
    let lane = all!(ContextLane {
        status: text(),
        name: text(),
        category: select(LaneCategory::ALL),
        wip_limit: of(int()),
        item_count: int(),
    });
    let sprint = all!(ContextSprint {
        id: sprint(),
        name: text(),
        goal: text(),
        state: select(SprintState::ALL),
        start_date: of(date()),
        end_date: of(date()),
        item_count: int(),
        completed_points: real(),
    });
    let timer = all!(ContextTimer { user: user(), item: text(), started_at: at() });
    let comment =
        all!(ContextComment { item: text(), author: user(), at: at(), is_reply: yes(), text: text() });
    let left_out = all!(LeftOut {
        lanes: int(),
        members: int(),
        sprints: int(),
        timers: int(),
        open_items: int(),
        finished_items: int(),
        descriptions: int(),
        comments: int(),
    });
    all!(ProjectContext {
        sequence: int(),
        project: a_project(),
        role: role(),
        lanes: vec(lane, 0..2),
        members: vec(a_member(), 0..2),
        sprints: vec(sprint, 0..2),
        timers: vec(timer, 0..2),
        items: vec(context_item(), 0..2),
        comments: vec(comment, 0..2),
        left_out: left_out,
    })
}

fn load() -> BoxedStrategy<SprintLoad> {
    all!(SprintLoad { items: int(), points: real() })
}

/// One answer of every kind.
pub(crate) fn answers() -> Vec<BoxedStrategy<Answer>> {
    let mut all = of_projects();
    all.extend(of_items());
    all.extend(of_comments_and_time());
    all.extend(of_reports());
    all.extend(of_the_past());
    all
}

fn of_projects() -> Vec<BoxedStrategy<Answer>> {
    let board =
        all!(Board { sequence: int(), project: a_project(), role: role(), lanes: vec(board_lane(), 0..2) });
    let view = all!(ProjectView { project: a_project(), role: role() });
    let lane = all!(LaneView { lane: a_lane(), item_count: int() });
    let sprint = all!(SprintView { sprint: a_sprint(), item_count: int() });
    let label = all!(LabelCount { label: text(), items: int() });
    let projects =
        all!(ProjectPage { sequence: int(), projects: vec(view, 0..2), total: of(int()), next: of(text()) });

    vec![
        board.prop_map(|board| Answer::Board(board.into())).boxed(),
        all!(LanePage { sequence: int(), lane: board_lane() })
            .prop_map(|page| Answer::LanePage(page.into()))
            .boxed(),
        projects.prop_map(Answer::Projects).boxed(),
        all!(ProjectAnswer { sequence: int(), project: a_project(), role: role() })
            .prop_map(|answer| Answer::Project(answer.into()))
            .boxed(),
        all!(UserPage { sequence: int(), users: vec(a_user(), 0..2), next: of(text()) })
            .prop_map(Answer::Users)
            .boxed(),
        all!(UserAnswer { sequence: int(), user: a_user() }).prop_map(Answer::User).boxed(),
        all!(MemberPage { sequence: int(), members: vec(a_member(), 0..2), next: of(text()) })
            .prop_map(Answer::Members)
            .boxed(),
        all!(LaneList { sequence: int(), lanes: vec(lane, 0..2) }).prop_map(Answer::Lanes).boxed(),
        all!(SprintPage { sequence: int(), sprints: vec(sprint, 0..2), next: of(text()) })
            .prop_map(Answer::Sprints)
            .boxed(),
        all!(SprintAnswer { sequence: int(), sprint: a_sprint(), item_count: int() })
            .prop_map(|answer| Answer::Sprint(answer.into()))
            .boxed(),
        all!(LabelPage { sequence: int(), labels: vec(label, 0..2), next: of(text()) })
            .prop_map(Answer::Labels)
            .boxed(),
        trash_page().prop_map(Answer::Trash).boxed(),
        trash_page().prop_map(Answer::TrashProjects).boxed(),
    ]
}

fn of_items() -> Vec<BoxedStrategy<Answer>> {
    let descendant = all!(Descendant { card: card(), depth: int() });
    let dependencies =
        all!(DependencyPage { sequence: int(), dependencies: dependency_lines(), next: of(text()) });
    vec![
        item_page().prop_map(Answer::Items).boxed(),
        item_detail().prop_map(|detail| Answer::Item(detail.into())).boxed(),
        item_answer().prop_map(|answer| Answer::ItemOnly(answer.into())).boxed(),
        all!(Ancestors { sequence: int(), items: cards() }).prop_map(Answer::Ancestors).boxed(),
        item_page().prop_map(Answer::Children).boxed(),
        all!(DescendantPage { sequence: int(), items: vec(descendant, 0..2), next: of(text()) })
            .prop_map(Answer::Descendants)
            .boxed(),
        dependencies.prop_map(Answer::Dependencies).boxed(),
        item_page().prop_map(Answer::Backlog).boxed(),
        flow_page().prop_map(Answer::Blocked).boxed(),
        flow_page().prop_map(Answer::Ready).boxed(),
    ]
}

fn of_comments_and_time() -> Vec<BoxedStrategy<Answer>> {
    let thread = all!(Thread {
        comment: a_comment(),
        replies: vec(a_comment(), 0..2),
        left_out: int(),
        next: of(text()),
    });
    let mention = all!(Mention { comment: a_comment(), key: text(), title: text() });
    let timer = all!(TimerAnswer { sequence: int(), entry: of(an_entry()) });
    vec![
        all!(ThreadPage { sequence: int(), threads: vec(thread, 0..2), next: of(text()) })
            .prop_map(Answer::Comments)
            .boxed(),
        all!(CommentPage { sequence: int(), comments: vec(a_comment(), 0..2), next: of(text()) })
            .prop_map(Answer::Replies)
            .boxed(),
        all!(MentionPage { sequence: int(), mentions: vec(mention, 0..2), next: of(text()) })
            .prop_map(Answer::Mentions)
            .boxed(),
        time_page().prop_map(Answer::TimeEntries).boxed(),
        time_page().prop_map(Answer::RunningTimers).boxed(),
        timer.prop_map(|answer| Answer::MyTimer(answer.into())).boxed(),
    ]
}

fn of_reports() -> Vec<BoxedStrategy<Answer>> {
    let report = all!(SprintReport {
        sequence: int(),
        sprint: a_sprint(),
        commitment: load(),
        remaining_at_start: load(),
        result: load(),
        added: load(),
        removed: load(),
        reestimated: load(),
        burndown: vec(all!(BurndownDay { day: date(), scope: load(), remaining: load() }), 0..3),
    });
    let change = all!(ScopeChange {
        sequence: int(),
        at: at(),
        by: user(),
        item: item(),
        kind: select(&[ScopeChangeKind::Added, ScopeChangeKind::Removed, ScopeChangeKind::Reestimated][..]),
        points_before: of(real()),
        points_after: of(real()),
    });
    let velocity = all!(VelocitySprint {
        sprint: sprint(),
        name: text(),
        ended_at: of(at()),
        committed: load(),
        completed: load(),
    });
    let line = all!(TimeLine {
        item: of(item()),
        user: of(user()),
        day: of(date()),
        seconds: int(),
        entries: int()
    });
    let totals = all!(TimeTotals {
        sequence: int(),
        seconds: int(),
        entries: int(),
        running: int(),
        lines: vec(line, 0..3),
        next: of(text()),
    });
    vec![
        report.prop_map(|report| Answer::SprintReport(report.into())).boxed(),
        all!(ScopeChangePage { sequence: int(), changes: vec(change, 0..3), next: of(text()) })
            .prop_map(Answer::ScopeChanges)
            .boxed(),
        all!(SprintItemPage { sequence: int(), items: vec(sprint_item(), 0..3), next: of(text()) })
            .prop_map(Answer::SprintItems)
            .boxed(),
        all!(Velocity { sequence: int(), sprints: vec(velocity, 0..3), average_points: of(real()) })
            .prop_map(Answer::Velocity)
            .boxed(),
        totals.prop_map(Answer::TimeTotals).boxed(),
    ]
}

fn of_the_past() -> Vec<BoxedStrategy<Answer>> {
    let note = all!(LlmContextNote {
        kind: text(),
        category: text(),
        title: text(),
        content: text(),
        example_sql: of(text()),
        priority: int(),
    });
    let hit = all!(SearchHit {
        kind: select(EntityKind::ALL),
        id: text(),
        project: project(),
        item: of(item()),
        key: text(),
        title: text(),
        snippet: text(),
        rank: real(),
    });
    let row = all!(ActivityRow {
        sequence: int(),
        position: int(),
        at: at(),
        actor: user(),
        project: of(project()),
        entity_kind: select(EntityKind::ALL),
        entity_id: text(),
        action: select(Action::ALL),
        field: of(text()),
        old_value: of(text()),
        new_value: of(text()),
    });
    let lane =
        all!(LaneThen { lane: a_lane(), item_count: int(), items: vec(an_item(), 0..2), next: of(text()) });
    let board =
        all!(BoardThen { sequence: int(), as_of: int(), project: a_project(), lanes: vec(lane, 0..2) });
    let left_out = all!(UndoLeftOut {
        sequence: int(),
        entity_kind: select(EntityKind::ALL),
        entity_id: text(),
        action: select(Action::ALL),
    });
    let parts = command().prop_map(|command| command.parts.into_iter().take(2).collect::<Vec<_>>());
    vec![
        context().prop_map(|context| Answer::Context(context.into())).boxed(),
        all!(LlmContextPage { sequence: int(), notes: vec(note, 0..2), next: of(text()) })
            .prop_map(Answer::LlmContext)
            .boxed(),
        all!(SearchPage { sequence: int(), hits: vec(hit, 0..3), next: of(text()) })
            .prop_map(Answer::Search)
            .boxed(),
        all!(ActivityPage { sequence: int(), rows: vec(row, 0..3), next: of(text()) })
            .prop_map(Answer::Activity)
            .boxed(),
        all!(SnapshotChunk { sequence: int(), entities: vec(entity(), 0..3), next: of(text()) })
            .prop_map(Answer::Snapshot)
            .boxed(),
        board.prop_map(|board| Answer::BoardThen(board.into())).boxed(),
        all!(Undo { sequence: int(), parts: parts, left_out: vec(left_out, 0..2) })
            .prop_map(Answer::Inverse)
            .boxed(),
    ]
}
