//! What is told where no Redis answers, or one that wants something else.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use directory::Redis;
use directory::redis::{RedisConnection, RedisSettings};

use crate::redis_server::RedisServer;

#[track_caller]
fn refused(url: &str) -> String {
    let settings = RedisSettings {
        timeout: Duration::from_millis(500),
        ..RedisSettings::new(url.parse().expect("an address"))
    };
    let error = RedisConnection::open(&settings).expect_err("no Redis");
    assert_eq!(error.to_string(), "the directory does not answer");
    error.0.to_string()
}

/// Gives what it gets, and `first` before that.
fn echo(first: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut bytes = [0; 1_024];
            let _ = stream.write_all(first);
            while let Ok(read @ 1..) = stream.read(&mut bytes) {
                let _ = stream.write_all(&bytes[..read]);
            }
        }
    });
    address
}

#[test]
fn where_nothing_listens() {
    let unused = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = unused.local_addr().expect("an address");
    drop(unused);
    for (url, shown) in [
        (format!("redis://{address}"), format!("redis://{address}/0")),
        (
            "redis+unix:///nowhere/r.sock".to_owned(),
            "redis+unix:///nowhere/r.sock?db=0".to_owned(),
        ),
    ] {
        let expected =
            format!("{shown}: nothing listens there: is redis-server running, and is this its address?");
        assert_eq!(refused(&url), expected);
    }
}

#[test]
fn what_answers_there_is_no_redis() {
    for first in [
        &b""[..],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"+hello\r\n",
        b"$-5\r\n",
    ] {
        let reason = refused(&format!("redis://{}", echo(first)));
        assert!(reason.contains("what answers there is no Redis"), "{reason}");
    }
}

#[test]
fn where_nobody_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let reason = refused(&format!("redis://{address}"));
    assert_eq!(reason, format!("redis://{address}/0: no answer within 500ms"));
}

#[test]
fn the_wrong_password_or_database() {
    let server = RedisServer::start_with(&["--requirepass", "s3cret", "--databases", "4"]);
    let with = |query: &str| format!("{}?{query}", server.url());
    for (query, expected) in [
        (
            "",
            "it wants a password: write it into the address, redis://:PASSWORD@HOST",
        ),
        ("pass=wr0ng", "it does not take this user and password"),
        ("user=chat&pass=s3cret", "it does not take this user and password"),
        ("pass=s3cret&db=4", "it has no database 4: most have 0 to 15"),
    ] {
        let reason = refused(&with(query));
        assert!(reason.ends_with(expected), "{query}: {reason}");
        assert!(
            !reason.contains("s3cret") && !reason.contains("wr0ng"),
            "{reason}"
        );
    }
    for query in ["pass=s3cret&db=3", "user=default&pass=s3cret"] {
        let settings = RedisSettings::new(with(query).parse().expect("an address"));
        RedisConnection::open(&settings).expect("a Redis that lets us in");
    }
    let open = RedisServer::in_memory();
    let reason = refused(&format!("{}?pass=s3cret", open.url()));
    assert!(
        reason.ends_with("it has no password, and the address has one"),
        "{reason}"
    );
}

/// In Redis 7, a new user may use no channel.
#[test]
fn a_user_who_may_not_hear_messages() {
    let server = RedisServer::in_memory();
    server.say("ACL SETUSER chat on >s3cret ~codelab:* +@all resetchannels");
    let connect = |timeout| {
        let url = format!("{}?user=chat&pass=s3cret", server.url());
        let settings = RedisSettings::new(url.parse().expect("an address"));
        Redis::connect(RedisSettings { timeout, ..settings })
    };
    let error = connect(Duration::from_millis(500)).expect_err("nothing is heard");
    let reason = error.0.to_string();
    assert!(
        reason.contains("its rules (ACL) do not let this user do that"),
        "{reason}"
    );
    server.say("ACL SETUSER chat &codelab:*");
    connect(Duration::from_secs(20)).expect("a Redis that lets us hear");
}
