//! Durable commands beside bare SQLite.
fn main() {}
