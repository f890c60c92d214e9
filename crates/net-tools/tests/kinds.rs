//! What kind an address is: the first and the last of each block, and their neighbours.

use net_tools::ip::{embedded, kind, parse};

fn described(text: &str) -> String {
    kind(parse(text).expect("an address")).to_string()
}

#[test]
fn ipv4() {
    for (addresses, expected) in [
        (&["0.0.0.0"][..], "unspecified: 0.0.0.0/32 (RFC 1122, 3.2.1.3)"),
        (
            &["0.0.0.1", "0.255.255.255"],
            "reserved: 0.0.0.0/8 (RFC 791, 3.2: this network)",
        ),
        (&["10.0.0.0", "10.255.255.255"], "private: 10.0.0.0/8 (RFC 1918)"),
        (
            &["100.64.0.0", "100.127.255.255"],
            "shared: 100.64.0.0/10 (RFC 6598)",
        ),
        (
            &["127.0.0.1", "127.255.255.255"],
            "loopback: 127.0.0.0/8 (RFC 1122, 3.2.1.3)",
        ),
        (
            &["169.254.0.0", "169.254.255.255"],
            "link-local: 169.254.0.0/16 (RFC 3927)",
        ),
        (
            &["172.16.0.0", "172.31.255.255"],
            "private: 172.16.0.0/12 (RFC 1918)",
        ),
        (
            &["192.0.0.9"],
            "global: 192.0.0.9/32 (RFC 7723: the nearest PCP server)",
        ),
        (
            &["192.0.0.8", "192.0.0.255"],
            "reserved: 192.0.0.0/24 (RFC 6890, 2.1: for protocols)",
        ),
        (
            &["192.0.2.0", "192.0.2.255"],
            "documentation: 192.0.2.0/24 (RFC 5737)",
        ),
        (
            &["192.88.99.1"],
            "reserved: 192.88.99.0/24 (RFC 7526: was for 6to4 relays)",
        ),
        (
            &["192.168.0.0", "192.168.255.255"],
            "private: 192.168.0.0/16 (RFC 1918)",
        ),
        (
            &["198.18.0.0", "198.19.255.255"],
            "benchmarking: 198.18.0.0/15 (RFC 2544)",
        ),
        (&["198.51.100.7"], "documentation: 198.51.100.0/24 (RFC 5737)"),
        (&["203.0.113.7"], "documentation: 203.0.113.0/24 (RFC 5737)"),
        (
            &["224.0.0.0", "239.255.255.255"],
            "multicast: 224.0.0.0/4 (RFC 5771)",
        ),
        (
            &["240.0.0.0", "255.255.255.254"],
            "reserved: 240.0.0.0/4 (RFC 1112, 4: for the future)",
        ),
        (&["255.255.255.255"], "broadcast: 255.255.255.255/32 (RFC 919)"),
        (
            &[
                "1.0.0.0",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "8.8.8.8",
            ],
            "global: 0.0.0.0/0 (RFC 791)",
        ),
    ] {
        for address in addresses {
            assert_eq!(described(address), expected, "{address}");
        }
    }
}

#[test]
fn ipv6() {
    for (addresses, expected) in [
        (&["::"][..], "unspecified: ::/128 (RFC 4291, 2.5.2)"),
        (&["::1"], "loopback: ::1/128 (RFC 4291, 2.5.3)"),
        (
            &["::ffff:1.2.3.4"],
            "IPv4-mapped: ::ffff:0.0.0.0/96 (RFC 4291, 2.5.5.2)",
        ),
        (
            &["::127.0.0.1", "::2", "::ffff:ffff"],
            "IPv4-compatible: ::/96 (RFC 4291, 2.5.5.1: not used any more)",
        ),
        (&["64:ff9b::102:304"], "NAT64: 64:ff9b::/96 (RFC 6052)"),
        (
            &["64:ff9b:1::1"],
            "NAT64: 64:ff9b:1::/48 (RFC 8215: for local use)",
        ),
        (&["100::1"], "discard-only: 100::/64 (RFC 6666)"),
        (&["2001::1"], "Teredo: 2001::/32 (RFC 4380)"),
        (
            &["2001:1::2"],
            "global: 2001:1::2/128 (RFC 8155: the nearest TURN server)",
        ),
        (&["2001:1ff::"], "reserved: 2001::/23 (RFC 2928: for protocols)"),
        (
            &["2001:2::", "2001:2:0:ffff::"],
            "benchmarking: 2001:2::/48 (RFC 5180)",
        ),
        (
            &["2001:db8::", "2001:db8:ffff::"],
            "documentation: 2001:db8::/32 (RFC 3849)",
        ),
        (&["2002::", "2002:ffff::"], "6to4: 2002::/16 (RFC 3056)"),
        (&["3fff::", "3fff:fff::"], "documentation: 3fff::/20 (RFC 9637)"),
        (&["fc00::", "fdff:ffff::"], "unique local: fc00::/7 (RFC 4193)"),
        (&["fe80::1", "febf::"], "link-local: fe80::/10 (RFC 4291, 2.5.6)"),
        (
            &["ff01::1"],
            "multicast, interface-local scope: ff00::/8 (RFC 4291, 2.7)",
        ),
        (
            &["ff02::1", "ff12::1"],
            "multicast, link-local scope: ff00::/8 (RFC 4291, 2.7)",
        ),
        (
            &["ff05::2"],
            "multicast, site-local scope: ff00::/8 (RFC 4291, 2.7)",
        ),
        (
            &["ff08::"],
            "multicast, organization-local scope: ff00::/8 (RFC 4291, 2.7)",
        ),
        (&["ff0e::"], "multicast, global scope: ff00::/8 (RFC 4291, 2.7)"),
        (
            &["ff06::"],
            "multicast, unassigned scope: ff00::/8 (RFC 4291, 2.7)",
        ),
        (&["ff00::"], "multicast, reserved scope: ff00::/8 (RFC 4291, 2.7)"),
        (
            &[
                "2001:200::",
                "2001:db7::",
                "2001:db9::",
                "2003::",
                "2620:4f::",
                "3ffe::",
                "3fff:1000::",
            ],
            "global: 2000::/3 (RFC 4291, 2.4)",
        ),
        (
            &[
                "::1:0:0", "200::", "1fff::", "4000::", "fbff::", "fe00::", "fec0::",
            ],
            "reserved: ::/0 (RFC 4291, 2.4)",
        ),
    ] {
        for address in addresses {
            assert_eq!(described(address), expected, "{address}");
        }
    }
}

#[test]
fn some_addresses_carry_another() {
    for (address, inside) in [
        ("::ffff:192.168.1.1", Some("192.168.1.1")),
        ("::127.0.0.1", Some("127.0.0.1")),
        ("::1", None),
        ("::", None),
        // 3fff:fdd2 is c000:022d, 192.0.2.45, with all bits turned over.
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", Some("192.0.2.45")),
        ("64:ff9b::808:808", Some("8.8.8.8")),
        ("64:ff9b:1::808:808", None),
        ("2002:c000:0201::1", Some("192.0.2.1")),
        ("2001:db8::1", None),
        ("127.0.0.1", None),
    ] {
        let found = embedded(parse(address).expect("an address"));
        assert_eq!(found.map(|ip| ip.to_string()).as_deref(), inside, "{address}");
    }
}
