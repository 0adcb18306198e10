//! How far something is, on a terminal; silence elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error.
#[derive(Debug)]
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A bar for so many of something. It draws nothing where standard error is no terminal.
    pub(super) fn new(what: &'static str, total: usize) -> Self {
        // A bar of 0 would be full from the beginning.
        let total = u64::try_from(total).ok().filter(|total| *total > 0);
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let template = "{bar:40} {pos}/{len} {prefix} {msg} ({elapsed})";
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_prefix(what);
        Self(bar)
    }

    /// So many more are done.
    pub(super) fn add(&self, count: usize) {
        self.0.inc(u64::try_from(count).unwrap_or(0));
    }

    /// So many of so many are done, of what the text says.
    pub(super) fn show(&self, text: &str, done: i64, total: Option<i64>) {
        let number = |count: i64| u64::try_from(count).unwrap_or(0);
        match total {
            Some(total) => self.0.set_length(number(total)),
            None => self.0.unset_length(),
        }
        self.0.set_position(number(done));
        self.0.set_message(text.to_owned());
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
