//! Certificates in a folder, and a server that echoes through TLS.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use net::{
    Activity, ClientConnection, Connection, Limits, NetAddress, NetError, Shutdown, Socket, Summary,
    TcpServer,
};
use tls::{CertificateFiles, Made, Speaks, TlsClient, TlsServer, make_certificate};

/// Longer than anything here takes.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20);

/// A folder with a certificate for `localhost` and `127.0.0.1`, gone with its test.
pub(crate) struct Certificates {
    pub(crate) folder: PathBuf,
    pub(crate) made: Made,
}

impl Certificates {
    pub(crate) fn new(name: &str) -> Self {
        Self::for_hosts(name, &["localhost", "127.0.0.1"])
    }

    pub(crate) fn for_hosts(name: &str, hosts: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
        let made = make_certificate(&hosts, &folder).unwrap();
        Self { folder, made }
    }

    pub(crate) fn files(&self) -> CertificateFiles {
        CertificateFiles {
            certificate: self.made.certificate.clone(),
            key: self.made.key.clone(),
        }
    }

    pub(crate) fn server(&self) -> Arc<TlsServer> {
        TlsServer::open(self.files()).unwrap()
    }

    pub(crate) fn client(&self) -> TlsClient {
        TlsClient::new(Some(&self.made.authority)).unwrap()
    }

    /// A new pair in the place of the old one, signed by a new authority.
    pub(crate) fn renew(&self) {
        for file in [&self.made.authority, &self.made.certificate, &self.made.key] {
            fs::remove_file(file).unwrap();
        }
        make_certificate(&["localhost".to_owned()], &self.folder).unwrap();
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A server that sends back what comes, until it is dropped.
pub(crate) struct Echo {
    pub(crate) address: SocketAddr,
    pub(crate) activity: Activity,
    shutdown: Shutdown,
    running: Option<JoinHandle<Result<Summary, NetError>>>,
}

impl Echo {
    pub(crate) fn start(tls: &Arc<TlsServer>, speaks: Speaks, limits: Limits) -> Self {
        Self::of(|server| server.secured(tls.secure(speaks)), limits)
    }

    pub(crate) fn without_tls() -> Self {
        Self::of(|server| server, Limits::default())
    }

    fn of(prepare: impl FnOnce(TcpServer) -> TcpServer, limits: Limits) -> Self {
        let server = TcpServer::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
        let address = server.local_addresses().unwrap()[0];
        let (activity, shutdown) = (Activity::default(), Shutdown::new());
        let server = prepare(server.limits(limits)).activity(activity.clone());
        let end = shutdown.clone();
        let running = Some(thread::spawn(move || server.run(echo, &end)));
        Self {
            address,
            activity,
            shutdown,
            running,
        }
    }

    pub(crate) fn connect(&self) -> Connection {
        let connection = Socket::connect(&NetAddress::from(self.address), TIMEOUT).unwrap();
        connection.set_read_timeout(Some(TIMEOUT)).unwrap();
        connection
    }

    /// Ends it, after which all its clients are counted.
    pub(crate) fn end(mut self) -> Summary {
        self.shutdown.request();
        self.running.take().unwrap().join().unwrap().unwrap()
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.shutdown.request();
    }
}

fn echo(client: &mut ClientConnection) -> Result<(), NetError> {
    let mut buffer = [0; 4096];
    loop {
        match client.read(&mut buffer)? {
            0 => return Ok(()),
            count => client.write_all(&buffer[..count])?,
        }
    }
}

/// All until the end.
pub(crate) fn read_to_end(connection: &Connection) -> Vec<u8> {
    let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        match connection.read(&mut buffer).unwrap() {
            0 => return all,
            count => all.extend_from_slice(&buffer[..count]),
        }
    }
}
