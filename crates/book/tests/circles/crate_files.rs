//! The files of one crate, and which file uses which: read from `mod`, `use` and paths, without a compiler.
//!
//! It knows what is needed here and no more: names lead through re-exports to the file that defines them, and calls of
//! methods and names that a macro makes are not seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::use_tree::{Import, imports};

/// A path in the code, or the place of a module below the root of its crate.
pub(crate) type Names = Vec<String>;

/// Which names a file takes from another: user, used, names.
pub(crate) type Uses = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>;

/// Re-exports of re-exports, at most; a name that leads back to itself ends here.
const LONGEST_WAY: usize = 16;

/// The modules of a crate, by their place in it.
#[derive(Default)]
pub(crate) struct Crate {
    modules: BTreeMap<Names, Module>,
}

#[derive(Default)]
struct Module {
    file: PathBuf,
    imports: Vec<Import>,
    /// Paths in the code itself, such as `one::receive`.
    paths: Vec<Names>,
}

impl Crate {
    /// Reads the file of a library or a program, and all files that it declares.
    pub(crate) fn read(root: &Path) -> Self {
        let mut files = Self::default();
        let folder = root.parent().expect("a file has a folder");
        files.read_file(root, folder, Vec::new());
        files
    }

    /// `folder` is where the files of its modules are.
    fn read_file(&mut self, file: &Path, folder: &Path, place: Names) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let tokens = text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.read_module(tokens, file, folder, place);
    }

    fn read_module(&mut self, tokens: TokenStream, file: &Path, folder: &Path, place: Names) {
        let mut module = Module {
            file: file.to_owned(),
            ..Module::default()
        };
        let found = module.read(tokens);
        self.modules.insert(place.clone(), module);
        for Declared { name, body } in found {
            let inside = [&place[..], std::slice::from_ref(&name)].concat();
            let folder = folder.join(&name);
            match body {
                Some(body) => self.read_module(body, file, &folder, inside),
                None => self.read_file(&file_of(&folder), &folder, inside),
            }
        }
    }

    /// The uses that lead from one file to another. A re-export is none: it only hands a name on.
    pub(crate) fn uses(&self) -> Uses {
        let mut uses = Uses::new();
        for (place, module) in &self.modules {
            let imported = module.imports.iter().filter(|import| !import.handed_on);
            for path in imported.map(|import| &import.path).chain(&module.paths) {
                let used = self.find(place, path, LONGEST_WAY);
                if let Some(used) = used.map(|used| &self.modules[&used].file)
                    && *used != module.file
                {
                    let of_file = uses.entry(module.file.clone()).or_default();
                    let names = of_file.entry(used.clone()).or_default();
                    names.insert(path.last().expect("a path has names").clone());
                }
            }
        }
        uses
    }

    /// The module that defines what this path means in the module at `place`; `None` where that is another crate.
    fn find(&self, place: &[String], path: &[String], ways: usize) -> Option<Names> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Vec::new(),
            "self" => place.to_owned(),
            "super" => place.split_last()?.1.to_owned(),
            name => return self.find_name(place, name, rest, ways.checked_sub(1)?),
        };
        self.find_below(start, rest, ways)
    }

    /// Like [`find`](Self::find), from a module that is known to have it.
    fn find_below(&self, place: Names, path: &[String], ways: usize) -> Option<Names> {
        match path {
            [] => Some(place),
            [name, ..] if name == "super" => self.find(&place, path, ways),
            [name, rest @ ..] => {
                let found = ways
                    .checked_sub(1)
                    .and_then(|ways| self.find_name(&place, name, rest, ways));
                Some(found.unwrap_or(place))
            }
        }
    }

    /// A name that is a module inside, or comes from elsewhere.
    fn find_name(&self, place: &[String], name: &str, rest: &[String], ways: usize) -> Option<Names> {
        let inside = [place, &[name.to_owned()]].concat();
        if self.modules.contains_key(&inside) {
            return self.find_below(inside, rest, ways);
        }
        let imports = &self.modules[place].imports;
        let import = imports.iter().find(|import| import.name == name);
        let import = import.filter(|import| import.path != [name]);
        // What is neither declared nor imported here may come from a list that is handed on as a whole.
        let (path, asked) = match import {
            Some(import) => (&import.path, rest.to_owned()),
            None => {
                let mut lists = imports
                    .iter()
                    .filter(|import| import.name == "*" && import.handed_on);
                (&lists.next()?.path, [&[name.to_owned()], rest].concat())
            }
        };
        self.find(place, &[&path[..], &asked].concat(), ways)
    }
}

/// `folder.rs`, or `folder/mod.rs`.
fn file_of(folder: &Path) -> PathBuf {
    let beside = folder.with_extension("rs");
    match beside.exists() {
        true => beside,
        false => folder.join("mod.rs"),
    }
}

/// A module that a module declares, with its body where that is in the same file.
struct Declared {
    name: String,
    body: Option<TokenStream>,
}

impl Module {
    /// Notes down what the code uses, and returns the modules that it declares.
    fn read(&mut self, tokens: TokenStream) -> Vec<Declared> {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut declared = Vec::new();
        let mut rest = &tokens[..];
        let mut before: Vec<String> = Vec::new();
        while let Some((token, behind)) = rest.split_first() {
            rest = behind;
            match token {
                TokenTree::Ident(word) if word == "use" => {
                    let end = position(rest, ";");
                    let handed_on = before.iter().rev().take(2).any(|word| word.starts_with("pub"));
                    self.imports.extend(imports(&rest[..end], handed_on));
                    rest = &rest[end..];
                }
                TokenTree::Ident(word) if word == "mod" => {
                    declared.extend(declaration(rest).filter(|_| !is_for_tests(&before)));
                    rest = rest.get(2..).unwrap_or_default();
                }
                TokenTree::Ident(_) => {
                    let path = path(token, rest);
                    rest = &rest[3 * (path.len() - 1)..];
                    if path.len() > 1 {
                        self.paths.push(path.clone());
                    }
                }
                TokenTree::Group(group) => declared.extend(self.read(group.stream())),
                _ => {}
            }
            before.push(token.to_string());
        }
        declared
    }
}

/// `name;` or `name { ... }`.
fn declaration(tokens: &[TokenTree]) -> Option<Declared> {
    let [TokenTree::Ident(name), behind, ..] = tokens else {
        return None;
    };
    let name = name.to_string();
    match behind {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(Declared {
            name,
            body: Some(group.stream()),
        }),
        TokenTree::Punct(end) if end.as_char() == ';' => Some(Declared { name, body: None }),
        _ => None,
    }
}

/// Tests may look at whatever they test.
fn is_for_tests(before: &[String]) -> bool {
    before
        .iter()
        .rev()
        .take(4)
        .any(|word| word == "[cfg (test)]" || word == "[cfg(test)]")
}

/// The names of `first::second::third`, as far as they go.
fn path(first: &TokenTree, behind: &[TokenTree]) -> Names {
    let further = behind.chunks_exact(3).map_while(|next| match next {
        [
            TokenTree::Punct(one),
            TokenTree::Punct(two),
            TokenTree::Ident(name),
        ] if one.as_char() == ':' && two.as_char() == ':' => Some(name.to_string()),
        _ => None,
    });
    std::iter::once(first.to_string()).chain(further).collect()
}

/// Where this sign is, or the end.
fn position(tokens: &[TokenTree], sign: &str) -> usize {
    let found = tokens.iter().position(|token| token.to_string() == sign);
    found.unwrap_or(tokens.len())
}
