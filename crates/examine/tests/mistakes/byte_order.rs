//! Servers that read or write numbers in the wrong order of their bytes: the report says so.

use std::net::SocketAddr;

use examine::{Kind, Server, Settings, Verdict, examine, kinds};
use protocol::Codec;

use crate::IN_VAIN;
use crate::wrong::{self, calc, packets};

/// What the failure of a check of this server looks like.
#[track_caller]
fn remark(kind: &Kind, bare: bool, check: &str, address: SocketAddr) -> String {
    let settings = Settings {
        patience: IN_VAIN,
        bare,
        ..Settings::default()
    };
    let mut checks = kind.checks(Codec::Binary);
    checks.retain(|one| one.name == check);
    let findings = examine(
        kind,
        &mut Server::running(address),
        &settings,
        &checks,
        |_| Ok(()),
    );
    match &findings.expect("nothing is started")[0].verdict {
        Verdict::Failed { failure, .. } => failure.remark.clone().unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

/// Requests that cannot be read have no reply, or another one each time; so the examiner asks once more.
#[test]
fn a_wrong_order_of_bytes_is_named() {
    let echo_of_size_be = packets::start(Some(packets::Mistake::BigEndianSize));
    let servers = [
        (
            &kinds::CALC,
            false,
            "calculation",
            calc::start(Some(calc::Mistake::BigEndian)),
        ),
        (
            &kinds::CALC,
            false,
            "calculation",
            calc::start(Some(calc::Mistake::BigEndianResult)),
        ),
        (
            &kinds::CALC,
            true,
            "operators",
            wrong::start_bare_calculator_of_big_endians(),
        ),
        (&kinds::ECHO_PACKETS, false, "echo", echo_of_size_be),
        (
            &kinds::ECHO_PACKETS,
            false,
            "echo",
            wrong::start_packets_of_big_endians(|packet| packet),
        ),
        (
            &kinds::CHAT,
            false,
            "login",
            wrong::start_packets_of_big_endians(|_| vec![0, 7, 2, 0xbe, 0, 0, 1]),
        ),
    ];
    for (kind, bare, check, address) in servers {
        let remark = remark(kind, bare, check, address);
        assert!(
            remark.contains("the wrong order of the bytes"),
            "{kind:?} {bare}: {remark}"
        );
    }
    let closes = wrong::serve(|_| Ok(()));
    for (kind, check) in [(&kinds::CALC, "calculation"), (&kinds::CHAT, "login")] {
        assert_eq!(remark(kind, false, check, closes), "");
    }
}
