//! Settings of the server as a whole; they stand at the top of the file, in no section.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::section::section;
use crate::limits;

section! {
    /// The server as a whole.
    pub struct GeneralConfig {
        /// Folder of the secret and the tenants. Cannot be set in the file that lies in it.
        data: PathBuf = PathBuf::from("pm-data");
        /// Address to listen on; port 0 takes a free one.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 7420));
        /// Print a token for `admin` of `main` at the start, where only this machine can reach the port. Switch it off where
        /// what is printed is kept.
        print_token: bool = true;
        /// Most connections that a token vouches for; further ones are told to come later.
        connections_max: usize = limits::CONNECTIONS_MAX, 1..=1_000_000;
        /// Most connections that no token vouches for; a further one takes the place of the oldest.
        connections_unknown_max: usize = limits::CONNECTIONS_UNKNOWN_MAX, 1..=1_000_000;
        /// How long `/ready` says no before the server stops, for load balancers to hear of it; all is served meanwhile.
        stop_after: Duration = Duration::ZERO, Duration::ZERO..=Duration::from_secs(3_600);
        /// How long stopping may take: answering what is in flight, closing connections and files.
        stop_within: Duration = limits::STOP_WITHIN, Duration::ZERO..=Duration::from_secs(3_600);
        /// Most threads that read files for connections; half of them for queries, a quarter to open tenants.
        blocking_threads_max: usize = limits::BLOCKING_THREADS_MAX, 1..=1_024;
    }
}
