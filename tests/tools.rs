//! The small tools.
