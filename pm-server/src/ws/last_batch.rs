//! The last batch of a tenant, encoded once for all who are sent the same: a thousand clients that follow everything get
//! one piece of memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use pm_engine::{EventBatch, RawEvent};

use super::answer;

/// What was encoded last.
#[derive(Debug, Default)]
pub(crate) struct LastBatch(Mutex<Option<Encoded>>);

/// Events as they are in memory: what was purged meanwhile is other events.
#[derive(Debug)]
struct Encoded {
    events: Arc<[RawEvent]>,
    complete_to: i64,
    group_split: bool,
    frames: Arc<[Bytes]>,
}

impl Encoded {
    fn is_of(&self, batch: &EventBatch) -> bool {
        Arc::ptr_eq(&self.events, &batch.events)
            && (self.complete_to, self.group_split) == (batch.complete_to, batch.group_split)
    }
}

impl LastBatch {
    /// The frames of a batch.
    pub(crate) fn frames(&self, batch: &EventBatch) -> Arc<[Bytes]> {
        // A change of access is one client's own.
        let is_shared = batch.access.is_empty() && !batch.events.is_empty();
        if is_shared && let Some(known) = self.lock().as_ref().filter(|known| known.is_of(batch)) {
            return Arc::clone(&known.frames);
        }
        let frames: Arc<[Bytes]> = answer::batch(batch).into();
        if is_shared {
            *self.lock() = Some(Encoded {
                events: Arc::clone(&batch.events),
                complete_to: batch.complete_to,
                group_split: batch.group_split,
                frames: Arc::clone(&frames),
            });
        }
        frames
    }

    fn lock(&self) -> MutexGuard<'_, Option<Encoded>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use pm_engine::command::{Actor, Change, Command, NewProject};
    use pm_engine::model::UserId;
    use pm_engine::{Engine, EngineConfig, Tenant};
    use pm_proto as pb;
    use prost::Message as _;

    use super::*;

    fn tenant(folder: &tempfile::TempDir) -> Tenant {
        Engine::open(EngineConfig::new(folder.path())).unwrap().create_tenant("acme").unwrap()
    }

    fn run(tenant: &Tenant, change: Change) {
        tenant.execute(Command::new(Actor::admin(UserId::new("root").unwrap()), change)).unwrap();
    }

    fn project(tenant: &Tenant, key: &str) {
        run(tenant, Change::CreateProject(NewProject::new(key, key)));
    }

    fn next(tenant: &Tenant, user: &str, from: i64) -> EventBatch {
        let actor = Actor::member(UserId::new(user).unwrap());
        tenant.subscribe(&actor, from, None).unwrap().try_next().unwrap().unwrap()
    }

    #[gtest]
    fn given_two_who_see_the_same_when_a_batch_is_framed_then_it_is_encoded_once() {
        let folder = tempfile::tempdir().unwrap();
        let tenant = tenant(&folder);
        project(&tenant, "PM");
        let last = LastBatch::default();
        let ann = last.frames(&next(&tenant, "ann", 0));
        let bob = last.frames(&next(&tenant, "bob", 0));
        expect_that!(ann.len(), eq(1));
        expect_that!(ann[0].as_ptr(), eq(bob[0].as_ptr()));
        expect_that!(*ann, eq(&*answer::batch(&next(&tenant, "cid", 0))));
    }

    #[gtest]
    fn given_other_events_when_a_batch_is_framed_then_it_is_not_the_last_one() {
        let folder = tempfile::tempdir().unwrap();
        let tenant = tenant(&folder);
        project(&tenant, "PM");
        let last = LastBatch::default();
        let one = last.frames(&next(&tenant, "ann", 0));
        let from = tenant.head().unwrap();
        project(&tenant, "QA");
        let two = last.frames(&next(&tenant, "ann", from));
        expect_that!(one, not(eq(&two)));
        let all = last.frames(&next(&tenant, "ann", 0));
        expect_that!(*all, eq(&*answer::batch(&next(&tenant, "ann", 0))));
    }

    #[gtest]
    fn given_events_left_out_for_one_when_his_batch_is_framed_then_he_does_not_get_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let tenant = tenant(&folder);
        let hidden = NewProject {
            visibility: pm_engine::model::Visibility::Private,
            ..NewProject::new("PM", "Secret")
        };
        run(&tenant, Change::CreateProject(hidden));
        project(&tenant, "QA");
        let root = tenant.subscribe(&Actor::admin(UserId::new("root").unwrap()), 0, None).unwrap().try_next();
        let last = LastBatch::default();
        let all = last.frames(&root.unwrap().unwrap());
        let ann = last.frames(&next(&tenant, "ann", 0));
        let text = |frames: &[Bytes]| format!("{:?}", pb::ServerFrame::decode(frames[0].clone()).unwrap());
        expect_that!(text(&all), contains_substring("Secret"));
        expect_that!(text(&ann), not(contains_substring("Secret")));
    }
}
