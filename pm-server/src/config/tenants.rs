//! Settings of tenants.

/// Settings of tenants.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TenantsConfig {
    /// A token for a tenant that does not exist makes it.
    pub create: bool,
}
