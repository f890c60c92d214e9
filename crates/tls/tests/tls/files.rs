//! What is wrong with a file is said in one sentence.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, KeyPair};
use tls::{CertificateFiles, MakeError, TlsClient, TlsServer, make_certificate};

use crate::support::Certificates;

const DAY: Duration = Duration::from_secs(86_400);

/// Why these files are refused.
fn refusal(files: CertificateFiles) -> String {
    TlsServer::open(files).unwrap_err().to_string()
}

#[test]
fn each_kind_of_wrong_file_has_its_sentence() {
    let certificates = Certificates::new("wrong-files");
    let good = certificates.files();
    let file = |name: &str, text: &str| {
        let path = certificates.folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let with_certificate = |certificate: &Path| CertificateFiles {
        certificate: certificate.to_owned(),
        key: good.key.clone(),
    };
    let with_key = |key: &Path| CertificateFiles {
        certificate: good.certificate.clone(),
        key: key.to_owned(),
    };
    let missing = certificates.folder.join("missing.pem");
    let cut = fs::read_to_string(&good.certificate).unwrap();
    let cut = file("cut.pem", &cut[..200]);
    let spoiled = file(
        "spoiled.pem",
        "-----BEGIN CERTIFICATE-----\n?!\n-----END CERTIFICATE-----\n",
    );
    let hollow = file(
        "hollow.pem",
        "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n",
    );
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nQUJD\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let encrypted = file("encrypted.key", encrypted);
    let other = file("other.key", &KeyPair::generate().unwrap().serialize_pem());
    let pipe = certificates.folder.join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    for (files, sentence) in [
        (with_certificate(&missing), "cannot read"),
        (with_certificate(&pipe), "is no regular file"),
        (with_key(&pipe), "is no regular file"),
        (with_key(&certificates.folder), "is no regular file"),
        (with_certificate(&good.key), "has no certificate: expected PEM"),
        (
            with_certificate(&file("empty.pem", "")),
            "has no certificate: expected PEM",
        ),
        (with_certificate(&cut), "a line -----END ...----- is missing"),
        (with_certificate(&spoiled), "is no base64"),
        (with_certificate(&hollow), "cannot be used"),
        (with_key(&missing), "cannot read"),
        (with_key(&good.certificate), "has no private key: expected PEM"),
        (with_key(&encrypted), "is encrypted"),
        (with_key(&other), "does not fit the certificate"),
    ] {
        let refusal = refusal(files);
        assert!(refusal.contains(sentence), "{refusal}");
        assert!(!refusal.contains('\n'), "{refusal}");
    }
}

#[test]
fn a_certificate_out_of_its_time_is_refused() {
    let certificates = Certificates::new("out-of-time");
    let key = KeyPair::generate().unwrap();
    let made = |from: SystemTime, until: SystemTime| {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (from.into(), until.into());
        let files = CertificateFiles {
            certificate: certificates.folder.join("timed.pem"),
            key: certificates.folder.join("timed.key"),
        };
        fs::write(&files.certificate, params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(&files.key, key.serialize_pem()).unwrap();
        files
    };
    let now = SystemTime::now();
    let expired = refusal(made(now - 10 * DAY, now - 3 * DAY - DAY / 2));
    assert!(
        expired.ends_with("has expired 3days ago: a new one is needed"),
        "{expired}"
    );
    let early = refusal(made(now + 2 * DAY + DAY / 2, now + 10 * DAY));
    assert!(early.contains("is valid in 2days only"), "{early}");
    TlsServer::open(made(now - DAY, now + DAY)).unwrap();
}

#[test]
fn a_client_needs_an_authority_in_its_file() {
    let certificates = Certificates::new("no-authority");
    let refusal = TlsClient::new(Some(&certificates.made.key)).unwrap_err();
    assert!(refusal.to_string().contains("has no certificate"), "{refusal}");
}

#[test]
fn nothing_is_overwritten_and_the_key_is_for_its_owner() {
    let certificates = Certificates::new("made-once");
    let key = fs::read(&certificates.made.key).unwrap();
    let again = make_certificate(&["localhost".to_owned()], &certificates.folder);
    assert!(matches!(again, Err(MakeError::IsThere(_))), "{again:?}");
    assert_eq!(fs::read(&certificates.made.key).unwrap(), key);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&certificates.made.key).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
