//! To whom a warning goes and by which way: from the register's routes, or as a person says.

use channels::ack_token::Token;
use domain::assessment::DeadlineKind;
use domain::marking::{Nation, Reach, Tlp};
use domain::register::{ContactPath, Party, PartyId};
use domain::threat::{Capacity, IntendedVictim, PlannedDelivery, Recipient, Threat};
use domain::{ChannelKind, DeliveryId};
use drafting::Addressee;
use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::error::AppError;

/// Minutes within which an acknowledgement is expected when the policy names no time.
const ACKNOWLEDGE_WITHIN: u32 = 24 * 60;
/// Waits between attempts of one delivery, in seconds; about three days in all, then a person is asked (R9).
const RETRIES: [u32; 12] = [30, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 86_400];

/// One way to one recipient, as a person sees and chooses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// Who gets it from us.
    pub recipient: String,
    /// Their id in the register, if they are there.
    #[serde(default)]
    pub party: Option<String>,
    /// In what capacity.
    pub capacity: Capacity,
    /// For whom it is in the end, when they pass it on.
    #[serde(default)]
    pub onward_to: Option<String>,
    /// By which channel.
    pub channel: ChannelKind,
    /// E-mail address, URL or postal line; empty when a person knows how.
    #[serde(default)]
    pub address: String,
    /// Lower goes first.
    #[serde(default)]
    pub order: u32,
    /// Why this way stands where it does.
    #[serde(default)]
    pub why: String,
}

/// Where a way leads, as far as markings care.
pub(crate) struct Leads<'a> {
    party: Option<&'a str>,
    channel: ChannelKind,
    address: &'a str,
    onward_to: Option<&'a str>,
}

impl<'a> From<&'a Way> for Leads<'a> {
    fn from(way: &'a Way) -> Self {
        let (party, onward_to) = (way.party.as_deref(), way.onward_to.as_deref());
        Self { party, channel: way.channel, address: &way.address, onward_to }
    }
}

impl<'a> From<&'a PlannedDelivery> for Leads<'a> {
    fn from(planned: &'a PlannedDelivery) -> Self {
        let onward_to = planned.onward_to.as_ref().map(|to| to.name.as_str());
        let party = planned.recipient.party.as_deref();
        Self { party, channel: planned.channel, address: &planned.address, onward_to }
    }
}

/// What a way may carry that the register does not know: whoever names it answers for no more than the community.
const UNKNOWN_WAY: Tlp = Tlp::Green;

impl Desk {
    /// Everybody these ways lead to, those who pass on included: what the way to them may carry, and whose nation they are.
    pub(crate) async fn reaches<'a>(&self, ways: impl Iterator<Item = Leads<'a>>) -> Result<Vec<Reach>, AppError> {
        let register = self.screen().await?;
        let nation = |party: Option<&Party>| party.and_then(|party| Nation::named(party.country.as_deref()?));
        let mut reaches = Vec::new();
        for way in ways {
            let party = way.party.and_then(|id| register.party(&PartyId::new(id)));
            let path = |path: &&ContactPath| path.channel == way.channel && path.address == way.address;
            let carries =
                party.and_then(|party| party.contacts.iter().find(path)).map_or(UNKNOWN_WAY, |path| path.carries);
            reaches.push(Reach { carries, nation: nation(party) });
            if let Some(onward) = way.onward_to {
                let onward = register.parties().find(|party| party.label() == onward);
                reaches.push(Reach { carries, nation: nation(onward) });
            }
        }
        Ok(reaches)
    }

    /// The ways the register knows to those who protect a victim, best first.
    pub async fn ways(&self, threat: &Threat, victim: &IntendedVictim) -> Result<Vec<Way>, AppError> {
        let Some(party) = &victim.party else { return Ok(Vec::new()) };
        let index = self.screen().await?;
        let reach = index.reach(&PartyId::new(party), &self.screening_ask("", &[], threat));
        let name = |id: &PartyId| index.party(id).map_or_else(|| id.0.clone(), |party| party.label().to_owned());
        let mut ways = Vec::new();
        for (order, route) in (0_u32..).zip(&reach.routes) {
            let Some(hop) = route.hops.first() else { continue };
            // A first step that no channel of ours leads to is for people to find; it is not a plan.
            let (Some(channel), Some(address)) = (hop.channel, &hop.address) else { continue };
            let onward = (hop.party != route.to).then(|| name(&route.to));
            let capacity = match (&onward, hop.party.as_str() == party) {
                (Some(_), _) => Capacity::Intermediary,
                (None, true) => Capacity::IntendedVictim,
                (None, false) => Capacity::Protector,
            };
            ways.push(Way {
                recipient: name(&hop.party),
                party: Some(hop.party.0.clone()),
                capacity,
                onward_to: onward,
                channel,
                address: address.clone(),
                order,
                why: route.why.join(" "),
            });
        }
        Ok(ways)
    }

    /// Minutes the policy gives for an acknowledgement after a delivery.
    pub(crate) fn acknowledge_within(victim: &IntendedVictim) -> u32 {
        let due = |kind| victim.assessment().and_then(|known| known.deadline(kind)).map(|deadline| deadline.by);
        match (due(DeadlineKind::Deliver), due(DeadlineKind::Acknowledge)) {
            (Some(deliver), Some(acknowledge)) => {
                u32::try_from(acknowledge.duration_since(deliver).as_mins()).unwrap_or(ACKNOWLEDGE_WITHIN).max(15)
            }
            (Some(_) | None, Some(_) | None) => ACKNOWLEDGE_WITHIN,
        }
    }

    /// A way as a planned delivery, with its own one-time link; the second part is what the rendering shows.
    pub(crate) fn planned(&self, way: &Way, within_minutes: u32) -> Result<(PlannedDelivery, Addressee), AppError> {
        let id: DeliveryId = self.ids.new_id(self.clock.now());
        let token = Token::from_bits(&self.ids.bytes::<20>()).map_err(AppError::fault)?;
        let linked = matches!(way.channel, ChannelKind::Email | ChannelKind::Webhook | ChannelKind::Letter);
        let onward_to = way.onward_to.as_ref().map(|name| Recipient {
            party: None,
            name: name.clone(),
            capacity: Capacity::Protector,
        });
        let planned = PlannedDelivery {
            id,
            recipient: Recipient { party: way.party.clone(), name: way.recipient.clone(), capacity: way.capacity },
            onward_to,
            channel: way.channel,
            address: way.address.clone(),
            order: way.order,
            acknowledge_within_minutes: within_minutes,
            ack_digest: linked.then(|| token.digest().to_string()),
            retry_after_seconds: RETRIES.to_vec(),
        };
        // The words name the one they are for; who passes them on stands beside.
        let (name, via) = match &way.onward_to {
            Some(onward) => (onward.clone(), Some(way.recipient.clone())),
            None => (way.recipient.clone(), None),
        };
        let ack_url = linked.then(|| token.link(&format!("{}/a", self.config.public_url.trim_end_matches('/'))));
        Ok((planned, Addressee { name, channel: way.channel, via, ack_url }))
    }
}
