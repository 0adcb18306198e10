//! Name and e-mail address in a token become those in the user's profile, by an ordinary command of his own.

use pm_engine::Tenant;
use pm_engine::command::{Change, Command, UserChange};
use pm_engine::model::CommandId;

use crate::auth::Identity;

/// Sends the command on its way. One per token: its id is made of the token's instant, so that the same token says it
/// once.
pub(crate) fn take_over(tenant: &Tenant, identity: &Identity) {
    let name = identity.name.clone().map(|name| UserChange::Name(Some(name)));
    let email = identity.email.clone().map(|email| UserChange::Email(Some(email)));
    let changes: Vec<UserChange> = name.into_iter().chain(email).collect();
    if changes.is_empty() {
        return;
    }
    let Ok(id) = CommandId::new(format!("token-{}-{}", identity.issued_at, identity.expires_at)) else {
        return;
    };
    let user = identity.actor.user.clone();
    let command = Command::new(identity.actor.clone(), Change::UpdateUser { user, changes }).with_id(id);
    tenant.submit(command, |result| {
        if let Err(error) = result {
            tracing::debug!(%error, "what a token says of its user was not taken over");
        }
    });
}
