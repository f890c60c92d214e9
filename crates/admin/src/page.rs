//! The page for people: three files that are in the program, and what a browser may do with them.

use http::Response;

const HTML: &str = include_str!("../page/index.html");
const STYLE: &str = include_str!("../page/page.css");
const SCRIPT: &str = include_str!("../page/page.js");

// ANCHOR: policy
/// Nothing but the page's own files, no code in the HTML, nobody's frame, and no text that becomes HTML: where the page had
/// a fault, a name would still be no script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";
// ANCHOR_END: policy

/// The file at this path.
pub(crate) fn file(path: &str) -> Option<Response> {
    let (kind, text) = match path {
        "/" => ("text/html; charset=utf-8", HTML),
        "/page.css" => ("text/css; charset=utf-8", STYLE),
        "/page.js" => ("text/javascript; charset=utf-8", SCRIPT),
        _ => return None,
    };
    let response = Response::bytes(200, kind, text);
    Some(
        response
            .with_header("Content-Security-Policy", POLICY)
            .with_header("Cross-Origin-Resource-Policy", "same-origin")
            .with_header("Referrer-Policy", "no-referrer")
            // A page of another version would ask this server what it does not know.
            .with_header("Cache-Control", "no-store"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_for_files_that_are_there_and_has_no_code_in_it() {
        let html = HTML;
        for file_name in ["page.css", "page.js"] {
            assert!(html.contains(&format!("=\"{file_name}\"")), "{file_name}");
            assert!(file(&format!("/{file_name}")).is_some());
        }
        for forbidden in ["style=", "onclick", "<style", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        assert_eq!(html.matches("<script").count(), 1);
    }

    #[test]
    fn nothing_in_the_script_makes_html_of_a_text() {
        for forbidden in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "DOMParser",
            "localStorage",
            "sessionStorage",
            "cookie",
        ] {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn every_input_has_a_label() {
        for input in HTML.split("<input id=\"").skip(1) {
            let id = input.split('"').next().unwrap_or_default();
            assert!(HTML.contains(&format!("<label for=\"{id}\">")), "{id}");
        }
    }
}
