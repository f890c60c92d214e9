//! What a `TcpServer` counts while it runs: connections, bytes, ends and refusals, each by its word.

mod support;

use std::io::{Read, Write};
use std::time::Duration;

use net::{Activity, ClientConnection, Ending, Limits, NetError, Refusal, TcpServer};
use support::{Running, SHORT, echo, echo_works, eventually};

/// A server that counts there.
fn counted(
    limits: Limits,
    activity: &Activity,
    handler: fn(&mut ClientConnection) -> Result<(), NetError>,
) -> Running {
    let server = TcpServer::bind(&"127.0.0.1:0".parse().unwrap())
        .unwrap()
        .limits(limits)
        .activity(activity.clone());
    Running::run(server, handler)
}

/// All that has been counted, without those that have not.
fn ends(activity: &Activity) -> Vec<(&'static str, u64)> {
    let ends = Ending::ALL.map(|ending| (ending.word(), activity.ended(ending)));
    ends.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// Ends in the way that the client asks for with its first byte.
fn obey(client: &mut ClientConnection) -> Result<(), NetError> {
    let mut wish = [0];
    client.read_exact(&mut wish)?;
    match wish[0] {
        b'p' => Err(NetError::protocol("a wrong byte")),
        b'!' => panic!("as it was told"),
        b'd' => Err(NetError::Dismissed("it has had enough".to_owned())),
        b's' => Err(NetError::SlowConsumer("it reads nothing".to_owned())),
        b'l' => Err(NetError::LoginTimeout(Duration::from_secs(1))),
        b'r' => Err(NetError::RateLimited(5)),
        b'o' => Err(NetError::CutOff("for a reason of the handler".to_owned())),
        b'i' => client.read_rest(&mut [0; 10]),
        b'f' => {
            client.note_frames(0, 1);
            client.read(&mut [0]).map(drop)
        }
        _ => client.read(&mut [0]).map(drop),
    }
}

#[test]
fn connections_and_bytes_are_told_while_they_are_open() {
    let activity = Activity::default();
    let server = counted(Limits::default(), &activity, echo);
    let mut clients: Vec<_> = (0..3).map(|_| server.connect()).collect();
    clients.iter_mut().for_each(echo_works);
    assert_eq!(activity.connections(), 3);
    let summary = activity.summary();
    assert_eq!((summary.served, summary.bytes_in), (0, 12));
    // The last reply is counted when its bytes are with the kernel already.
    eventually("all is counted", || activity.summary().bytes_out == 12);
    drop(clients.pop());
    eventually("one has gone", || activity.connections() == 2);
    assert_eq!(ends(&activity), [("closed", 1)]);
    let summary = server.end();
    assert_eq!((summary.served, summary.cut_off), (3, 0));
    assert_eq!(activity.summary(), summary);
    assert_eq!(activity.connections(), 0);
    assert_eq!(ends(&activity), [("closed", 1), ("shutdown", 2)]);
}

#[test]
fn each_end_has_its_word() {
    let activity = Activity::default();
    let limits = Limits {
        idle_timeout: Some(SHORT),
        frame_timeout: Some(SHORT / 2),
        ..Limits::default()
    };
    let server = counted(limits, &activity, obey);
    let clients: Vec<_> = b"p!dslroif-"
        .iter()
        .map(|wish| {
            let mut client = server.connect();
            client.write_all(&[*wish]).unwrap();
            if *wish == b'i' {
                client.shutdown(std::net::Shutdown::Write).unwrap();
            }
            client
        })
        .collect();
    for mut client in clients {
        // Until the server has closed, in whichever way.
        let _ = client.read_to_end(&mut Vec::new());
    }
    eventually("all have ended", || activity.connections() == 0);
    let mut ended = ends(&activity);
    ended.sort_unstable();
    let expected = [
        "dismissed",
        "frame_timeout",
        "idle_timeout",
        "inside_packet",
        "login_timeout",
        "other",
        "panic",
        "protocol_error",
        "rate_limit",
        "slow_consumer",
    ];
    assert_eq!(ended, expected.map(|word| (word, 1)));
    assert_eq!(server.end().cut_off, 7);
}

#[test]
fn those_who_were_not_let_in_are_counted_apart() {
    let activity = Activity::default();
    let limits = Limits {
        max_connections: Some(1),
        ..Limits::default()
    };
    let server = counted(limits, &activity, echo);
    let mut first = server.connect();
    echo_works(&mut first);
    let mut second = server.connect();
    assert_eq!(second.read(&mut [0]).unwrap(), 0);
    assert_eq!(activity.refused(Refusal::ServerFull), 1);
    assert_eq!(activity.refused(Refusal::TooManyFrom), 0);
    let summary = server.end();
    assert_eq!((summary.served, summary.refused), (1, 1));
}

#[test]
fn servers_that_share_it_are_counted_as_one() {
    let activity = Activity::default();
    let [first, second] = [(); 2].map(|()| counted(Limits::default(), &activity, echo));
    echo_works(&mut first.connect());
    echo_works(&mut second.connect());
    first.end();
    assert_eq!(second.end().served, 2);
}
