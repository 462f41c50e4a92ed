//! Which community the desks are about: the one somebody moderates, or the first one that is home.

use maud::{Markup, html};

use super::Console;
use super::frame::{self, Place};
use super::guard::Signed;
use crate::community::Community;
use crate::{Error, Result};

/// The community that somebody's desks are about; none if there is no home.
pub fn community(console: &Console, signed: &Signed) -> Option<Community> {
    let homes = console.app.home.all();
    let discord = homes.iter().find(|home| matches!(home, Community::Discord(_)));
    signed.by.community().or(discord).or(homes.first()).cloned()
}

/// The same, for acts.
///
/// # Errors
/// Refused if there is no home.
pub fn must_have(console: &Console, signed: &Signed) -> Result<Community> {
    community(console, signed).ok_or_else(|| Error::refused(NOWHERE))
}

const NOWHERE: &str = "Cairn has no home community yet; set CAIRN_HOME, or add the bot to one server.";

/// A page for a desk without a community.
///
/// # Errors
/// A fault if the database cannot be read.
pub async fn nowhere(console: &Console, signed: &Signed, place: Place, title: &str) -> Result<Markup> {
    frame::page(console, signed, place, title, html! { h1 { (title) } p.lead { (NOWHERE) } }).await
}
