//! Tenant settings and users.

use rusqlite::{Connection, params};

use crate::error::StoreResult;
use crate::model::{TenantSettings, User};
use crate::store::rows;

pub(super) fn write_settings(connection: &Connection, settings: &TenantSettings) -> StoreResult<()> {
    let sql = "INSERT OR REPLACE INTO tenant_settings (id, timer_cap_seconds, timer_cap_policy, overlap_policy, \
               version) VALUES (1, ?1, ?2, ?3, ?4)";
    rows::run(
        connection,
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

pub(super) fn write_user(connection: &Connection, user: &User) -> StoreResult<()> {
    let sql = "INSERT OR REPLACE INTO users (id, kind, name, email, created_at, version) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    rows::run(
        connection,
        sql,
        params![user.id, user.kind, user.name, user.email, user.created_at, user.version],
    )?;
    Ok(())
}
