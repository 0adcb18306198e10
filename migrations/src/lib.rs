//! The SQL schema of a tenant file, as migrations in order.
//!
//! A shipped file is never edited; a change of the schema is a new file.

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// 1, 2, 3 … without gaps; the file's `user_version` once it has run.
    pub version: i64,
    /// Name of the file without its number.
    pub name: &'static str,
    /// The SQL.
    pub sql: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal $file:literal;)*) => {
        /// Every migration, in order.
        pub const MIGRATIONS: &[Migration] =
            &[$(Migration { version: $version, name: $name, sql: include_str!(concat!("../", $file)) },)*];
    };
}

migrations! {
    1 "log" "0001_log.sql";
    2 "projects" "0002_projects.sql";
    3 "work_items" "0003_work_items.sql";
    4 "collaboration" "0004_collaboration.sql";
    5 "activity" "0005_activity.sql";
    6 "llm_context" "0006_llm_context.sql";
    7 "fast_checks" "0007_fast_checks.sql";
}

#[cfg(test)]
mod tests {
    use super::MIGRATIONS;

    #[test]
    fn given_the_list_when_read_then_versions_count_from_one_without_gaps() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version, i64::try_from(index).unwrap() + 1);
            assert!(!migration.sql.trim().is_empty(), "{} is empty", migration.name);
        }
    }

    #[test]
    fn given_the_folder_when_listed_then_every_file_is_in_the_list() {
        let folder = env!("CARGO_MANIFEST_DIR");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        files.sort();
        let listed: Vec<String> =
            MIGRATIONS.iter().map(|m| format!("{:04}_{}.sql", m.version, m.name)).collect();
        assert_eq!(files, listed);
    }
}
