//! The body of a request as JSON, or the answer that says why it is none.

use serde::de::DeserializeOwned;

use crate::request::Request;
use crate::response::Response;

impl Request {
    /// The body as JSON. A field that the type has and that comes twice is refused; one that the type does not have
    /// is passed over.
    ///
    /// ```
    /// use http::{Method, Request};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Login {
    ///     user_id: String,
    /// }
    ///
    /// let request = Request::new(Method::Post, "/login")
    ///     .with_header("Content-Type", "application/json")
    ///     .with_body(r#"{"user_id":"kim"}"#);
    /// assert_eq!(request.json::<Login>().expect("a login").user_id, "kim");
    /// assert_eq!(request.with_body("{").json::<Login>().err().expect("half").status(), 400);
    /// ```
    ///
    /// # Errors
    /// What the client is to be answered: 415 for another `Content-Type`, or none; 400 `invalid_json` with what is
    /// wrong and where.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Response> {
        self.check_content_type()?;
        let text = std::str::from_utf8(self.body())
            .map_err(|error| invalid(&format!("no UTF-8 at byte {}", error.valid_up_to())))?;
        serde_json::from_str(text).map_err(|error| invalid(&error.to_string()))
    }

    fn check_content_type(&self) -> Result<(), Response> {
        let stated = self.header("content-type").unwrap_or_default();
        let kind = stated.split(';').next().unwrap_or_default().trim();
        if kind.eq_ignore_ascii_case("application/json") {
            return Ok(());
        }
        let message = "the body must be JSON, and say so: `Content-Type: application/json`";
        Err(Response::error(415, "unsupported_media_type", message))
    }
}

fn invalid(what: &str) -> Response {
    Response::error(
        400,
        "invalid_json",
        &format!("the body is no JSON that is expected here: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::method::Method;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Move {
        x: u8,
    }

    fn read(content_type: &str, body: &[u8]) -> Result<Move, (u16, String)> {
        let request = Request::new(Method::Post, "/")
            .with_header("content-type", content_type)
            .with_body(body);
        let text = |response: Response| String::from_utf8_lossy(response.body()).into_owned();
        request
            .json()
            .map_err(|response| (response.status(), text(response)))
    }

    #[test]
    fn a_value_is_read_whatever_stands_behind_the_type() {
        for content_type in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json ;x",
        ] {
            assert_eq!(
                read(content_type, b" {\"y\":[],\"x\":7}\n"),
                Ok(Move { x: 7 }),
                "{content_type}"
            );
        }
    }

    #[test]
    fn another_type_is_415() {
        for content_type in [
            "",
            "text/plain",
            "application/jsonp",
            "application/x-www-form-urlencoded",
        ] {
            assert_eq!(
                read(content_type, b"{\"x\":7}").unwrap_err().0,
                415,
                "{content_type}"
            );
        }
        let none = Request::new(Method::Post, "/").with_body("{\"x\":7}");
        assert_eq!(none.json::<Move>().unwrap_err().status(), 415);
    }

    #[test]
    fn what_is_no_such_value_is_400_with_what_and_where() {
        let wrong: [(&[u8], &str); 8] = [
            (b"", "EOF while parsing a value at line 1 column 0"),
            (b"{\"x\":7", "EOF while parsing an object at line 1 column 6"),
            (b"{\"x\":1,\"x\":2}", "duplicate field `x` at line 1 column 10"),
            (b"{\"x\":\"1\"}", "invalid type: string"),
            (b"{\"x\":256}", "invalid value: integer `256`, expected u8"),
            (b"{}", "missing field `x` at line 1 column 2"),
            (b"{\"x\":7} {", "trailing characters at line 1 column 9"),
            (b"{\"x\":7,\"y\":\"\xff\"}", "no UTF-8 at byte 12"),
        ];
        for (body, what) in wrong {
            let (status, text) = read("application/json", body).unwrap_err();
            let text = text.replace('\\', "");
            assert_eq!(status, 400, "{text}");
            assert!(
                text.contains("\"error\":\"invalid_json\"") && text.contains(what),
                "{text}"
            );
        }
    }

    /// A field that nobody wants is passed over however deep it is: that takes no stack.
    #[test]
    fn deep_nesting_is_400_where_it_is_wanted() {
        let deep = format!("{{\"x\":7,\"y\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(read("application/json", deep.as_bytes()), Ok(Move { x: 7 }));
        let request = Request::new(Method::Post, "/")
            .with_header("content-type", "application/json")
            .with_body(deep);
        let response = request.json::<serde_json::Value>().unwrap_err();
        let text = String::from_utf8_lossy(response.body());
        assert!(text.contains("recursion limit exceeded at line 1"), "{text}");
    }
}
