//! The methods that a service can be asked with.

use std::fmt;

/// What a request wants. A method that is not among these is answered with 501 by this crate, as is HEAD with the
/// answer to GET without its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Show me this.
    Get,
    /// Take this, and do what you do with it.
    Post,
    /// Let this be what stands there.
    Put,
    /// Change a part of it.
    Patch,
    /// Take it away.
    Delete,
    /// Tell me what I may ask.
    Options,
}

impl Method {
    /// As it stands in a request, where letters count (RFC 9110, 9.1).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let all = [
            Self::Get,
            Self::Post,
            Self::Put,
            Self::Patch,
            Self::Delete,
            Self::Options,
        ];
        all.into_iter().find(|method| method.as_str() == text)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
