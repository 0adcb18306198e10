//! `pm-server backup` and `pm-server restore`: whole copies.

use std::process::ExitCode;

use pm_engine::error::OpenError;

use super::CliError;
use super::args::{Backup, Restore};
use super::data::Data;

pub(super) fn backup(data: &Data, args: &Backup) -> Result<ExitCode, CliError> {
    pm_engine::backup(&data.tenants(), &args.tenant, &args.file).map_err(|error| match error {
        OpenError::AlreadyExists => CliError::new(
            format!("{} exists already", args.file.display()),
            "name a new file: a backup never overwrites one",
        ),
        other => data.explain(&args.tenant, &other),
    })?;
    println!("tenant {} copied to {}", args.tenant, args.file.display());
    Ok(ExitCode::SUCCESS)
}

pub(super) fn restore(data: &Data, args: &Restore) -> Result<ExitCode, CliError> {
    if !args.file.exists() {
        let hint = "name a file made by `pm-server backup`";
        return Err(CliError::new(format!("there is no {}", args.file.display()), hint));
    }
    let engine = data.engine()?;
    let tenants = engine.tenants().map_err(|error| data.explain("the tenants", &error))?;
    if !args.replace && tenants.iter().any(|tenant| tenant.as_str() == args.tenant) {
        return Err(CliError::new(
            format!("tenant {} exists", args.tenant),
            "say --replace to put the backup in its place (back it up first), or choose another --tenant",
        ));
    }
    let restored = engine.restore(&args.tenant, &args.file);
    let tenant = restored.map_err(|error| data.explain(&args.tenant, &error))?;
    let head = tenant.head().map_err(|failure| CliError::failed(&failure))?;
    engine.close();
    println!("tenant {} restored, log at {head}; its clients will load a snapshot", args.tenant);
    Ok(ExitCode::SUCCESS)
}
