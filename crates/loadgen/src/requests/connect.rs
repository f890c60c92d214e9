//! Connects to a server, and waits until the connection stands.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::engine::failure::Failure;
use crate::engine::line::{Line, Way};

/// A connection whose small messages go out at once; neither it nor a blocking read takes longer than `patience`. A
/// handshake, where there is one, is behind it.
pub(crate) fn connect(
    address: SocketAddr,
    way: &Way,
    patience: Duration,
) -> Result<Line<TcpStream>, Failure> {
    let stream = TcpStream::connect_timeout(&address, patience).map_err(Failure::connect)?;
    let prepared = stream
        .set_nodelay(true)
        .and_then(|()| stream.set_read_timeout(Some(patience)));
    prepared.map_err(Failure::connect)?;
    Line::open(stream, way).map_err(Failure::connect)
}
