//! `pm-server demo`: a team's last weeks, told by ordinary commands with their own times and authors.

mod plan;
mod random;
mod words;
mod work;

use std::collections::{HashMap, VecDeque};
use std::process::ExitCode;

use pm_engine::command::{Actor, Change, Command, NewItem};
use pm_engine::error::ExecuteError;
use pm_engine::event::Origin;
use pm_engine::model::{CommandId, ItemId, ProjectRef, Timestamp};
use pm_engine::{Pending, Tenant};

use self::plan::Step;
use super::args::Demo;
use super::data::Data;
use super::progress::Progress;
use super::{CliError, user};

/// Commands on their way at once: enough for the engine to commit them in groups.
const IN_FLIGHT: usize = 128;

pub(super) fn run(data: &Data, args: &Demo) -> Result<ExitCode, CliError> {
    let engine = data.engine()?;
    let tenant = data.tenant_or_create(&engine, &args.tenant)?;
    let actor = Actor::admin(user(&args.user)?);
    refuse_twice(&tenant, &actor, &args.tenant)?;
    let steps = plan::steps(super::now(), args.seed)?;
    let progress = Progress::new("commands", steps.len());
    let mut teller = Teller {
        tenant: &tenant,
        actor,
        seed: args.seed,
        waiting: VecDeque::new(),
        sent: 0,
        keys: Keys::default(),
    };
    for step in steps {
        teller.tell(step)?;
        progress.add(1);
    }
    teller.settle(0)?;
    progress.finish();
    let head = tenant.head().map_err(|failure| CliError::failed(&failure))?;
    engine.close();
    println!("tenant {} has a team's history: {} commands, log at {head}", args.tenant, teller.sent);
    let program = data.program();
    println!("look at it: {program} serve, then {program} token --tenant {} --user ann", args.tenant);
    Ok(ExitCode::SUCCESS)
}

/// The demo's projects must be new: their items are counted from 1.
fn refuse_twice(tenant: &Tenant, actor: &Actor, name: &str) -> Result<(), CliError> {
    let reader = tenant.read(actor).map_err(|failure| CliError::failed(&failure))?;
    for topic in words::TOPICS {
        if reader.project(&ProjectRef::from(topic.key)).is_ok() {
            return Err(CliError::new(
                format!("tenant {name} has a project {} already", topic.key),
                "choose a new tenant: pm-server demo --tenant demo2",
            ));
        }
    }
    Ok(())
}

/// Which `KEY-n` an item has got.
#[derive(Default)]
struct Keys {
    by_item: HashMap<ItemId, String>,
    made: HashMap<String, i64>,
}

impl Keys {
    fn made(&mut self, item: &NewItem) {
        let number = self.made.entry(item.project.to_string()).or_default();
        *number += 1;
        if let Some(id) = item.id {
            self.by_item.insert(id, format!("{}-{number}", item.project));
        }
    }
}

/// Sends the steps in order.
struct Teller<'a> {
    tenant: &'a Tenant,
    actor: Actor,
    seed: u64,
    waiting: VecDeque<(Pending, String)>,
    sent: usize,
    keys: Keys,
}

impl Teller<'_> {
    fn tell(&mut self, step: Step) -> Result<(), CliError> {
        let Step { at, by, mut change, about } = step;
        match &mut change {
            Change::CreateItem(item) => self.keys.made(item),
            Change::AddComment(comment) => {
                let key = about.and_then(|item| self.keys.by_item.get(&item));
                comment.text = comment.text.replace("{item}", key.map_or("it", String::as_str));
            }
            _ => {}
        }
        let id = format!("demo-{}-{}", self.seed, self.sent);
        let what = format!("{id} at {at}");
        let id = CommandId::new(id).map_err(|error| CliError::new(error.to_string(), "report this"))?;
        let origin = Origin { at: Some(at), by: Some(by), ..Origin::default() };
        let command = Command::new(self.actor.clone(), change).with_id(id).from_origin(&origin);
        self.waiting.push_back((self.tenant.send(command), what));
        self.sent += 1;
        self.settle(IN_FLIGHT)
    }

    /// Waits until no more than so many are on their way.
    fn settle(&mut self, most: usize) -> Result<(), CliError> {
        while self.waiting.len() > most {
            let Some((pending, what)) = self.waiting.pop_front() else { break };
            pending.wait().map_err(|error| refused(&what, &error))?;
        }
        Ok(())
    }
}

fn refused(what: &str, error: &ExecuteError) -> CliError {
    CliError::new(format!("{what}: {error}"), "choose a new tenant, and please report this")
}

/// A span in the life of the team.
fn at(day: i64, minutes: i64) -> Timestamp {
    Timestamp::from_millis(day * 86_400_000 + minutes * 60_000)
}
