//! Which addresses a webhook may reach (attack A23): public ones only, so that a URL in the register cannot make the
//! desk talk to itself, to its neighbours or to a cloud's metadata service.
//!
//! IPv6 is an allow-list (global unicast, less the parts set aside inside it), because every form that carries an
//! IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) is a way round a list of refusals.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;
use reqwest::Url;

/// Why an address is not connected to. It does not repeat the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Not a URL.
    #[error("this is not a URL: write https:// and a host name")]
    NotAUrl,
    /// Another scheme than https.
    #[error("only https URLs are posted to; this starts with `{scheme}:`")]
    Scheme {
        /// The scheme found.
        scheme: String,
    },
    /// User name or password in the URL.
    #[error("the URL holds a user name or password: take it out (the signature is the proof)")]
    UserInfo,
    /// No host, or port 0.
    #[error("the URL has no usable host and port")]
    NoHost,
    /// An address that is not public.
    #[error("{address} is {what}: webhooks go to public addresses only")]
    Address {
        /// The address.
        address: IpAddr,
        /// What kind of address that is.
        what: &'static str,
    },
    /// A name that stands for no address.
    #[error("the host name stands for no address")]
    Nowhere,
}

/// Where names become addresses. A trait, so that tests can answer as a hostile name server would.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// Every address of `host`.
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the operating system.
#[derive(Debug, Clone, Copy)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|addr| addr.ip()).collect())
    }
}

/// Checks all that a URL itself shows. Names are checked when they are resolved, in [`resolve`].
pub fn check_url(text: &str, allow_loopback: bool) -> Result<Url, Forbidden> {
    // The parser would drop these silently; a person who reads the register would not see where it goes.
    if text.len() > 2_000 || text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(Forbidden::NotAUrl);
    }
    let url = Url::parse(text).map_err(|_| Forbidden::NotAUrl)?;
    if !url.username().is_empty() || url.password().is_some() || authority_has_at(text) {
        return Err(Forbidden::UserInfo);
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Forbidden::NoHost)?;
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    let own = literal.map_or_else(|| is_localhost(host), |ip| ip.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if allow_loopback && own => {}
        scheme => return Err(Forbidden::Scheme { scheme: scheme.chars().take(20).collect() }),
    }
    if url.port() == Some(0) {
        return Err(Forbidden::NoHost);
    }
    if let Some(ip) = literal {
        check_address(ip, allow_loopback)?;
    }
    Ok(url)
}

/// An empty user name (`https://@host`) parses away, yet has no honest use.
fn authority_has_at(text: &str) -> bool {
    let after = text.split_once("://").map_or("", |(_, rest)| rest);
    after.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

fn is_localhost(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// The addresses of a name, all of them checked: one forbidden address among good ones refuses the name.
pub(crate) async fn resolve(
    lookup: &dyn Lookup,
    host: &str,
    allow_loopback: bool,
) -> Result<Vec<IpAddr>, Box<dyn std::error::Error + Send + Sync>> {
    // Asking a name server for this name could make plain http leave the machine (RFC 6761 section 6.3).
    let found = if is_localhost(host) { vec![Ipv4Addr::LOCALHOST.into()] } else { lookup.lookup(host).await? };
    for ip in &found {
        check_address(*ip, allow_loopback)?;
    }
    if found.is_empty() {
        return Err(Forbidden::Nowhere.into());
    }
    Ok(found)
}

/// Whether this one address may be connected to.
pub fn check_address(address: IpAddr, allow_loopback: bool) -> Result<(), Forbidden> {
    if allow_loopback && address.is_loopback() {
        return Ok(());
    }
    let what = match address {
        IpAddr::V4(v4) => set_aside_v4(v4),
        IpAddr::V6(v6) => set_aside_v6(v6),
    };
    what.map_or(Ok(()), |what| Err(Forbidden::Address { address, what }))
}

/// IANA's special-purpose IPv4 blocks, and one public address that a cloud uses for its own.
const SET_ASIDE_V4: [(Ipv4Addr, u32, &str); 17] = [
    (Ipv4Addr::UNSPECIFIED, 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by a carrier's customers"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine"),
    (Ipv4Addr::new(168, 63, 129, 16), 32, "a cloud's metadata service"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "set aside for protocols"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "for documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a relay to IPv6"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "for benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "for documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "for documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved"),
    (Ipv4Addr::BROADCAST, 32, "broadcast"),
];

fn set_aside_v4(ip: Ipv4Addr) -> Option<&'static str> {
    let within = |net: Ipv4Addr, bits: u32| (ip.to_bits() ^ net.to_bits()) >> (32 - bits) == 0;
    SET_ASIDE_V4.iter().find(|(net, bits, _)| within(*net, *bits)).map(|(_, _, what)| *what)
}

/// Parts of 2000::/3 that are not for everybody.
const SET_ASIDE_V6: [(Ipv6Addr, u32, &str); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "set aside for protocols (Teredo among them)"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "for documentation"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4, which carries an IPv4 address"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "for documentation"),
];

fn set_aside_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let within = |net: Ipv6Addr, bits: u32| (ip.to_bits() ^ net.to_bits()) >> (128 - bits) == 0;
    if !within(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3) {
        return Some("not a global unicast address");
    }
    SET_ASIDE_V6.iter().find(|(net, bits, _)| within(*net, *bits)).map(|(_, _, what)| *what)
}
