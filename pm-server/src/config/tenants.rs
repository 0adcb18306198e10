//! Settings of tenants.

use super::section::section;

section! {
    /// Tenants.
    pub struct TenantsConfig {
        /// A token for a tenant that does not exist makes it.
        create: bool = false;
    }
}
