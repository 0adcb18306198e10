//! Where prepared statements come from. The connection's own cache hashes the text of a statement twice for each use and
//! copies it, which is a fifth of what a short one costs; a group of commands holds on to those it has used.

use std::cell::RefCell;

use rusqlite::{CachedStatement, Connection, Statement};

/// What is done with a statement while it is lent.
pub(crate) type Work<'w> = dyn FnMut(&mut Statement<'_>) -> rusqlite::Result<()> + 'w;

/// Lends prepared statements by their text.
pub(crate) trait Statements {
    fn lend(&self, sql: &str, work: &mut Work<'_>) -> rusqlite::Result<()>;
}

impl Statements for Connection {
    fn lend(&self, sql: &str, work: &mut Work<'_>) -> rusqlite::Result<()> {
        work(&mut *self.prepare_cached(sql)?)
    }
}

/// The statements of one group. They go back to the connection's cache at its end.
pub(crate) struct HeldStatements<'c> {
    connection: &'c Connection,
    /// Some dozens at most: comparing lengths finds one faster than a hash.
    held: RefCell<Vec<(Box<str>, CachedStatement<'c>)>>,
}

impl<'c> HeldStatements<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self { connection, held: RefCell::default() }
    }
}

impl Statements for HeldStatements<'_> {
    fn lend(&self, sql: &str, work: &mut Work<'_>) -> rusqlite::Result<()> {
        // Taken out while it is used: should the work need the same one, it gets another.
        let known = {
            let mut held = self.held.borrow_mut();
            held.iter().position(|(text, _)| **text == *sql).map(|index| held.swap_remove(index))
        };
        let (text, mut statement) = match known {
            Some(known) => known,
            None => (sql.into(), self.connection.prepare_cached(sql)?),
        };
        let done = work(&mut statement);
        self.held.borrow_mut().push((text, statement));
        done
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::*;
    use crate::store::rows;

    fn open() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (n INTEGER UNIQUE); INSERT INTO t VALUES (1), (2)").unwrap();
        connection
    }

    #[gtest]
    fn given_a_statement_in_use_when_it_is_needed_again_then_both_answer_and_each_is_held() {
        const SQL: &str = "SELECT n FROM t WHERE n >= ?1 ORDER BY n";
        let connection = open();
        let held = HeldStatements::new(&connection);
        let nested = |row: &rusqlite::Row<'_>| {
            let above: i64 = row.get::<_, i64>(0)? + 1;
            Ok((above - 1, rows::one(&held, SQL, [above], |row| row.get::<_, i64>(0))?))
        };
        let found = rows::many(&held, SQL, [1], nested).unwrap();
        expect_that!(found, eq(&vec![(1, Some(2)), (2, None)]));
        expect_that!(held.held.borrow().len(), eq(2));
        expect_that!(rows::one(&held, SQL, [2], |row| row.get::<_, i64>(0)), ok(some(eq(&2))));
        expect_that!(held.held.borrow().len(), eq(2));
    }

    #[gtest]
    fn given_a_statement_that_failed_when_it_is_used_again_then_it_works_and_a_rollback_is_not_held_up() {
        let connection = open();
        let held = HeldStatements::new(&connection);
        let insert = "INSERT INTO t VALUES (?1)";
        rows::run(&held, "BEGIN IMMEDIATE", []).unwrap();
        expect_that!(rows::run(&held, insert, [1]), err(anything()));
        expect_that!(rows::run(&held, insert, [3]), ok(eq(&1)));
        rows::run(&held, "ROLLBACK", []).unwrap();
        expect_that!(
            rows::many(&held, "SELECT n FROM t", [], |row| row.get::<_, i64>(0)),
            ok(eq(&vec![1, 2]))
        );
    }
}
