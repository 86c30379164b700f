//! What people do about a delivery: record what happened, print what to carry, send it another way, say that they have
//! told somebody themselves, stop it. Always one step away.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::delivery::DeliveryState;
use domain::threat::{Capacity, Delivery, Threat, Warning};
use domain::{ChannelKind, DeliveryId};
use maud::{Markup, html};
use serde::Deserialize;

use super::writing::capacities;
use super::{Done, Fields, Told, Visitor, back, given};
use crate::app::{ByHand, Way};
use crate::desk::Desk;
use crate::error::AppError;
use crate::http::api::id;

/// What can be recorded of one delivery.
pub fn delivery_forms(threat: &Threat, delivery: &Delivery) -> Markup {
    let path = format!("/threats/{}/deliveries/{}", threat.id, delivery.id);
    html! {
        div .forms {
            @if delivery.acknowledgements.is_empty() || delivery.planned.onward_to.is_some() { details {
                summary { "Record an acknowledgement" }
                form .stack method="post" action={ (path) "/acknowledgements" } {
                    label { "Who acknowledged, by name" input name="person" required maxlength="200"; }
                    label { "In what capacity" select name="capacity" { (capacities()) } }
                    label { "In their words" input name="words" maxlength="2000"; }
                    button type="submit" { "Record this acknowledgement" }
                }
            } }
            @if delivery.state.open() { details {
                summary { "Record a receipt" }
                form .stack method="post" action={ (path) "/receipts" } {
                    p .hint { "A receipt is not an acknowledgement: it says how far the words got, and the clock goes on." }
                    label { "What the carrier, or you who carried it, can say" select name="state" {
                        option value="handed_over" { "handed over to the next hop" } option value="delivered" { "delivered to the recipient" }
                        option value="opened" { "opened" } option value="failed" { "failed: this way is closed" }
                    } }
                    label { "How you know" input name="evidence" required maxlength="2000"; }
                    button type="submit" { "Record this receipt" }
                }
            }
            details {
                summary { "Stop this delivery" }
                form .stack method="post" action={ (path) "/stopped" } {
                    p { "No further attempt is made this way. What has left cannot be called back." }
                    label { "Reason" input name="reason" required maxlength="2000"; }
                    button type="submit" { "Stop this delivery" }
                }
            } }
        }
    }
}

/// What can be done about a warning as a whole.
pub fn warning_forms(threat: &Threat, warning: &Warning) -> Markup {
    let path = format!("/threats/{}/warnings/{}", threat.id, warning.id);
    html! {
        div .forms {
            details {
                summary { "I have told them myself" }
                form .stack method="post" action={ (path) "/told" } {
                    label { "Whom you told" input name="recipient" required maxlength="200" list={ "names-" (warning.id) }; }
                    datalist id={ "names-" (warning.id) } { @for name in names(threat, warning) { option value=(name) {} } }
                    label { "In what capacity" select name="capacity" { (capacities()) } }
                    label { "How" select name="channel" { option value="in_person" { "in person" } option value="telephone" { "by telephone" } } }
                    label { "When, where, and how you knew that it was them" input name="evidence" required maxlength="2000"; }
                    label { "Who said that they have it, by name " span .hint { "Empty if nobody did." } input name="person" maxlength="200"; }
                    label { "In their words" input name="words" maxlength="2000"; }
                    button type="submit" { "Record that I told them" }
                }
            }
            details {
                summary { "Send it another way" }
                form .stack method="post" action={ (path) "/ways" } {
                    p .hint { "The approval names recipients and channels: here the same words go to another address of the same recipient. For another channel, recipient or intermediary, write a draft." }
                    label { "Which" select name="like" { @for delivery in threat.deliveries_of(warning.id).filter(|known| known.planned.ack_digest.is_some() || !known.planned.address.is_empty()) {
                        option value=(delivery.id) { (delivery.planned.channel) " to " (delivery.planned.recipient.name) @if let Some(onward) = &delivery.planned.onward_to { ", for " (onward.name) } }
                    } } }
                    label { "E-mail address, URL or postal line " span .hint { "Empty: the same as before." } input name="address" maxlength="500"; }
                    label { "Reason" input name="reason" required maxlength="2000"; }
                    button type="submit" { "Send it this way" }
                }
            }
        }
    }
}

/// Everybody a warning goes to or through, each once.
fn names(threat: &Threat, warning: &Warning) -> Vec<String> {
    let mut names = Vec::new();
    for delivery in threat.deliveries_of(warning.id) {
        let onward = delivery.planned.onward_to.as_ref().map(|onward| onward.name.clone());
        names.extend(onward.into_iter().chain([delivery.planned.recipient.name.clone()]));
    }
    names.sort();
    names.dedup();
    names
}

/// What happened on the way.
#[derive(Deserialize)]
pub struct ReceiptForm {
    state: DeliveryState,
    evidence: String,
}

/// Records a receipt.
pub async fn receipt(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, delivery)): Path<(String, String)>,
    Fields(form): Fields<ReceiptForm>,
) -> Done {
    desk.record_receipt(visitor.ask(), id(&threat)?, id(&delivery)?, form.state, &form.evidence).await?;
    Ok(back(&threat, "deliveries"))
}

/// Who acknowledged.
#[derive(Deserialize)]
pub struct AckForm {
    person: String,
    capacity: Capacity,
    words: String,
}

/// Records an acknowledgement.
pub async fn acknowledge(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, delivery)): Path<(String, String)>,
    Fields(form): Fields<AckForm>,
) -> Done {
    desk.acknowledge(visitor.ask(), id(&threat)?, id(&delivery)?, form.capacity, &form.person, &form.words).await?;
    Ok(back(&threat, "deliveries"))
}

/// Why a delivery stops.
#[derive(Deserialize)]
pub struct StopForm {
    reason: String,
}

/// Stops a delivery.
pub async fn stop(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, delivery)): Path<(String, String)>,
    Fields(form): Fields<StopForm>,
) -> Done {
    desk.stop_delivery(visitor.ask(), id(&threat)?, id(&delivery)?, &form.reason).await?;
    Ok(back(&threat, "deliveries"))
}

/// Whom somebody told, and what was said.
#[derive(Deserialize)]
pub struct ToldForm {
    recipient: String,
    capacity: Capacity,
    channel: ChannelKind,
    evidence: String,
    person: String,
    words: String,
}

/// Records that the person asking has told a recipient themselves.
pub async fn told(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, warning)): Path<(String, String)>,
    Fields(form): Fields<ToldForm>,
) -> Done {
    let ToldForm { recipient, capacity, channel, evidence, person, words } = form;
    let told = ByHand { recipient, capacity, channel, evidence, person, words };
    desk.told_by_hand(visitor.ask(), id(&threat)?, id(&warning)?, &told).await?;
    Ok(back(&threat, "deliveries"))
}

/// Another way for words that are approved.
#[derive(Deserialize)]
pub struct WayForm {
    like: String,
    address: String,
    reason: String,
}

/// Sends an approved warning another way.
pub async fn another_way(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, warning)): Path<(String, String)>,
    Fields(form): Fields<WayForm>,
) -> Done {
    let like: DeliveryId = id(&form.like)?;
    let known = desk.threat(id(&threat)?).await?;
    let planned = &known.delivery(like).ok_or_else(|| AppError::not_found("delivery"))?.planned;
    let way = Way {
        party: planned.recipient.party.clone(),
        recipient: planned.recipient.name.clone(),
        capacity: planned.recipient.capacity,
        onward_to: planned.onward_to.as_ref().map(|onward| onward.name.clone()),
        channel: planned.channel,
        address: given(form.address).unwrap_or_else(|| planned.address.clone()),
        order: 0,
        why: String::new(),
    };
    desk.send_another_way(visitor.ask(), id(&threat)?, id(&warning)?, way, &form.reason).await?;
    Ok(back(&threat, "deliveries"))
}

/// The letter or task sheet of a delivery, to print and carry.
pub async fn sheet(
    State(desk): State<Arc<Desk>>,
    visitor: Visitor,
    Path((threat, delivery)): Path<(String, String)>,
) -> Result<Response, Told> {
    let sheet = desk.sheet(visitor.ask(), id(&threat)?, id(&delivery)?).await?;
    let disposition = format!("attachment; filename=\"{}\"", sheet.name);
    let headers = [(header::CONTENT_TYPE, sheet.media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, sheet.bytes).into_response())
}
