//! TOML text to a pack. Whatever is refused is refused with its line, its column and what to do.

use std::collections::BTreeSet;
use std::fmt;
use std::fmt::Write as _;

use domain::assessment::DeadlineKind;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

use crate::locate::{line_and_column, shown};
use crate::pack::{Duty, FORMAT, Pack, Rule, Says};
use crate::term::Term;

/// Why a text is not a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}; {advice}")]
pub struct PackError {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub advice: String,
}

/// Longest text read: the shipped packs have a tenth of it.
const LONGEST: usize = 256 * 1024;

impl Pack {
    /// Reads a pack.
    ///
    /// Refuses unknown keys, ids that are defined twice or not at all, roles nobody defined and lengths of time that
    /// are none. Whether what the pack says is *sound* is another question: see [`crate::check()`].
    pub fn parse(text: &str) -> Result<Self, PackError> {
        if text.len() > LONGEST {
            return Err(PackError {
                line: 1,
                column: 1,
                what: format!("the pack has {} bytes", text.len()),
                advice: format!("shorten it to at most {LONGEST}"),
            });
        }
        let says: Says = toml::from_str(text).map_err(|error| not_toml(text, &error))?;
        let pack = Self { says, hash: fingerprint(text) };
        match first_fault(&pack) {
            None => Ok(pack),
            Some(fault) => {
                let (line, column) = line_and_column(text, offset_of(text, &fault.path));
                Err(PackError { line, column, what: shown(&fault.what, 400), advice: shown(&fault.advice, 400) })
            }
        }
    }
}

fn fingerprint(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn not_toml(text: &str, error: &toml::de::Error) -> PackError {
    let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
    let what = shown(&error.message().split_whitespace().collect::<Vec<_>>().join(" "), 400);
    PackError { line, column, what, advice: "compare with a shipped pack; policies/README.md explains each key".into() }
}

/// A step from the top of the document to a value.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Key(&'static str),
    Index(usize),
}

struct Fault {
    path: Vec<Step>,
    what: String,
    advice: String,
}

/// Where the value at `path` starts; as far down as the path leads.
fn offset_of(text: &str, path: &[Step]) -> usize {
    let Ok(document) = DeTable::parse(text) else { return 0 };
    let mut offset = 0;
    let mut table = Some(document.get_ref());
    let mut array = None;
    for step in path {
        let next = match step {
            Step::Key(key) => table.and_then(|table| table.get(*key)),
            Step::Index(index) => array.and_then(|array: &toml::de::DeArray<'_>| array.get(*index)),
        };
        let Some(value) = next else { break };
        offset = value.span().start;
        table = if let DeValue::Table(inner) = value.get_ref() { Some(inner) } else { None };
        array = if let DeValue::Array(inner) = value.get_ref() { Some(inner) } else { None };
    }
    offset
}

/// Collects the first thing that does not fit; later ones are often its consequences.
struct Finder<'a> {
    pack: &'a Pack,
    fault: Option<Fault>,
}

fn first_fault(pack: &Pack) -> Option<Fault> {
    let mut finder = Finder { pack, fault: None };
    finder.head();
    finder.ids();
    finder.rule(&pack.says.threshold.rule, &mut vec![Step::Key("threshold"), Step::Key("rule")]);
    finder.tracks();
    finder.roles();
    finder.bands();
    finder.movable();
    finder.working();
    finder.fault
}

impl Finder<'_> {
    fn say(&mut self, path: &[Step], what: String, advice: impl Into<String>) {
        if self.fault.is_none() {
            self.fault = Some(Fault { path: path.to_vec(), what, advice: advice.into() });
        }
    }

    fn head(&mut self) {
        let says = &self.pack.says;
        if says.format != FORMAT {
            let what = format!("the format is `{}`", says.format);
            self.say(&[Step::Key("format")], what, format!("this program reads `{FORMAT}`"));
        }
        self.id(&says.id, &[Step::Key("id")]);
        if says.version.trim().is_empty() {
            self.say(&[Step::Key("version")], "the version is empty".into(), "give every published pack its own");
        }
        if says.scope.harms.is_empty() {
            let path = [Step::Key("scope"), Step::Key("harms")];
            self.say(&path, "no harm is in scope".into(), "name at least one");
        }
    }

    fn id(&mut self, id: &str, path: &[Step]) {
        let fine = id.len() <= 60
            && id.starts_with(|first: char| first.is_ascii_lowercase())
            && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte));
        if !fine {
            let shown: String = id.chars().take(60).collect();
            self.say(path, format!("`{shown}` is not an id"), "use a letter, then letters a-z, digits, _ or -");
        }
    }

    fn ids(&mut self) {
        let says = &self.pack.says;
        let lists: [(&'static str, Vec<&str>); 7] = [
            ("criteria", says.criteria.iter().map(|criterion| criterion.id.as_str()).collect()),
            ("grounds", says.grounds.iter().map(|ground| ground.id.as_str()).collect()),
            ("conflicts", says.conflicts.iter().map(|conflict| conflict.id.as_str()).collect()),
            ("notices", says.notices.iter().map(|notice| notice.id.as_str()).collect()),
            ("tracks", says.tracks.iter().map(|track| track.id.as_str()).collect()),
            ("markings", says.markings.iter().map(|rule| rule.id.as_str()).collect()),
            ("measures", says.measures.iter().map(|measure| measure.id.as_str()).collect()),
        ];
        for (key, ids) in lists {
            self.distinct(&[Step::Key(key)], &ids);
        }
        for role in says.roles.keys() {
            self.id(role, &[Step::Key("roles")]);
        }
    }

    fn distinct(&mut self, list: &[Step], ids: &[&str]) {
        let mut seen = BTreeSet::new();
        for (index, id) in ids.iter().enumerate() {
            let path = [list, &[Step::Index(index), Step::Key("id")]].concat();
            self.id(id, &path);
            if !seen.insert(*id) {
                self.say(&path, format!("`{id}` is defined twice"), "rename one of the two");
            }
        }
    }

    /// The recursion is as deep as the document, and the TOML reader bounds that.
    fn rule(&mut self, rule: &Rule, path: &mut Vec<Step>) {
        let (key, parts) = match rule {
            Rule::Criterion(id) => {
                if self.pack.criterion(id).is_none() {
                    let known: Vec<&str> = self.pack.says.criteria.iter().map(|known| known.id.as_str()).collect();
                    let advice = format!("define it under [[criteria]] or use one of: {}", known.join(", "));
                    self.say(path, format!("there is no criterion `{id}`"), advice);
                }
                return;
            }
            Rule::All(parts) => ("all", parts),
            Rule::Any(parts) => ("any", parts),
            Rule::AtLeast(_, parts) => ("of", parts),
        };
        path.push(Step::Key(key));
        for (index, part) in parts.iter().enumerate() {
            path.push(Step::Index(index));
            self.rule(part, path);
            path.pop();
        }
        path.pop();
    }

    fn tracks(&mut self) {
        for (index, track) in self.pack.says.tracks.iter().enumerate() {
            let place = |key| vec![Step::Key("tracks"), Step::Index(index), Step::Key(key)];
            self.rule(&track.rule, &mut place("rule"));
            if self.pack.notice(&track.notice).is_none() {
                let known: Vec<&str> = self.pack.says.notices.iter().map(|known| known.id.as_str()).collect();
                let advice = format!("define it under [[notices]] or use one of: {}", known.join(", "));
                self.say(&place("notice"), format!("there is no form `{}`", track.notice), advice);
            }
        }
    }

    fn roles(&mut self) {
        for (path, roles) in role_lists(self.pack) {
            for (index, role) in roles.iter().enumerate().filter(|(_, role)| !self.pack.has_role(role)) {
                let path = [path.as_slice(), &[Step::Index(index)]].concat();
                let advice = "use intake, assessor, senior_officer, approver, deliverer or inspector, or define it under [roles]";
                self.say(&path, format!("there is no role `{role}`"), advice);
            }
        }
    }

    fn bands(&mut self) {
        let deadlines = &self.pack.says.deadlines;
        let bands = [Step::Key("deadlines"), Step::Key("bands")];
        if deadlines.bands.is_empty() {
            self.say(&bands, "there is no band of imminence".into(), "define at least one, without `within`");
        }
        let ids: Vec<&str> = deadlines.bands.iter().map(|band| band.id.as_str()).collect();
        self.distinct(&bands, &ids);
        if !ids.contains(&deadlines.when_unknown.as_str()) {
            let path = [Step::Key("deadlines"), Step::Key("when_unknown")];
            let what = format!("there is no band `{}`", deadlines.when_unknown);
            self.say(&path, what, format!("use one of: {}", ids.join(", ")));
        }
    }

    /// Extensions and pauses are of bands that exist, and each kind of deadline has one of either at most.
    fn movable(&mut self) {
        let deadlines = &self.pack.says.deadlines;
        let extensions = deadlines.extensions.iter().map(|rule| (rule.of, &rule.bands));
        let pauses = deadlines.pauses.iter().map(|rule| (rule.of, &rule.bands));
        self.each_movable("extensions", extensions.collect());
        self.each_movable("pauses", pauses.collect());
    }

    fn each_movable(&mut self, list: &'static str, rules: Vec<(DeadlineKind, &Vec<String>)>) {
        let mut seen = BTreeSet::new();
        for (index, (of, bands)) in rules.into_iter().enumerate() {
            let place = |key| vec![Step::Key("deadlines"), Step::Key(list), Step::Index(index), Step::Key(key)];
            if !seen.insert(of) {
                let what = format!("`{}` has two rules", crate::deadlines::key(of));
                self.say(&place("of"), what, "join them into one, with all its bands");
            }
            let known = &self.pack.says.deadlines.bands;
            for (at, band) in bands.iter().enumerate().filter(|(_, id)| !known.iter().any(|band| band.id == **id)) {
                let known: Vec<&str> = known.iter().map(|band| band.id.as_str()).collect();
                let path = [place("bands"), vec![Step::Index(at)]].concat();
                self.say(&path, format!("there is no band `{band}`"), format!("use one of: {}", known.join(", ")));
            }
        }
    }

    /// Working time is counted only where the pack says what it is.
    fn working(&mut self) {
        if let Some(working) = &self.pack.says.deadlines.working {
            let place = |key| [Step::Key("deadlines"), Step::Key("working"), Step::Key(key)];
            if working.days.is_empty() {
                self.say(&place("days"), "no day is a working day".into(), "name at least one, such as \"monday\"");
            }
            if working.to <= working.from {
                self.say(&place("to"), "the working day ends before it begins".into(), "give a later time than `from`");
            }
            return;
        }
        if let Some((path, term)) = terms(self.pack).into_iter().find(|(_, term)| term.is_working()) {
            let what = format!("`{term}` counts working time, and the pack does not say what that is");
            self.say(&path, what, "add [deadlines.working], or count by the clock");
        }
    }
}

/// Every place where a pack gives a time that may be counted in working time.
pub(crate) fn terms(pack: &Pack) -> Vec<(Vec<Step>, Term)> {
    use Step::{Index, Key};
    let says = &pack.says;
    let mut terms = Vec::new();
    for (index, band) in says.deadlines.bands.iter().enumerate() {
        for (key, term) in band.terms() {
            terms.push((vec![Key("deadlines"), Key("bands"), Index(index), Key(key)], term));
        }
    }
    let grounds = says.grounds.iter().enumerate();
    terms.extend(grounds.map(|(at, one)| (vec![Key("grounds"), Index(at), Key("review_after")], one.review_after)));
    let steps = says.coordination.dispute.iter().enumerate();
    terms.extend(
        steps.map(|(at, one)| (vec![Key("coordination"), Key("dispute"), Index(at), Key("within")], one.within)),
    );
    terms
}

/// Every place where a pack names roles, in words: `grounds.already_aware.affirmed_by` reads `grounds[0].affirmed_by`.
pub(crate) fn role_places(pack: &Pack) -> Vec<(String, &[String])> {
    role_lists(pack).into_iter().map(|(path, roles)| (words(&path), roles)).collect()
}

/// A place in a pack, in words: `grounds[0].affirmed_by`.
pub(crate) fn words(path: &[Step]) -> String {
    path.iter().fold(String::new(), |mut words, step| {
        let _ = match step {
            Step::Key(key) if words.is_empty() => write!(words, "{key}"),
            Step::Key(key) => write!(words, ".{key}"),
            Step::Index(index) => write!(words, "[{index}]"),
        };
        words
    })
}

/// Every place where a pack names roles.
fn role_lists(pack: &Pack) -> Vec<(Vec<Step>, &[String])> {
    use Step::{Index, Key};
    let says = &pack.says;
    let mut lists: Vec<(Vec<Step>, &[String])> = vec![
        (vec![Key("not_owed"), Key("affirmed_by")], &says.not_owed.affirmed_by),
        (vec![Key("urgent"), Key("may")], &says.urgent.may),
        (vec![Key("coordination"), Key("owner")], std::slice::from_ref(&says.coordination.owner)),
    ];
    for (index, ground) in says.grounds.iter().enumerate() {
        lists.push((vec![Key("grounds"), Index(index), Key("affirmed_by")], &ground.affirmed_by));
    }
    for duty in Duty::ALL {
        lists.push((vec![Key("duties"), Key(duty.id())], pack.may(duty)));
    }
    for (kind, ladder) in says.deadlines.escalate_to.each() {
        lists.push((vec![Key("deadlines"), Key("escalate_to"), Key(crate::deadlines::key(kind))], ladder));
    }
    for (index, step) in says.coordination.dispute.iter().enumerate() {
        let path = vec![Key("coordination"), Key("dispute"), Index(index), Key("role")];
        lists.push((path, std::slice::from_ref(&step.role)));
    }
    for (index, rule) in says.deadlines.extensions.iter().enumerate() {
        lists.push((vec![Key("deadlines"), Key("extensions"), Index(index), Key("may")], &rule.may));
    }
    for (index, rule) in says.deadlines.pauses.iter().enumerate() {
        lists.push((vec![Key("deadlines"), Key("pauses"), Index(index), Key("may")], &rule.may));
    }
    for (index, notice) in says.notices.iter().enumerate() {
        lists.push((vec![Key("notices"), Index(index), Key("decided_by")], &notice.decided_by));
    }
    for (index, measure) in says.measures.iter().enumerate() {
        lists.push((vec![Key("measures"), Index(index), Key("role")], std::slice::from_ref(&measure.role)));
    }
    lists
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RuleVisitor)
    }
}

struct RuleVisitor;

/// Why the language has no "not": a pack that could say it would not be monotone.
fn no_not(key: &str) -> String {
    format!(
        "a rule has no `{key}`: more evidence of danger could then turn a warning away; put the question so that met \
         means danger"
    )
}

const RULE_KEYS: &[&str] = &["all", "any", "at_least", "of"];

impl<'de> Visitor<'de> for RuleVisitor {
    type Value = Rule;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a criterion's id, { all = [...] }, { any = [...] } or { at_least = 2, of = [...] }")
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<Rule, E> {
        Ok(Rule::Criterion(id.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rule, A::Error> {
        let (mut all, mut any, mut at_least, mut of) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "all" => all = Some(map.next_value::<Vec<Rule>>()?),
                "any" => any = Some(map.next_value::<Vec<Rule>>()?),
                "at_least" => at_least = Some(map.next_value::<usize>()?),
                "of" => of = Some(map.next_value::<Vec<Rule>>()?),
                "not" | "none" | "unless" => return Err(de::Error::custom(no_not(&key))),
                _ => return Err(de::Error::unknown_field(&key, RULE_KEYS)),
            }
        }
        match (all, any, at_least, of) {
            (Some(parts), None, None, None) => Ok(Rule::All(parts)),
            (None, Some(parts), None, None) => Ok(Rule::Any(parts)),
            (None, None, Some(count), Some(parts)) => Ok(Rule::AtLeast(count, parts)),
            _ => Err(de::Error::custom("a rule is { all = [...] }, { any = [...] } or { at_least = 2, of = [...] }")),
        }
    }
}
