//! Reads a `use`: `a::{b, c as d, e::*}` is three imports.

use proc_macro2::TokenTree;

/// One name that a `use` brings into a module.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// As the module calls it; `*` for all names.
    pub(crate) name: String,
    /// Where it comes from, without the `*`.
    pub(crate) path: Vec<String>,
    /// `pub use`, for others.
    pub(crate) handed_on: bool,
}

/// The imports of what stands between `use` and `;`.
pub(crate) fn imports(tokens: &[TokenTree], handed_on: bool) -> Vec<Import> {
    let mut found = Vec::new();
    read(tokens, Vec::new(), &mut found);
    let import = |(name, path)| Import {
        name,
        path,
        handed_on,
    };
    found.into_iter().map(import).collect()
}

fn read(tokens: &[TokenTree], mut path: Vec<String>, found: &mut Vec<(String, Vec<String>)>) {
    let mut rest = tokens;
    while let Some((token, behind)) = rest.split_first() {
        rest = behind;
        match token {
            TokenTree::Ident(word) if word == "as" => {
                let name = rest.first().map(ToString::to_string);
                return found.push((name.unwrap_or_default(), path));
            }
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Punct(sign) if sign.as_char() == '*' => return found.push(("*".to_owned(), path)),
            TokenTree::Group(group) => {
                let inside: Vec<_> = group.stream().into_iter().collect();
                let is_comma = |token: &TokenTree| token.to_string() == ",";
                return inside
                    .split(is_comma)
                    .for_each(|one| read(one, path.clone(), found));
            }
            _ => {}
        }
    }
    // `self` is the module in front of it.
    if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
        path.pop();
    }
    if let Some(name) = path.last() {
        found.push((name.clone(), path));
    }
}
