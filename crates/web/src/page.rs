//! The files of the page, which are in the program, and how a browser gets them.

use http::{Method, Request, Response};
use sha1_smol::Sha1;

// ANCHOR: files
/// All files of `page/`: the path, what it is, the bytes.
const FILES: &[(&str, &str, &[u8])] = &[
    ("/api.js", SCRIPT, include_bytes!("../page/api.js")),
    ("/app.js", SCRIPT, include_bytes!("../page/app.js")),
    ("/baccarat.js", SCRIPT, include_bytes!("../page/baccarat.js")),
    ("/chat.js", SCRIPT, include_bytes!("../page/chat.js")),
    ("/connection.js", SCRIPT, include_bytes!("../page/connection.js")),
    ("/icon.svg", PICTURE, include_bytes!("../page/icon.svg")),
    ("/", HTML, include_bytes!("../page/index.html")),
    ("/log.js", SCRIPT, include_bytes!("../page/log.js")),
    ("/packets.js", SCRIPT, include_bytes!("../page/packets.js")),
    ("/roads.js", SCRIPT, include_bytes!("../page/roads.js")),
    ("/session.js", SCRIPT, include_bytes!("../page/session.js")),
    ("/shoe.js", SCRIPT, include_bytes!("../page/shoe.js")),
    ("/style.css", STYLE, include_bytes!("../page/style.css")),
    ("/table.js", SCRIPT, include_bytes!("../page/table.js")),
    ("/text.js", SCRIPT, include_bytes!("../page/text.js")),
    ("/words.js", SCRIPT, include_bytes!("../page/words.js")),
];

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";
// ANCHOR_END: files

/// The page, as one server serves it.
#[derive(Debug)]
pub(crate) struct Page {
    /// Of each file.
    etags: Vec<String>,
    policy: String,
}

impl Page {
    /// A page that may connect to its own server, and to what `connect` names besides.
    pub(crate) fn new(connect: &[String]) -> Self {
        let etag = |(_, _, bytes): &(_, _, &[u8])| format!("\"{}\"", Sha1::from(bytes).digest());
        Self {
            etags: FILES.iter().map(etag).collect(),
            policy: policy(connect),
        }
    }

    /// The answer for a path; `None` where there is no such file.
    pub(crate) fn answer(&self, request: &Request) -> Option<Response> {
        let index = FILES.iter().position(|(path, _, _)| *path == request.path())?;
        if request.method() != Method::Get {
            return Some(Response::method_not_allowed(&[Method::Get]));
        }
        let (_, content_type, bytes) = FILES[index];
        let etag = &self.etags[index];
        let response = match is_known(request, etag) {
            true => Response::empty(304),
            false => Response::bytes(200, content_type, bytes),
        };
        Some(
            self.protect(response)
                .with_header("ETag", etag)
                // Kept, and asked for each time: after an update nobody has an old file beside a new one.
                .with_header("Cache-Control", "no-cache"),
        )
    }

    /// What a browser is told about any answer of this server.
    pub(crate) fn protect(&self, response: Response) -> Response {
        response
            .with_header("Content-Security-Policy", &self.policy)
            .with_header("Cross-Origin-Resource-Policy", "same-origin")
            .with_header("Referrer-Policy", "no-referrer")
    }
}

// ANCHOR: policy
/// What a browser does for this page and what not. Nothing is named `unsafe-`: a script in a message would not run,
/// even if the page took it for HTML.
fn policy(connect: &[String]) -> String {
    let connect = connect
        .iter()
        .fold("'self'".to_owned(), |all, one| all + " " + one);
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src {connect}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
// ANCHOR_END: policy

/// True where the browser has this version of the file (RFC 9110, 13.1.2).
fn is_known(request: &Request, etag: &str) -> bool {
    let mut known = request
        .headers("if-none-match")
        .flat_map(|value| value.split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii);
    known.any(|one| one == b"*" || one.strip_prefix(b"W/").unwrap_or(one) == etag.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn get(path: &str) -> Request {
        Request::new(Method::Get, path)
    }

    #[test]
    fn every_file_of_the_folder_is_served_as_what_it_is() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        let page = Page::new(&[]);
        let mut count = 0;
        for entry in fs::read_dir(folder).expect("the folder of the page") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let (served_at, content_type) = match name.rsplit_once('.') {
                Some(("index", "html")) => ("/".to_owned(), HTML),
                Some((_, "css")) => (format!("/{name}"), STYLE),
                Some((_, "js")) => (format!("/{name}"), SCRIPT),
                Some((_, "svg")) => (format!("/{name}"), PICTURE),
                _ => panic!("{name}: what is it for a browser?"),
            };
            let response = page.answer(&get(&served_at));
            let response = response.unwrap_or_else(|| panic!("{name} is not in the table of this file"));
            assert_eq!(response.header("content-type"), Some(content_type), "{name}");
            assert_eq!(response.body(), fs::read(&path).expect("the file"), "{name}");
            count += 1;
        }
        assert_eq!(count, FILES.len());
        assert!(page.answer(&get("/index.html")).is_none());
        assert!(page.answer(&get("/../Cargo.toml")).is_none());
    }

    #[test]
    fn a_browser_that_has_the_file_is_told_so() {
        let page = Page::new(&[]);
        let first = page.answer(&get("/")).expect("the page");
        let etag = first.header("etag").expect("a version").to_owned();
        assert_eq!(first.header("cache-control"), Some("no-cache"));
        for known in [&etag, &format!("W/{etag}"), &format!("\"old\", {etag}"), "*"] {
            let again = page.answer(&get("/").with_header("If-None-Match", known));
            let again = again.expect("the page");
            assert_eq!((again.status(), again.body().len()), (304, 0), "{known}");
            assert_eq!(again.header("etag"), Some(&etag[..]));
        }
        let other = page.answer(&get("/").with_header("If-None-Match", "\"old\""));
        assert_eq!(other.expect("the page").status(), 200);
        let post = page.answer(&Request::new(Method::Post, "/"));
        assert_eq!(post.expect("an answer").status(), 405);
    }

    #[test]
    fn a_page_connects_only_where_it_is_told() {
        let page = Page::new(&["http://127.0.0.1:8080".to_owned(), "ws:".to_owned()]);
        let response = page.answer(&get("/")).expect("the page");
        let policy = response.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("; connect-src 'self' http://127.0.0.1:8080 ws:; "),
            "{policy}"
        );
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; "),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
