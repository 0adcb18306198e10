//! A name in a token becomes the name in the user's profile, by an ordinary command of his own.

use pm_engine::Tenant;
use pm_engine::command::{Change, Command, UserChange};
use pm_engine::model::CommandId;

use crate::auth::Identity;

/// Sends the command on its way. One per token: its id is made of the token's instant, so that the same token says it
/// once.
pub(crate) fn take_over(tenant: &Tenant, identity: &Identity) {
    let Some(name) = identity.name.clone() else { return };
    let Ok(id) = CommandId::new(format!("token-{}-{}", identity.issued_at, identity.expires_at)) else {
        return;
    };
    let user = identity.actor.user.clone();
    let changes = vec![UserChange::Name(Some(name))];
    let command = Command::new(identity.actor.clone(), Change::UpdateUser { user, changes }).with_id(id);
    tenant.submit(command, |result| {
        if let Err(error) = result {
            tracing::debug!(%error, "the name in a token was not taken over");
        }
    });
}
