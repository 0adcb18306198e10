//! The people an input names.

use std::collections::BTreeSet;

use super::ImportError;
use super::existing;
use super::pipe::Pipe;
use super::report::Origin;
use super::session::Session;
use crate::command::{Change, UserChange};
use crate::limits::USER_NAME_CHARS_MAX;
use crate::model::UserId;

/// Records people not known yet, each under the name the source has for him.
pub(super) fn record(session: &mut Session<'_>, users: BTreeSet<UserId>) -> Result<(), ImportError> {
    let named = users.into_iter().map(|user| (user.as_str().to_owned(), user)).collect();
    record_named(session, named)
}

/// The same with display names. A name that stands here already is left alone.
pub(super) fn record_named(
    session: &mut Session<'_>,
    users: Vec<(String, UserId)>,
) -> Result<(), ImportError> {
    let mut pipe = Pipe::new();
    let mut answers = Vec::new();
    for chunk in users.chunks(crate::limits::IMPORT_CHUNK_RECORDS) {
        let known = session.read(|c| {
            chunk.iter().map(|(_, user)| existing::has_user(c, user)).collect::<Result<Vec<_>, _>>()
        })?;
        for ((name, user), known) in chunk.iter().zip(known) {
            session.count_read("users", 1);
            if known {
                session.count_unchanged("users");
                continue;
            }
            let name: String = name.chars().take(USER_NAME_CHARS_MAX).collect();
            let name = Some(name).filter(|name| !name.trim().is_empty());
            let changes = name.map(|name| UserChange::Name(Some(name))).into_iter().collect();
            let change = Change::UpdateUser { user: user.clone(), changes };
            let command = session.command(vec![change.into()]);
            answers.extend(pipe.send(session.tenant, command, 512, user.as_str().to_owned())?);
        }
    }
    answers.extend(pipe.drain(session.tenant)?);
    for (user, answer) in answers {
        match answer {
            Ok(outcome) => {
                session.note(&outcome);
                session.count_created("users");
            }
            Err(rejection) => session.refuse("users", Origin::new(None, user), &rejection),
        }
    }
    Ok(())
}
