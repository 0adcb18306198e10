//! taskchampion, through its public interface and with its SQLite storage, doing what `drive compare` lets pm-engine
//! do: tasks made one commit each, read by id, given a dependency each, all read, the dependency map made. Prints one
//! line a measurement: name, operations, seconds.

use std::time::Instant;

use taskchampion::storage::AccessMode;
use taskchampion::{Operations, Replica, SqliteStorage, Status, Uuid};

fn title(n: usize) -> String {
    format!("Thing {n} does not work when it is opened twice")
}

fn description(n: usize) -> String {
    format!(
        "As a user I want thing {n} to work, so that the other thing works.\n\nSeen on the board since the last release; \
         see the log of the server."
    )
}

fn told(what: &str, times: usize, begin: Instant) {
    println!("{what}\t{times}\t{}", begin.elapsed().as_secs_f64());
}

async fn run(count: usize) -> Result<(), taskchampion::Error> {
    let place = std::env::var_os("PM_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::tempdir_in(place).expect("a folder");
    let storage = SqliteStorage::new(folder.path(), AccessMode::ReadWrite, true).await?;
    let mut replica = Replica::new(storage);

    let begin = Instant::now();
    let mut ids = Vec::with_capacity(count);
    for n in 0..count {
        let id = Uuid::new_v4();
        let mut ops = Operations::new();
        let mut task = replica.create_task(id, &mut ops).await?;
        task.set_description(title(n), &mut ops)?;
        task.set_status(Status::Pending, &mut ops)?;
        task.set_user_defined_attribute("note", description(n), &mut ops)?;
        replica.commit_operations(ops).await?;
        ids.push(id);
    }
    told("create, one commit each", count, begin);

    // A hundred at a time, to the size that is read.
    let begin = Instant::now();
    for start in (count..count * 10).step_by(100) {
        let mut ops = Operations::new();
        for n in start..start + 100 {
            let id = Uuid::new_v4();
            let mut task = replica.create_task(id, &mut ops).await?;
            task.set_description(title(n), &mut ops)?;
            task.set_status(Status::Pending, &mut ops)?;
            task.set_user_defined_attribute("note", description(n), &mut ops)?;
            ids.push(id);
        }
        replica.commit_operations(ops).await?;
    }
    told("create, 100 a commit", count * 9, begin);

    let begin = Instant::now();
    for n in 0..count {
        let found = replica.get_task(ids[n * 7 % ids.len()]).await?;
        assert!(found.is_some());
    }
    told("read one by id", count, begin);

    let begin = Instant::now();
    for n in 1..=count {
        let mut ops = Operations::new();
        let mut task = replica.get_task(ids[n]).await?.expect("the task");
        task.add_dependency(ids[n * 31 % n], &mut ops)?;
        replica.commit_operations(ops).await?;
    }
    told("add a dependency, one commit each", count, begin);

    // The bare way, which does not look at the other tasks.
    let begin = Instant::now();
    for n in 1..=count {
        let mut ops = Operations::new();
        let mut task = replica.get_task_data(ids[n + count]).await?.expect("the task");
        task.update(format!("dep_{}", ids[n]), Some("x".to_owned()), &mut ops);
        replica.commit_operations(ops).await?;
    }
    told("the same, through TaskData", count, begin);

    let begin = Instant::now();
    let all = replica.all_tasks().await?;
    assert_eq!(all.len(), ids.len());
    told("read all", ids.len(), begin);

    let begin = Instant::now();
    let map = replica.dependency_map(true).await?;
    let blocked = ids.iter().filter(|id| map.dependencies(**id).next().is_some()).count();
    assert_eq!(blocked, 2 * count);
    told("which are blocked", 1, begin);
    Ok(())
}

fn main() {
    let count = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(run(count)).expect("taskchampion");
}
