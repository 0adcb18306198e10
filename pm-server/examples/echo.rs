//! The frames of the server as an echo server, for `scripts/autobahn.sh`: prints the address it listens on.

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    pm_server::echo(listener).await.map_err(std::io::Error::other)
}
