//! How a server is watched, and steered: `/healthz`, `/metrics` and a page for people on a port of their own, by HTTP.
//!
//! Nothing is counted here. A [`Source`] reads, when it is asked, what its server counts anyway; [`Metrics`] has all
//! sources of a program, and writes what they tell in the text format of Prometheus.
//!
//! ```
//! use admin::Metrics;
//! use net::Activity;
//!
//! let metrics = Metrics::default();
//! // A server alone, and two that share a program.
//! metrics.add(Activity::default());
//! metrics.of_server("chat-0").add(Activity::default());
//! metrics.of_server("chat-1").add(Activity::default());
//! let text = metrics.text();
//! assert!(text.contains("# TYPE codelab_connections gauge\ncodelab_connections 0\n"));
//! assert!(text.contains("\ncodelab_connections{server=\"chat-1\"} 0\n"));
//! ```
//!
//! Who is on a server is asked of its [`People`], when somebody looks at the page. What that page can do needs a [`Token`].
//!
//! [`Admin`] serves all that beside the server that it tells of. It has limits of its own, so whoever asks too much
//! is refused without that server noticing, and it ends last, so that one can see a server drain.
//!
//! | file | what is in it |
//! |---|---|
//! | `numbers` | what a source tells: counters, gauges, histograms, with their labels |
//! | `text` | the numbers in the text format of Prometheus |
//! | `metrics` | all sources of a program |
//! | `connections` | the numbers of what `net` counts |
//! | `health` | whether a server takes clients |
//! | `people` | who is on a server |
//! | `status` | what the page asks for: numbers, rooms, clients, as JSON |
//! | `page` | the page itself, whose files are in the folder `page` |
//! | `token`, `actions` | a secret, and what its owner can do |
//! | `asked_as` | under which name a browser may ask |
//! | `service` | the paths, and what is answered there |
//! | `server` | the port, its thread and its limits |
#![forbid(unsafe_code)]

mod actions;
mod asked_as;
mod connections;
mod health;
mod metrics;
mod numbers;
mod page;
mod people;
mod server;
mod service;
mod status;
mod text;
mod token;

pub use health::Health;
pub use metrics::{Metrics, Source};
pub use numbers::Numbers;
pub use people::{Client, Look, People, Wanted};
pub use server::Admin;
pub use service::Service;
pub use token::Token;
