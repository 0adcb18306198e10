//! Calling what belongs to the host (completions, listeners, wakers) on the engine's threads: a panic stays inside, and
//! a command executed in there is committed there, up to a depth.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::limits;

thread_local! {
    /// How many calls of the host this thread is inside of.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Runs a piece of the host's code. What it panics with has been reported by the panic hook; nobody else can act on it.
pub(crate) fn run(work: impl FnOnce()) {
    DEPTH.set(DEPTH.get() + 1);
    let _ = catch_unwind(AssertUnwindSafe(work));
    DEPTH.set(DEPTH.get() - 1);
}

/// Whether this thread is inside such a call.
pub(crate) fn is_inside() -> bool {
    DEPTH.get() > 0
}

/// Whether calls within calls have gone so deep that another would endanger the stack.
pub(crate) fn is_too_deep() -> bool {
    DEPTH.get() >= limits::CALLBACK_DEPTH_MAX
}
