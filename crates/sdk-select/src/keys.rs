//! Which members of a row an expression can see, told from its syntax.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::path::Part;

/// What of a value is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Possibly everything.
    All,
    /// These members, if it is an object.
    These(Vec<(String, Keys)>),
}

impl Keys {
    /// What an expression sees whose values are wanted.
    pub(crate) fn of_values(term: &Term<&str>) -> Keys {
        let mut keys = Keys::These(Vec::new());
        keys.whole(term, &[]);
        keys
    }

    /// What an expression sees of which only the truth is wanted: a row itself is always true.
    pub(crate) fn of_condition(term: &Term<&str>) -> Keys {
        let mut keys = Keys::These(Vec::new());
        if let Some(trail) = keys.visit(term, &[]).filter(|trail| !trail.is_empty()) {
            keys.mark(&trail);
        }
        keys
    }

    fn mark(&mut self, trail: &[String]) {
        *self.at(trail) = Keys::All;
    }

    /// What is seen at the end of `trail`, which is now at least looked for: an error on the way must be found.
    fn at(&mut self, trail: &[String]) -> &mut Keys {
        match (self, trail) {
            (Keys::These(keys), [first, rest @ ..]) => {
                let at = keys.iter().position(|(key, _)| key == first).unwrap_or_else(|| {
                    keys.push((first.clone(), Keys::These(Vec::new())));
                    keys.len() - 1
                });
                keys[at].1.at(rest)
            }
            (keys, _) => keys,
        }
    }

    /// Marks everything that `term` sees when it runs on the value at `at`, its results included.
    fn whole(&mut self, term: &Term<&str>, at: &[String]) {
        if let Some(trail) = self.visit(term, at) {
            self.mark(&trail);
        }
    }

    /// Marks what `term` sees when it runs on the value at `at`. Where a result is the value at some place of the row,
    /// that place is not marked but returned: what comes next may see less than all of it.
    ///
    /// Whatever is not understood sees all of its input. Nothing else can see the input: variables hold only what was
    /// marked, and definitions are not understood.
    fn visit(&mut self, term: &Term<&str>, at: &[String]) -> Option<Vec<String>> {
        match term {
            Term::Id => return Some(at.to_vec()),
            Term::Path(head, path) => {
                let mut out = self.visit(head, at);
                for (part, _) in &path.0 {
                    self.step(part, at, &mut out);
                }
                return out;
            }
            Term::BinOp(left, BinaryOp::Pipe(pattern), right) => {
                let out = self.visit(left, at);
                return match (pattern, out) {
                    (None, out) => out.and_then(|out| self.visit(right, &out)),
                    (Some(_), out) => {
                        out.inspect(|out| self.mark(out));
                        self.visit(right, at)
                    }
                };
            }
            Term::BinOp(left, op, right) => match op {
                BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt => {
                    self.mark(at);
                }
                _ => [left, right].into_iter().for_each(|side| self.whole(side, at)),
            },
            Term::Call(name, arguments) => return self.call(name, arguments, at),
            Term::Neg(one) | Term::Label(_, one) | Term::TryCatch(one, _) | Term::Arr(Some(one)) => {
                self.whole(one, at);
            }
            Term::Obj(entries) => {
                for (key, value) in entries {
                    self.whole(key, at);
                    match (value, literal(key)) {
                        (Some(value), _) => self.whole(value, at),
                        (None, Some(key)) => self.mark(&further(at, key)),
                        (None, None) if matches!(key, Term::Var(_)) => {}
                        (None, None) => self.mark(at),
                    }
                }
            }
            Term::Str(_, parts) => {
                for part in parts {
                    if let StrPart::Term(term) = part {
                        self.whole(term, at);
                    }
                }
            }
            Term::IfThenElse(branches, otherwise) => {
                branches.iter().flat_map(|(test, then)| [test, then]).for_each(|term| self.whole(term, at));
                self.whole(otherwise.as_deref().unwrap_or(&Term::Id), at);
            }
            // The rest runs on what comes out of the first two.
            Term::Fold(_, source, _, rest) => {
                self.whole(source, at);
                rest.iter().take(1).for_each(|start| self.whole(start, at));
            }
            Term::Num(_) | Term::Var(_) | Term::Break(_) | Term::Arr(None) => {}
            Term::Recurse | Term::Def(..) => self.mark(at),
        }
        None
    }

    /// One step of a path that has led to `out` and whose own expressions run on the value at `at`.
    fn step(&mut self, part: &Part<Term<&str>>, at: &[String], out: &mut Option<Vec<String>>) {
        if let (Part::Index(index), Some(trail)) = (part, out.as_mut())
            && let Some(key) = literal(index)
        {
            trail.push(key);
            self.at(trail);
            return;
        }
        out.take().inspect(|trail| self.mark(trail));
        let (first, second) = match part {
            Part::Index(index) => (Some(index), None),
            Part::Range(from, to) => (from.as_ref(), to.as_ref()),
        };
        first.into_iter().chain(second).for_each(|index| self.whole(index, at));
    }

    fn call(&mut self, name: &str, arguments: &[Term<&str>], at: &[String]) -> Option<Vec<String>> {
        match (name, arguments) {
            ("empty" | "true" | "false" | "null" | "nan" | "infinite" | "now", []) => {}
            // A row is true, whatever is in it.
            ("not", []) if at.is_empty() => {}
            ("select", [test]) => {
                self.whole(test, at);
                return Some(at.to_vec());
            }
            ("has", [key]) => match literal(key) {
                Some(key) => self.mark(&further(at, key)),
                None => self.mark(at),
            },
            ("any" | "all", [source, test]) => {
                if let Some(each) = self.visit(source, at) {
                    self.whole(test, &each);
                }
            }
            ("first" | "last" | "isempty" | "error", [_])
            | ("limit" | "skip", [_, _])
            | ("range", [_] | [_, _] | [_, _, _]) => {
                for argument in arguments {
                    self.whole(argument, at);
                }
            }
            _ => self.mark(at),
        }
        None
    }
}

fn further(at: &[String], key: String) -> Vec<String> {
    at.iter().cloned().chain([key]).collect()
}

/// The text of a string without holes.
pub(crate) fn literal(term: &Term<&str>) -> Option<String> {
    let Term::Str(None, parts) = term else { return None };
    let mut text = String::new();
    for part in parts {
        match part {
            StrPart::Str(plain) => text.push_str(plain),
            StrPart::Char(character) => text.push(*character),
            StrPart::Term(_) => return None,
        }
    }
    Some(text)
}
