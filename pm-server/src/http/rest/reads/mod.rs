//! The rows of the table: each names a question of the engine and its parameters.

mod items;
mod others;
mod parameters;
mod projects;
mod time;

use super::route::Route;

/// All rows.
pub(crate) const ROUTES: &[&[Route]] = &[projects::ROUTES, items::ROUTES, time::ROUTES, others::ROUTES];
