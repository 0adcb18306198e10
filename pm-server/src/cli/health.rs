//! `pm-server health`: whether a running server is ready.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;

use super::CliError;
use super::args::Health;
use crate::{ServerConfig, limits};

pub(super) fn run(config: &ServerConfig, args: &Health) -> Result<ExitCode, CliError> {
    let address = reachable(args.address.unwrap_or(config.general.listen));
    let failed = |error: std::io::Error| {
        CliError::new(
            format!("no answer from {address}: {error}"),
            "is a server running? name its address with --address",
        )
    };
    let answer = ask(address).map_err(failed)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let is_ready = head.split(' ').nth(1) == Some("200");
    let _ = writeln!(std::io::stdout().lock(), "{}", body.trim());
    Ok(if is_ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A server that listens everywhere is asked here.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    // Longer than the server takes to find that its disk is stuck.
    let within = limits::PROBE_WITHIN * 2;
    let mut stream = TcpStream::connect_timeout(&address, within)?;
    stream.set_read_timeout(Some(within))?;
    stream.set_write_timeout(Some(within))?;
    write!(stream, "GET /ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(limits::HEALTH_ANSWER_BYTES_MAX).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
