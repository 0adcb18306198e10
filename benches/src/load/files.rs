//! Room for many sockets.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Besides sockets: libraries, the folder, the runtime.
const OTHERS: usize = 200;

/// Raises the soft limit of open files, of this process and those it starts, as far as the hard one allows. Says so where
/// it had to, and where that is not enough.
pub(crate) fn make_room(sockets: usize) {
    let wanted = (sockets + OTHERS) as u64;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|limit| limit >= wanted) {
        return;
    }
    let raised = maximum.map_or(wanted, |hard| hard.min(wanted));
    let done = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum });
    match done {
        Ok(()) if raised >= wanted => eprintln!("open files: soft limit raised to {raised}"),
        Ok(()) => eprintln!("open files: {raised} is the hard limit, {wanted} are wanted: expect refusals"),
        Err(error) => eprintln!("open files: the limit cannot be raised: {error}"),
    }
}
