//! A long chain, a deep tree, a parent of very many children: built by commands, loaded again, refused where they
//! must be, on a small stack.
//!
//! Long form (200,000 dependencies, 100,000 children), in a release build:
//! `PM_PROOF_LONG=1 cargo test --release -p pm-engine --test proof scale -- --test-threads=1 --nocapture`.

use googletest::prelude::*;
use pm_engine::command::{Change, Command, NewItem};
use pm_engine::limits;
use pm_engine::model::{DependencyKind, ItemId, ItemKind};
use pm_engine::rejection::{PathStep, Rejection, RejectionCode};
use pm_engine::{Engine, EngineConfig, Tenant};

use crate::support::{
    Bench, admin, assert_whole, count, item, item_with, refused, relaxed, run, size, tenant_with_project,
};

/// Stack of the thread that runs the engine: a recursion over the data would not fit.
const STACK_BYTES: usize = 256 * 1_024;
/// Items made by one command; with their dependencies they are its parts.
const PER_BATCH: usize = limits::PARTS_MAX / 2;

fn chain_items() -> usize {
    size(10_000, 200_001)
}

fn children() -> usize {
    size(limits::EVENTS_PER_COMMAND_MAX + 500, 100_000)
}

/// Runs work on a small stack; without workers the engine runs there too.
fn on_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap().join().unwrap()
}

fn engine(root: &std::path::Path) -> Engine {
    let mut config = EngineConfig { workers: 0, ..EngineConfig::new(root) };
    relaxed(&mut config);
    Engine::open(config).unwrap()
}

fn execute(tenant: &Tenant, changes: Vec<Change>) {
    tenant.execute(Command::batch(admin(), changes)).unwrap();
}

fn blocks(from: ItemId, to: ItemId) -> Change {
    Change::AddDependency { id: None, kind: DependencyKind::Blocks, from: from.into(), to: to.into() }
}

fn new_with_id(id: ItemId, parent: Option<&str>) -> Change {
    let parent = parent.map(Into::into);
    Change::CreateItem(Box::new(NewItem { id: Some(id), parent, ..NewItem::new("PM", ItemKind::Task, "T") }))
}

#[gtest]
fn given_a_long_chain_when_it_is_closed_then_the_cycle_has_its_true_length_and_a_short_path() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    let items = chain_items();
    let (closing, middle, shortcut, again): (Rejection, Rejection, bool, Rejection) =
        on_small_stack(move || {
            let ids: Vec<ItemId> = (0..items).map(|_| ItemId::generate()).collect();
            {
                let engine = engine(&root);
                let tenant = tenant_with_project(&engine, "acme");
                for (n, part) in ids.chunks(PER_BATCH).enumerate() {
                    let mut changes: Vec<_> = part.iter().map(|id| new_with_id(*id, None)).collect();
                    let start = (n * PER_BATCH).saturating_sub(1);
                    let pairs = ids[start..n * PER_BATCH + part.len()].windows(2);
                    changes.extend(pairs.map(|pair| blocks(pair[0], pair[1])));
                    execute(&tenant, changes);
                }
                engine.close();
            }
            let engine = engine(&root);
            let tenant = engine.tenant("acme").unwrap();
            let closing = refused(&tenant, &admin(), blocks(ids[items - 1], ids[0]));
            let middle = refused(&tenant, &admin(), blocks(ids[items / 2], ids[items / 2 - 3]));
            let shortcut = tenant.execute(Command::new(admin(), blocks(ids[0], ids[items - 1]))).is_ok();
            // The shortcut is now the shortest way round.
            let again = refused(&tenant, &admin(), blocks(ids[items - 1], ids[0]));
            engine.close();
            (closing, middle, shortcut, again)
        });
    expect_that!(closing.code, eq(RejectionCode::Cycle));
    expect_that!(closing.path.len(), eq(limits::CYCLE_PATH_MAX));
    expect_that!(closing.path_length, some(eq(i64::try_from(items).unwrap())));
    expect_that!(closing.path.iter().all(|step| matches!(step, PathStep::Item { .. })), is_true());
    expect_that!((middle.code, middle.path_length), eq((RejectionCode::Cycle, Some(4))));
    expect_that!(middle.path.len(), eq(4));
    expect_that!(shortcut, is_true());
    expect_that!(again.code, eq(RejectionCode::Cycle));
    let live = "SELECT count(*) FROM dependencies WHERE deleted_at IS NULL";
    expect_that!(
        count(&folder.path().join("acme/tenant.db"), live),
        eq(i64::try_from(items).unwrap()),
        "one less than items, and the shortcut"
    );
    assert_whole(folder.path(), "acme");
}

#[gtest]
fn given_a_tree_of_16_levels_when_a_17th_is_asked_for_then_it_is_too_large() {
    let bench = Bench::with(|config| {
        relaxed(config);
        config.workers = 0;
    });
    let tenant = bench.tenant("acme");
    let levels = usize::try_from(limits::ITEM_DEPTH_MAX).unwrap();
    let mut path = vec![item(&tenant, ItemKind::Task, "root")];
    for level in 2..=levels {
        let parent = Some(path[level - 2].as_str().into());
        path.push(item_with(&tenant, NewItem { parent, ..NewItem::new("PM", ItemKind::Task, "T") }));
    }
    let below = |parent: &str| {
        let parent = Some(parent.into());
        Change::CreateItem(Box::new(NewItem { parent, ..NewItem::new("PM", ItemKind::Task, "T") }))
    };
    let head = tenant.head().unwrap();
    let deep = refused(&tenant, &admin(), below(&path[levels - 1]));
    expect_that!(
        (deep.code, deep.field.as_deref(), deep.limit),
        eq((RejectionCode::TooLarge, Some("parent"), Some(limits::ITEM_DEPTH_MAX)))
    );
    // Nor by moving a tree of two levels under the fifteenth.
    let low = item(&tenant, ItemKind::Task, "low");
    run(&tenant, &admin(), below(&low));
    let under = |child: &str, parent: &str| {
        let parent = Some(pm_engine::command::ParentChange::Set(parent.into()));
        Change::MoveItem(pm_engine::command::ItemMove { parent, ..pm_engine::command::ItemMove::new(child) })
    };
    expect_that!(
        refused(&tenant, &admin(), under(&low, &path[levels - 2])).code,
        eq(RejectionCode::TooLarge)
    );
    run(&tenant, &admin(), under(&low, &path[levels - 3]));
    // A root under its own leaf is a cycle, deep or not.
    expect_that!(
        refused(&tenant, &admin(), under(&path[0], &path[levels - 1])).code,
        eq(RejectionCode::Cycle)
    );
    expect_that!(tenant.head().unwrap(), eq(head + 3));
    assert_whole(bench.root(), "acme");
}

#[gtest]
fn given_a_parent_of_very_many_children_when_deleted_then_it_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    let wanted = children();
    let (plain, cascade, heads, small) = on_small_stack(move || {
        let parent = {
            let engine = engine(&root);
            let tenant = tenant_with_project(&engine, "acme");
            let parent = item(&tenant, ItemKind::Epic, "parent");
            for start in (0..wanted).step_by(limits::PARTS_MAX) {
                let many = limits::PARTS_MAX.min(wanted - start);
                execute(&tenant, (0..many).map(|_| new_with_id(ItemId::generate(), Some(&parent))).collect());
            }
            engine.close();
            parent
        };
        let engine = engine(&root);
        let tenant = engine.tenant("acme").unwrap();
        let before = tenant.head().unwrap();
        let delete = |item: &str, cascade| Change::DeleteItem { item: item.into(), cascade };
        let plain = refused(&tenant, &admin(), delete(&parent, false));
        let cascade = refused(&tenant, &admin(), delete(&parent, true));
        let heads = (before, tenant.head().unwrap());
        // One child is as easy to delete as ever.
        let small = run(&tenant, &admin(), delete("PM-2", true)).first_sequence;
        engine.close();
        (plain.code, cascade.code, heads, small)
    });
    expect_that!(plain, eq(RejectionCode::HasChildren));
    expect_that!(cascade, eq(RejectionCode::TooLarge));
    expect_that!(heads.0, eq(heads.1));
    expect_that!(small, some(eq(heads.1 + 1)));
    let live = "SELECT count(*) FROM work_items WHERE parent_id IS NOT NULL AND deleted_at IS NULL";
    let file = folder.path().join("acme/tenant.db");
    expect_that!(count(&file, live), eq(i64::try_from(wanted).unwrap() - 1));
    expect_that!(
        count(&file, "SELECT live_children FROM work_items WHERE number = 1"),
        eq(i64::try_from(wanted).unwrap() - 1)
    );
    assert_whole(folder.path(), "acme");
}
