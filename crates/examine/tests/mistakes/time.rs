//! Mistakes in the time server: daytime, sessions, datagrams.

use examine::{Service, kinds};

use crate::wrong::time;
use crate::{Subject, verify_subject};

#[test]
fn mistakes_in_a_daytime_server() {
    use time::Mistake::*;
    let declared: &[(_, &[_])] = &[
        (NoSeconds, &["daytime", "daytime-again"]),
        (StaysOpen, &["daytime", "daytime-again"]),
    ];
    verify_subject(&Subject::all_of(&kinds::TIME), time::start_daytime, declared);
}

#[test]
fn mistakes_in_sessions() {
    use time::Mistake::*;
    let declared: &[(_, &[_])] = &[
        (NoSeconds, &["text", "merged", "too-long"]),
        (
            Milliseconds,
            &[
                "timestamp",
                "text",
                "no-line-break",
                "merged",
                "too-long",
                "silence",
                "vanishing",
                "unread",
            ],
        ),
        (TimestampForEverything, &["text", "merged", "too-long"]),
        (WaitsForALineBreak, &["no-line-break"]),
        (OneReadIsOneRequest, &["merged"]),
        (NoLongest, &["too-long"]),
        (SaysNothingOfALongRequest, &["too-long"]),
        (OneClientAtATime, &["silence"]),
    ];
    let subject = Subject {
        service: Service::Sessions,
        ..Subject::all_of(&kinds::TIME)
    };
    verify_subject(&subject, time::start_sessions, declared);
}

#[test]
fn mistakes_in_a_datagram_server() {
    use time::Mistake::*;
    let declared: &[(_, &[_])] = &[
        (NoSeconds, &["datagrams"]),
        (IgnoresEmptyDatagrams, &["datagrams"]),
        (LittleEndian, &["datagrams"]),
    ];
    let subject = Subject {
        service: Service::Udp,
        ..Subject::all_of(&kinds::TIME)
    };
    verify_subject(&subject, time::start_udp, declared);
}
