//! A refused command may carry the entity as it is now, with a long text of its own, and hundreds may be refused at once for
//! somebody who takes none of their answers. The refusal always comes; the entity where there is room for it.

use std::sync::Arc;

use pm_engine::error::ExecuteError;
use pm_engine::{CommandResult, wire};
use prost::Message as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a command came to. A refusal has lost the entity where there is not enough room; else it holds its share.
pub(crate) fn fit(
    mut result: CommandResult,
    room: &Arc<Semaphore>,
) -> (CommandResult, Option<OwnedSemaphorePermit>) {
    let mut held = None;
    if let Err(ExecuteError::Rejected(rejection)) = &mut result
        && let Some(current) = &rejection.current
    {
        let bytes = u32::try_from(wire::entity_to_wire(current).encoded_len()).unwrap_or(u32::MAX);
        held = Arc::clone(room).try_acquire_many_owned(bytes).ok();
        if held.is_none() {
            rejection.current = None;
        }
    }
    (result, held)
}
