//! What can be seen again, and how it is shown.

use crate::outbox::Embed;
use crate::outbox::press::Thing;
use crate::papers::{ArxivId, archive};
use crate::store::Store;
use crate::text::{cut, escape};
use crate::wiki::search::{self, CHOICES, Found};
use crate::wiki::{self, Platform, Snippet};
use crate::{Error, Kind, Result};

/// The most characters of an abstract.
const ABSTRACT: usize = 600;

/// Something as it is now.
pub struct Shown {
    /// What it is called. Text from outside.
    pub title: String,
    /// The thing itself, or its beginning.
    pub embed: Embed,
}

/// Where something is.
pub fn address(thing: &Thing, base: &str) -> String {
    match thing {
        Thing::Section(place) => {
            let (page, anchor) = split(place);
            wiki::link(base, page, anchor)
        }
        Thing::Paper(id) => id.parse::<ArxivId>().map_or_else(|_| base.to_owned(), |id| id.abs()),
    }
}

/// Something as it is now; none if it is gone.
pub async fn shown(store: &Store, base: &str, thing: &Thing) -> Result<Option<Shown>> {
    match thing {
        Thing::Section(place) => section(store, base, place).await,
        Thing::Paper(id) => paper(store, id).await,
    }
}

fn split(place: &str) -> (&str, &str) {
    place.split_once('#').unwrap_or((place, ""))
}

async fn section(store: &Store, base: &str, place: &str) -> Result<Option<Shown>> {
    let (page, anchor) = split(place);
    let found = match anchor {
        "" => beginning(store, base, page).await?,
        anchor => wiki::section(store, page, anchor, base).await?,
    };
    Ok(found.map(|snippet| {
        let snippet = snippet.for_platform(Platform::Discord);
        let title = snippet.name();
        let footer = Some(format!("reviewed {} · revision {}", snippet.reviewed, snippet.revision));
        let link = Some(snippet.link);
        Shown { embed: Embed { title: title.clone(), link, text: snippet.text, footer, ..Embed::default() }, title }
    }))
}

async fn beginning(store: &Store, base: &str, page: &str) -> Result<Option<Snippet>> {
    match wiki::page(store, page).await {
        Ok(stored) => Ok(stored.page.sections.first().map(|section| stored.snippet(section, base))),
        Err(error) if error.kind() == Some(Kind::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn paper(store: &Store, id: &str) -> Result<Option<Shown>> {
    let Ok(id) = id.parse::<ArxivId>() else { return Ok(None) };
    let Some((_, entry)) = archive::paper(&mut *store.read().await?, &id).await? else { return Ok(None) };
    let text = escape::markdown(&cut::sentences(&entry.summary, ABSTRACT));
    let link = Some(entry.id.abs());
    let embed = Embed { title: escape::markdown(&entry.title), link, text, ..Embed::default() };
    Ok(Some(Shown { title: entry.title, embed }))
}

/// What a typed or chosen text means: a page or section by its name, a paper by its id, link or title, or the one section
/// that answers it.
///
/// # Errors
/// Refused if that is nothing, or not one thing.
pub async fn meant(store: &Store, base: &str, typed: &str) -> Result<Thing> {
    let typed = typed.trim();
    let place = if typed.contains('#') { typed.to_owned() } else { format!("{typed}#") };
    if section(store, base, &place).await?.is_some() {
        return Ok(Thing::Section(place));
    }
    match archive::meant(store, typed).await {
        Ok(id) => return Ok(Thing::Paper(id.to_string())),
        Err(Error::Refused(_)) => {}
        Err(fault) => return Err(fault),
    }
    match search::search(store, typed, CHOICES, base, "").await?.found() {
        Found::Clear(hit) => {
            let anchor = hit.snippet.link.split_once('#').map_or("", |(_, anchor)| anchor);
            Ok(Thing::Section(format!("{}#{anchor}", hit.snippet.page)))
        }
        _ => Err(Error::of(
            Kind::NotFound,
            "That is no one section or paper; choose one of those offered while you type, or press “Remind me” below one.",
        )),
    }
}
