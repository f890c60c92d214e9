//! What a page is told about its server, at `/config.json`.

use http::WebOrigin;
use serde::Serialize;

use crate::origins::Origins;

/// What one server tells its page, and which pages it lets in.
#[derive(Debug, Clone, Serialize)]
pub struct WebConfig {
    /// What is played here: `chat` or `baccarat`.
    pub game: String,
    /// How many rooms each server has.
    pub rooms: usize,
    /// Where users log in, as `http://127.0.0.1:8080`; `None` where anybody may have any name.
    pub api: Option<String>,
    /// The largest packet, header included.
    pub max_packet: usize,
    /// How many members a room can have.
    pub room_size: usize,
    /// Which pages may connect.
    #[serde(skip)]
    pub origins: Origins,
}

impl WebConfig {
    /// Where a page of this server may connect, besides the server itself. Users that log in somewhere may be sent to any
    /// other server of the game, whose addresses nobody knows yet.
    pub(crate) fn connects_to(&self) -> Vec<String> {
        match &self.api {
            Some(api) => vec![api.clone(), "ws:".to_owned(), "wss:".to_owned()],
            None => Vec::new(),
        }
    }
}

/// An API server's URL, without a path.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub fn api_url(text: &str) -> Result<String, String> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let origin: WebOrigin = text.parse().map_err(|_| {
        "expected the URL of an API server, as http://127.0.0.1:8080, without a path".to_owned()
    })?;
    Ok(origin.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_server_has_no_path() {
        assert_eq!(
            api_url("http://API.example:8080/").as_deref(),
            Ok("http://api.example:8080")
        );
        for text in [
            "",
            "api.example",
            "http://api.example/v1",
            "http://a; script-src *",
            "redis://a",
        ] {
            assert!(api_url(text).is_err(), "{text}");
        }
    }
}
