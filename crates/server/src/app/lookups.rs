//! Looking somebody up in the register. Each look-up is on the record before it is answered.

use domain::lookup::{LookUp, LookUpEvent, MAY_SEE_LOOK_UPS, may_look_up};
use screening::Screening;
use store::{Cursor, Filter, Order, Page};

use crate::desk::{Ask, Desk};
use crate::error::AppError;
use crate::streams::state_of;

/// Longest text that is looked up, in bytes: names, or a paragraph.
const LONGEST: usize = 20_000;

impl Desk {
    /// Whom the register knows by these words. Who asked and why, and whom it named, goes on the record; the words do not.
    pub async fn look_up(&self, ask: &Ask, text: &str, reason: &str) -> Result<Screening, AppError> {
        let by = may_look_up(reason, &ask.actor)?.to_owned();
        let reason = super::answers::short(reason, "reason", 1000)?;
        if text.trim().is_empty() || text.len() > LONGEST {
            let problem =
                format!("is empty or has more than {LONGEST} bytes; give a name, or the words that name them");
            return Err(AppError::invalid("text", problem));
        }
        let index = self.screen().await?;
        let at = self.clock.now();
        let asked = screening::Ask { desk: self.config.party.as_ref(), ..screening::Ask::new(text, at) };
        let found = index.screen(&asked);
        let mut parties: Vec<String> = Vec::new();
        for hit in &found.hits {
            let party = hit.party.to_string();
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        let id = self.ids.new_id(at);
        let event = LookUpEvent::LookedUp { id, by: by.clone(), reason, found: parties };
        let (write, _) = self.load::<LookUp>(id).await?.write(self.borne(at), &by, &[event])?;
        // Without the idempotency key: the answer names people and is not kept, so asking again is another look-up.
        self.commit(&Ask::by(ask.actor.clone()), at, vec![write], &id).await?;
        Ok(found)
    }

    /// Who looked somebody up, newest first: for inspectors and senior officers.
    pub async fn look_ups(&self, ask: &Ask, after: Option<&Cursor>, limit: usize) -> Result<Page<LookUp>, AppError> {
        ask.actor.must_hold(&MAY_SEE_LOOK_UPS, "see who looked somebody up")?;
        let filter = Filter { order: Order::NewestFirst, ..Filter::default() };
        let page = self.store.list("lookup", &filter, after, limit).await?;
        let items = page.items.into_iter().filter_map(|row| state_of(row).transpose()).collect::<Result<_, _>>()?;
        Ok(Page { items, next: page.next })
    }
}
