//! Passwords right and wrong: what a login answers, what it costs, and when there is a pause.

use std::thread;

use super::*;

#[test]
fn every_odd_password_lets_its_user_in_and_no_other_does() {
    let api = api();
    let odd = [
        "\0\0\0\0\0\0\0\0",
        "비밀번호는여덟자",
        "        ",
        "\"'\\;--\n\r\t",
        "\u{1f511}\u{202e}\u{200b}\u{feff}xyz!",
        &"é".repeat(128),
    ];
    for (number, password) in odd.into_iter().enumerate() {
        let user = format!("user{number}");
        let body = json!({"user_id": user, "password": password});
        assert_eq!(api.post("/v1/accounts", &body).0, 201, "{password:?}");
        assert_eq!(api.login(&user, password).0, 200, "{password:?}");
        let other = format!("{password} ");
        assert_eq!(api.login(&user, &other).0, 401, "{password:?}");
    }
}

/// The work is counted, not the time, which is another one at every run.
#[test]
fn who_does_not_exist_is_answered_the_same_after_the_same_work() {
    let api = api();
    api.add_user("alice");
    let answer = |user: &str, password: &str| {
        let before = api.hashing.made();
        let response = api.login_from(1, user, password);
        (read(&response), api.hashing.made() - before)
    };
    let wrong = answer("alice", "wrong horse");
    assert_eq!(code(&wrong.0), (401, "wrong_credentials"));
    assert_eq!(wrong.1, 1);
    for user in ["nobody", "", "no name \n", &"long".repeat(1_000)] {
        assert_eq!(answer(user, "wrong horse"), wrong, "{user}");
    }
    for password in ["", "short", &"long".repeat(1_000)] {
        assert_eq!(answer("alice", password), wrong, "{password}");
    }
}

#[test]
fn after_five_wrong_passwords_the_right_one_is_too_early_as_well() {
    let api = api();
    for user in ["alice", "bob"] {
        api.add_user(user);
    }
    // A user who does not exist is not told by this either.
    for user in ["alice", "nobody"] {
        for number in 0..5 {
            assert_eq!(api.login_from(number, user, "wrong horse").status(), 401);
        }
        let hashes = api.hashing.made();
        let response = api.login_from(9, user, PASSWORD);
        assert_eq!(code(&read(&response)), (429, "too_many_attempts"));
        let seconds: u64 = response.header("Retry-After").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(api.hashing.made(), hashes);
    }
    assert_eq!(api.login_from(1, "bob", PASSWORD).status(), 200);
}

#[test]
fn after_ten_wrong_passwords_an_address_waits_and_others_log_in() {
    let api = api();
    api.add_user("alice");
    for number in 0..10 {
        assert_eq!(
            api.login_from(1, &format!("user{number}"), "wrong horse")
                .status(),
            401
        );
    }
    let response = api.login_from(1, "alice", PASSWORD);
    assert_eq!(response.status(), 429);
    let seconds: u64 = response.header("Retry-After").unwrap().parse().unwrap();
    assert!((61..=600).contains(&seconds), "{seconds}");
    assert_eq!(api.login_from(2, "alice", PASSWORD).status(), 200);
}

#[test]
fn a_right_password_forgets_the_wrong_ones() {
    let api = api();
    api.add_user("alice");
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(api.login("alice", "wrong horse").0, 401);
        }
        assert_eq!(api.login("alice", PASSWORD).0, 200);
    }
}

/// One more than five, since two are hashed at a time.
#[test]
fn a_race_of_wrong_passwords_is_no_way_around_the_pause() {
    let api = api();
    api.add_user("alice");
    let hashes = api.hashing.made();
    let statuses: Vec<_> = thread::scope(|scope| {
        let logins = [(); 40].map(|()| scope.spawn(|| api.login("alice", "wrong horse").0));
        logins.map(|login| login.join().unwrap()).into()
    });
    let wrong = statuses.iter().filter(|status| **status == 401).count();
    assert!((5..=6).contains(&wrong), "{statuses:?}");
    assert_eq!(
        statuses.iter().filter(|status| **status == 429).count(),
        40 - wrong
    );
    assert_eq!(api.hashing.made() - hashes, wrong as u64);
}

#[test]
fn a_login_that_waits_for_too_long_is_told_so_and_the_others_are_answered_meanwhile() {
    let api = api_with(|settings| settings.hash_wait = Duration::ZERO);
    api.add_user("alice");
    let token = api.token("alice");
    let turns = [api.hashing.turn().unwrap(), api.hashing.turn().unwrap()];
    let response = api.login_from(1, "alice", PASSWORD);
    assert_eq!(code(&read(&response)), (503, "busy"));
    assert_eq!(response.header("Retry-After"), Some("1"));
    assert_eq!(api.with_token(Method::Get, "/v1/me", &token).0, 200);
    drop(turns);
    assert_eq!(api.login("alice", PASSWORD).0, 200);
}

#[test]
fn a_token_ends_with_its_time() {
    let api = api_with(|settings| settings.token_time = Duration::ZERO);
    api.add_user("alice");
    let token = api.token("alice");
    assert_eq!(
        code(&api.with_token(Method::Get, "/v1/me", &token)),
        (401, "unauthorized")
    );
}

#[test]
fn accounts_and_logins_are_counted_by_how_they_ended() {
    let api = api();
    api.add_user("alice");
    api.token("alice");
    for _ in 0..5 {
        api.login("alice", "wrong horse");
    }
    for _ in 0..3 {
        api.login("alice", PASSWORD);
    }
    api.post("/v1/login", &json!([]));
    let response = api.answer(&Request::new(Method::Get, "/metrics"));
    let text = str::from_utf8(response.body()).unwrap();
    for line in [
        "codelab_accounts_created_total 1",
        "codelab_logins_total{result=\"done\"} 1",
        "codelab_logins_total{result=\"wrong\"} 5",
        "codelab_logins_total{result=\"paused\"} 3",
        "codelab_logins_total{result=\"busy\"} 0",
        "codelab_logins_total{result=\"failed\"} 1",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}:\n{text}");
    }
}
