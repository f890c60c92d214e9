//! The words for a status.

/// What follows on the connection is another protocol.
pub(crate) const SWITCHING_PROTOCOLS: u16 = 101;

/// The reason phrase (RFC 9110, 15); empty where there is none, which RFC 9112, 4 allows.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        SWITCHING_PROTOCOLS => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}

/// True where a response has no body, whatever it is an answer to (RFC 9110, 15.2, 15.3.5 and 15.4.5).
pub(crate) fn has_no_body(status: u16) -> bool {
    matches!(status, SWITCHING_PROTOCOLS | 204 | 304)
}
