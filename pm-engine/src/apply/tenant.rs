//! Tenant settings and users.

use rusqlite::params;

use crate::error::StoreResult;
use crate::model::{TenantSettings, User};
use crate::store::rows;
use crate::store::statements::Statements;

pub(super) fn write_settings(statements: &dyn Statements, settings: &TenantSettings) -> StoreResult<()> {
    let sql = "INSERT OR REPLACE INTO tenant_settings (id, timer_cap_seconds, timer_cap_policy, overlap_policy, \
               version) VALUES (1, ?1, ?2, ?3, ?4)";
    rows::run(
        statements,
        sql,
        params![
            settings.timer_cap_seconds,
            settings.timer_cap_policy,
            settings.overlap_policy,
            settings.version
        ],
    )?;
    Ok(())
}

pub(super) fn write_user(statements: &dyn Statements, user: &User) -> StoreResult<()> {
    let sql = "INSERT OR REPLACE INTO users (id, kind, name, email, created_at, version) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    rows::run(
        statements,
        sql,
        params![user.id, user.kind, user.name, user.email, user.created_at, user.version],
    )?;
    Ok(())
}
