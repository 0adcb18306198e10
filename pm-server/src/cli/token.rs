//! `pm-server token`: signs a token.

use std::io::Write;
use std::process::ExitCode;

use pm_engine::model::{TenantId, UserId};

use super::CliError;
use super::args::Token;
use super::data::Data;
use crate::auth::{Claims, Keys, Role, now_seconds};

const HOUR: u64 = 3_600;

/// What a token is to say.
pub(super) struct Wanted<'a> {
    pub(super) tenant: &'a str,
    pub(super) user: &'a str,
    pub(super) role: Role,
    pub(super) name: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) hours: u64,
}

/// Signs a token that is good from now on.
pub(super) fn sign(keys: &Keys, wanted: &Wanted<'_>) -> Result<String, CliError> {
    let malformed = |error: pm_engine::model::InvalidId| CliError::new(error.to_string(), "correct it");
    TenantId::new(wanted.tenant).map_err(malformed)?;
    UserId::new(wanted.user).map_err(malformed)?;
    let now = now_seconds();
    let claims = Claims {
        tenant: wanted.tenant.to_owned(),
        sub: wanted.user.to_owned(),
        role: wanted.role,
        kind: None,
        name: wanted.name.map(str::to_owned),
        email: wanted.email.map(str::to_owned),
        iat: now,
        exp: now.saturating_add(wanted.hours.saturating_mul(HOUR)),
    };
    keys.sign(&claims).map_err(|error| CliError::new(error.to_string(), "try again"))
}

pub(super) fn run(data: &Data, args: &Token) -> Result<ExitCode, CliError> {
    let keys = data.keys()?;
    let wanted = Wanted {
        tenant: &args.tenant,
        user: &args.user,
        role: args.role,
        name: args.name.as_deref(),
        email: args.email.as_deref(),
        hours: args.hours,
    };
    let token = sign(&keys, &wanted)?;
    let role = match args.role {
        Role::Admin => "admin",
        Role::Member => "member",
    };
    let mut out = std::io::stdout().lock();
    // Whoever reads this may have had enough after the first line.
    let _ = writeln!(
        out,
        "user {} of tenant {}, {role}, for {} hours:\n{token}",
        args.user, args.tenant, args.hours
    );
    Ok(ExitCode::SUCCESS)
}
