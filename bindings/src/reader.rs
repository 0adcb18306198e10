//! Questions of one actor.
#![allow(unsafe_code, reason = "the code uniffi generates is unsafe")]

use crate::engine::{Actor, Answer, Question};
use crate::error::PmError;
use crate::owned::Owned;

/// Answers one actor's questions about one tenant, each in a snapshot of its own. Nothing of a project the actor may
/// not see is in any answer, and what he may not see is `not_found`, as if it did not exist.
#[derive(Debug, uniffi::Object)]
pub struct Reader {
    tenant: Owned<pm_engine::Tenant>,
    actor: Actor,
}

impl Reader {
    pub(crate) fn new(tenant: pm_engine::Tenant, actor: Actor) -> Self {
        Self { tenant: Owned::new(tenant), actor }
    }
}

#[uniffi::export]
impl Reader {
    /// Answers a question that is a value; every question is also a method, under the same name.
    ///
    /// # Errors
    /// `invalid` where the question breaks its form, `not_found` where what it names does not exist or may not be
    /// seen, or a failure of the storage.
    pub fn ask(&self, question: Question) -> Result<Answer, PmError> {
        Ok(self.tenant.get()?.read(&self.actor)?.answer(&question)?)
    }
}

/// An answer of another kind than its question: the engine does not give one.
pub(crate) fn mismatched() -> PmError {
    PmError::Internal { message: "the answer is of another kind".to_owned(), detail: String::new() }
}
