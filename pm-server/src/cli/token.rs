//! `pm-server token`: signs a token.

use std::io::Write;
use std::process::ExitCode;

use pm_engine::model::{TenantId, UserId};
use serde_json::json;

use super::CliError;
use super::args::Token;
use super::data::Data;
use crate::auth::{Claims, Keys, Kind, Role, now_seconds};

const HOUR: u64 = 3_600;

/// What a token is to say.
pub(super) struct Wanted<'a> {
    pub(super) tenant: &'a str,
    pub(super) user: &'a str,
    pub(super) role: Role,
    pub(super) kind: Option<Kind>,
    pub(super) name: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) hours: u64,
}

/// A token that is good from now on, and what it says.
pub(super) fn sign(keys: &Keys, wanted: &Wanted<'_>) -> Result<(String, Claims), CliError> {
    let malformed = |error: pm_engine::model::InvalidId| CliError::new(error.to_string(), "correct it");
    TenantId::new(wanted.tenant).map_err(malformed)?;
    UserId::new(wanted.user).map_err(malformed)?;
    let now = now_seconds();
    let claims = Claims {
        tenant: wanted.tenant.to_owned(),
        sub: wanted.user.to_owned(),
        role: wanted.role,
        kind: wanted.kind,
        name: wanted.name.map(str::to_owned),
        email: wanted.email.map(str::to_owned),
        iat: now,
        exp: now.saturating_add(wanted.hours.saturating_mul(HOUR)),
    };
    let token = keys.sign(&claims).map_err(|_| {
        CliError::new(
            "tokens cannot be signed here: there is no secret, or the settings leave no claim for what it is to say",
            "get one from your identity provider, or see the settings below `auth`",
        )
    })?;
    Ok((token, claims))
}

pub(super) fn run(data: &Data, args: &Token) -> Result<ExitCode, CliError> {
    let keys = data.keys()?;
    let wanted = Wanted {
        tenant: &args.tenant,
        user: &args.user,
        role: args.role,
        kind: args.kind,
        name: args.name.as_deref(),
        email: args.email.as_deref(),
        hours: args.hours,
    };
    let (token, claims) = sign(&keys, &wanted)?;
    if !data.has_tenant(&args.tenant) {
        let what = format!("there is no tenant {} yet", args.tenant);
        let hint =
            "`serve --create-tenants` makes it when the token is first used, `import` and `demo` at once";
        let _ = writeln!(std::io::stderr().lock(), "{what}: {hint}");
    }
    let text = if args.json {
        let Claims { tenant, sub, role, exp, .. } = claims;
        json!({ "token": token, "tenant": tenant, "user": sub, "role": role, "expires_at": exp }).to_string()
    } else {
        let role = match args.role {
            Role::Admin => "admin",
            Role::Member => "member",
        };
        format!("user {} of tenant {}, {role}, for {} hours:\n{token}", args.user, args.tenant, args.hours)
    };
    // Whoever reads this may have had enough after the first line.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    Ok(ExitCode::SUCCESS)
}
