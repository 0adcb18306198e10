//! Random questions.

use pm_engine::query::{
    ActivityQuery, AsOf, BoardThenQuery, ContextOptions, ItemFilter, ItemSort, LlmContextKind, MentionTarget,
    PageRequest, Question, SearchQuery, TimeFilter, TimeGrouping, TimeQuery, TimeScope,
};

use super::*;

fn yes() -> BoxedStrategy<bool> {
    any::<bool>().boxed()
}

fn page() -> BoxedStrategy<PageRequest> {
    all!(PageRequest { cursor: of(text()), limit: of(int()) })
}

fn sort() -> BoxedStrategy<ItemSort> {
    select(&[ItemSort::Number, ItemSort::Updated, ItemSort::Priority, ItemSort::Due, ItemSort::Lane][..])
        .boxed()
}

fn filter() -> BoxedStrategy<ItemFilter> {
    all!(ItemFilter {
        project: of(project_ref()),
        ids: vec(item_ref(), 0..3),
        kinds: vec(select(ItemKind::ALL), 0..3),
        lanes: vec(lane_ref(), 0..3),
        categories: vec(select(LaneCategory::ALL), 0..3),
        priorities: vec(select(Priority::ALL), 0..3),
        assignees: vec(user(), 0..3),
        unassigned: yes(),
        sprints: vec(sprint_ref(), 0..3),
        no_sprint: yes(),
        parents: vec(item_ref(), 0..3),
        roots: yes(),
        labels: vec(text(), 0..3),
        due_from: of(date()),
        due_to: of(date()),
        start_from: of(date()),
        start_to: of(date()),
        updated_since: of(at()),
        changed_after: of(int()),
        finished: of(yes()),
        blocked: of(yes()),
        ready: of(yes()),
        text: of(text()),
        created_by: of(user()),
        updated_by: of(user()),
        external: of(external()),
    })
}

fn options() -> BoxedStrategy<ContextOptions> {
    all!(ContextOptions {
        max_bytes: of(int()),
        since: of(int()),
        descriptions: yes(),
        finished: yes(),
        members: yes(),
        sprints: yes(),
        dependencies: yes(),
        comments: yes(),
        timers: yes(),
    })
}

fn note_kind() -> BoxedStrategy<LlmContextKind> {
    use LlmContextKind::*;
    select(&[SchemaDoc, QueryPattern, BusinessRule, Example, Instruction][..]).boxed()
}

fn scope() -> BoxedStrategy<TimeScope> {
    one_of![
        Just(TimeScope::Tenant),
        project().prop_map(TimeScope::Project),
        item().prop_map(TimeScope::Item),
        item().prop_map(TimeScope::ItemTree),
        sprint().prop_map(TimeScope::Sprint),
        user().prop_map(TimeScope::User),
    ]
}

fn time_query() -> BoxedStrategy<TimeQuery> {
    all!(TimeQuery {
        scope: scope(),
        by: select(&[TimeGrouping::Item, TimeGrouping::User, TimeGrouping::Day][..]),
        from: of(date()),
        to: of(date()),
        utc_offset_minutes: any::<i32>(),
        page: page(),
    })
}

fn time_filter() -> BoxedStrategy<TimeFilter> {
    all!(TimeFilter {
        item: of(item_ref()),
        user: of(user()),
        project: of(project_ref()),
        from: of(at()),
        to: of(at()),
    })
}

fn search() -> BoxedStrategy<SearchQuery> {
    all!(SearchQuery {
        text: text(),
        project: of(project()),
        kind: of(select(EntityKind::ALL)),
        page: page()
    })
}

fn activity() -> BoxedStrategy<ActivityQuery> {
    all!(ActivityQuery {
        project: of(project()),
        entity: of(text()),
        user: of(user()),
        since_sequence: of(int()),
        since: of(at()),
        page: page(),
    })
}

fn board_then() -> BoxedStrategy<BoardThenQuery> {
    all!(BoardThenQuery {
        project: project(),
        as_of: one_of![int().prop_map(AsOf::Sequence), at().prop_map(AsOf::Instant)],
        lane: of(lane()),
        page: page(),
    })
}

/// One question of every kind.
pub(crate) fn questions() -> Vec<BoxedStrategy<Question>> {
    let mut all = of_lists();
    all.extend(of_items());
    all.extend(of_the_rest());
    all
}

fn of_lists() -> Vec<BoxedStrategy<Question>> {
    vec![
        all!(Question::Items { filter: filter(), sort: sort(), page: page(), with_total: yes() }),
        all!(Question::Board { project: project_ref(), filter: filter(), per_lane: of(int()) }),
        all!(Question::LanePage { lane: changes::lane_target(), filter: filter(), page: page() }),
        all!(Question::Projects { status: of(select(ProjectStatus::ALL)), page: page(), with_total: yes() }),
        all!(Question::Project { project: project_ref() }),
        all!(Question::Users { page: page() }),
        all!(Question::User { user: user() }),
        all!(Question::Members { project: project_ref(), page: page() }),
        all!(Question::Lanes { project: project_ref() }),
        all!(Question::Sprints {
            project: project_ref(),
            states: vec(select(SprintState::ALL), 0..3),
            page: page()
        }),
        all!(Question::Sprint { sprint: sprint_ref() }),
        all!(Question::Labels { project: project_ref(), page: page() }),
        all!(Question::Trash { project: project_ref(), page: page() }),
        all!(Question::TrashProjects { page: page() }),
        all!(Question::Backlog { project: project_ref(), page: page() }),
        all!(Question::Blocked { project: project_ref(), page: page() }),
        all!(Question::Ready { project: project_ref(), page: page() }),
    ]
}

fn of_items() -> Vec<BoxedStrategy<Question>> {
    let target = one_of![item_ref().prop_map(MentionTarget::Item), user().prop_map(MentionTarget::User)];
    vec![
        all!(Question::Item { item: item_ref() }),
        all!(Question::ItemOnly { item: item_ref() }),
        all!(Question::Ancestors { item: item_ref() }),
        all!(Question::Children { item: item_ref(), page: page() }),
        all!(Question::Descendants { item: item_ref(), page: page() }),
        all!(Question::Dependencies {
            item: item_ref(),
            kind: of(select(DependencyKind::ALL)),
            page: page()
        }),
        all!(Question::Comments { item: item_ref(), page: page() }),
        all!(Question::Replies { comment: comment_ref(), page: page() }),
        all!(Question::Mentions { target: target, page: page() }),
        all!(Question::TimeEntries { filter: time_filter(), page: page(), with_total: yes() }),
        all!(Question::RunningTimers { project: of(project_ref()), page: page() }),
        Just(Question::MyTimer).boxed(),
    ]
}

fn of_the_rest() -> Vec<BoxedStrategy<Question>> {
    vec![
        all!(Question::Context { project: project_ref(), options: options() }),
        all!(Question::LlmContext { kind: of(note_kind()), page: page() }),
        search().prop_map(Question::Search).boxed(),
        activity().prop_map(Question::Activity).boxed(),
        all!(Question::SprintReport { sprint: sprint_ref(), utc_offset_minutes: any::<i32>() }),
        all!(Question::ScopeChanges { sprint: sprint_ref(), page: page() }),
        all!(Question::SprintItems { sprint: sprint_ref(), phase: select(SprintPhase::ALL), page: page() }),
        all!(Question::Velocity { project: project_ref(), sprints: of(int()) }),
        time_query().prop_map(Question::TimeTotals).boxed(),
        all!(Question::Snapshot { projects: vec(project(), 0..3), cursor: of(text()) }),
        board_then().prop_map(Question::BoardThen).boxed(),
        all!(Question::Inverse { command: command_id(), user: user() }),
    ]
}
