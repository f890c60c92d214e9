//! The way to Redis with TLS: a certificate that the system trusts is enough, and one that it does not is refused.
//!
//! What the system trusts is said by a variable, which a process has from its start on: so this test starts itself again.

use std::env;
use std::path::Path;
use std::process::{Command, id};
use std::time::Duration;

use directory::redis::{RedisConnection, RedisSettings};

use crate::folder::Folder;
use crate::redis_server::RedisServer;

/// Set in the process that knows the certificate, to the address of Redis.
const URL: &str = "TEST_OF_REDIS_URL";

#[test]
fn the_way_is_encrypted() {
    if let Ok(url) = env::var(URL) {
        return connect(&url).map_or_else(|reason| panic!("{reason}"), drop);
    }
    let folder = Folder::new("redis-tls");
    // An address of this process alone, so that its port is free.
    let [_, high, middle, low] = id().to_be_bytes();
    let address = format!("127.{}.{middle}.{low}", high | 64);
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    make_certificate(&address, &certificate, &key);
    let [certificate, key] = [certificate, key].map(|path| path.display().to_string());
    let _server = RedisServer::start_with(&[
        "--appendonly",
        "no",
        "--bind",
        &address,
        "--tls-port",
        "6379",
        "--tls-auth-clients",
        "no",
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &certificate,
    ]);
    let url = format!("rediss://{address}");
    let reason = connect(&url).expect_err("nobody trusts this certificate");
    assert!(
        reason.contains("invalid peer certificate: UnknownIssuer"),
        "{reason}"
    );
    let again = Command::new(env::current_exe().expect("a test is a program"))
        .args(["--exact", "encrypted::the_way_is_encrypted"])
        .envs([(URL, &*url), ("SSL_CERT_FILE", &*certificate)])
        .output()
        .expect("a test starts");
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success() && said.contains("1 passed"), "{said}");
    // Whoever does not begin with TLS there is told so.
    let reason = connect(&format!("redis://{address}")).expect_err("only TLS is spoken there");
    assert!(reason.contains("it has closed the connection"), "{reason}");
}

fn connect(url: &str) -> Result<(), String> {
    let settings = RedisSettings {
        timeout: Duration::from_secs(20),
        ..RedisSettings::new(url.parse().expect("an address"))
    };
    let connection = RedisConnection::open(&settings).map_err(|error| error.0.to_string())?;
    let pong = connection.run(|link| redis::cmd("ECHO").arg("안녕").query(link));
    let pong: String = pong.map_err(|error| error.0.to_string())?;
    assert_eq!(pong, "안녕");
    Ok(())
}

fn make_certificate(address: &str, certificate: &Path, key: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "2", "-subj", "/CN=redis"])
        .args(["-addext", &format!("subjectAltName=IP:{address}")])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-out")
        .arg(certificate)
        .arg("-keyout")
        .arg(key)
        .output()
        .expect("openssl makes a certificate (apt-get install openssl)");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
