//! `fleet make-certificate`: a certificate to try TLS with, and the two commands that use it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use command_line::print_line;
use tls::{Made, make_certificate};

/// For whom a certificate is, and where it goes.
#[derive(Debug, Clone, clap::Args)]
pub struct MakeCertificateFlags {
    /// A name or an address by which clients reach the servers; can be given several times. Without it: localhost, 127.0.0.1
    /// and ::1.
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// The folder for the files, which is made where it is missing.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

impl MakeCertificateFlags {
    /// Makes the files, and says how to use them.
    ///
    /// # Errors
    /// Where one of them is there already; why they cannot be made or written.
    pub fn make(&self) -> anyhow::Result<()> {
        fs::create_dir_all(&self.out).with_context(|| format!("cannot make {}", self.out.display()))?;
        let hosts = match self.hosts.is_empty() {
            true => ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec(),
            false => self.hosts.clone(),
        };
        let made = make_certificate(&hosts, &self.out)?;
        print_line(&usage(&made, &hosts))
    }
}

fn usage(made: &Made, hosts: &[String]) -> String {
    let Made {
        authority,
        certificate,
        key,
    } = made;
    let [authority, certificate, key] = [authority, certificate, key].map(|file| word(file));
    // An address of IPv6 stands in brackets in a URL.
    let host = hosts.first().map_or("localhost", String::as_str);
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    format!(
        "for {}, valid for a year:\n  \
         {certificate}  the certificate, for servers\n  \
         {key}  its key, for nobody else\n  \
         {authority}  who has signed it, for clients\n\
         \n\
         fleet --tls-certificate {certificate} --tls-key {key}\n\
         chat-client --api https://{host}:8080 --tls-ca {authority} --register --name alice",
        hosts.join(", ")
    )
}

/// As a shell takes it.
fn word(file: &Path) -> String {
    let file = file.strip_prefix(".").unwrap_or(file).display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./+:@,".contains(c);
    match file.chars().all(is_plain) {
        true => file,
        false => format!("'{}'", file.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_one_word_of_a_shell() {
        for (file, expected) in [
            ("./ca.pem", "ca.pem"),
            ("/etc/tls/ca.pem", "/etc/tls/ca.pem"),
            ("my keys/ca.pem", "'my keys/ca.pem'"),
            ("it's/ca.pem", r"'it'\''s/ca.pem'"),
        ] {
            assert_eq!(word(Path::new(file)), expected);
        }
    }
}
