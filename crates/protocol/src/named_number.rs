//! Numbers of the protocol that have names, such as packet ids and error codes: one table gives the constants, the
//! names and the text.

/// Declares a newtype over an integer with named values. An unnamed value is still a value.
macro_rules! named_number {
    (
        $(#[$type_doc:meta])*
        $type:ident($repr:ty) {
            $( $(#[$doc:meta])* $name:ident = $value:literal, )*
        }
    ) => {
        $(#[$type_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(pub $repr);

        impl $type {
            $( $(#[$doc])* pub const $name: Self = Self($value); )*

            /// Every value that has a name, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name in the protocol's table, or `None` for a value that is not in it.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $( $value => Some(stringify!($name)), )*
                    _ => None,
                }
            }
        }

        /// `NAME (number)`, or `unknown (number)`.
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{} ({})", self.name().unwrap_or("unknown"), self.0)
            }
        }
    };
}

pub(crate) use named_number;
