//! A server's settings as one file, for the console and the command line: shown, changed, exported and imported. An
//! exported file can be imported again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::server::Server;
pub use super::settings::READINESS;
use super::settings::{Change, apply as apply_settings};
use super::sql::settings as settings_of;
use crate::community::{Community, Moderator, Role};
use crate::store::Store;
use crate::triage::{Bands, Track};
use crate::{Error, Result};

/// The settings of a Discord server. Ids are strings, because some programs round large numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Which community.
    pub community: String,
    /// The role that may edit the wiki.
    pub editor: Option<String>,
    /// The role that may publish.
    pub approver: Option<String>,
    /// The Discord role for each track.
    #[serde(default)]
    pub tracks: BTreeMap<String, String>,
    /// How sure triage must be to answer a post.
    pub bands: Bands,
    /// Whether posts' text may be read.
    pub reads: bool,
    /// Where posts are answered.
    #[serde(default)]
    pub channels: Vec<String>,
    /// The channel where moderators are notified of people who may be in danger.
    pub danger: Option<String>,
}

/// A setting that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The setting's name.
    pub name: String,
    /// The new value.
    pub value: String,
}

/// The result of changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Saved {
    /// The settings that were changed.
    pub changed: Vec<Changed>,
    /// The settings that were not changed, with the reasons.
    pub left_out: Vec<String>,
}

impl Settings {
    fn of(community: &Community, server: &Server) -> Self {
        let text = |id: Option<u64>| id.map(|id| id.to_string());
        Self {
            community: community.to_string(),
            editor: text(server.editor),
            approver: text(server.approver),
            tracks: server.tracks.iter().map(|(track, role)| (track.slug().to_owned(), role.to_string())).collect(),
            bands: server.bands,
            reads: server.reads,
            channels: server.channels.iter().map(u64::to_string).collect(),
            danger: text(server.danger),
        }
    }

    /// The name of the bands, if they are one of the presets.
    pub fn readiness(&self) -> Option<&'static str> {
        READINESS.iter().find(|(.., bands)| *bands == self.bands).map(|(name, ..)| *name)
    }
}

/// The settings of a community.
///
/// # Errors
/// Refused to everyone except the community's admins.
pub async fn read(store: &Store, by: &Moderator, community: &Community) -> Result<Settings> {
    by.must_be(Role::Admin, "see the settings")?;
    let guild = server(by, community)?;
    Ok(Settings::of(community, &settings_of(store, Some(guild)).await?))
}

/// Sets the bands to a preset.
///
/// # Errors
/// Refused to everyone except the community's admins, and if there is no such preset.
pub async fn set_readiness(
    store: &Store,
    by: &Moderator,
    community: &Community,
    name: &str,
    now: Timestamp,
) -> Result<Saved> {
    let known = READINESS.iter().find(|(known, ..)| *known == name).map(|(.., bands)| *bands);
    let bands = known.ok_or_else(|| Error::refused("Choose how readily posts shall be answered."))?;
    let settings = Settings { bands, ..read(store, by, community).await? };
    save(store, by, community, &settings, now).await
}

/// Applies an exported file to a community's settings. A new channel for danger is not imported: it is set on
/// Discord, where Cairn can check that it belongs to the server.
///
/// # Errors
/// Refused to everyone except the community's admins, and if the text is not such a file or is another community's.
pub async fn import(store: &Store, by: &Moderator, community: &Community, file: &str, now: Timestamp) -> Result<Saved> {
    let settings: Settings = serde_json::from_str(file).map_err(|cause| {
        let what = cause.to_string();
        let what = what.split(" at line ").next().unwrap_or_default().to_owned();
        Error::refused(format!(
            "That is no file of settings ({what}, line {}); export one to see how it looks.",
            cause.line()
        ))
    })?;
    if settings.community != community.to_string() {
        return Err(Error::refused(format!(
            "That file has the settings of {}, but this is {community}; roles and channels of another server mean nothing here.",
            settings.community
        )));
    }
    save(store, by, community, &settings, now).await
}

async fn save(
    store: &Store,
    by: &Moderator,
    community: &Community,
    settings: &Settings,
    now: Timestamp,
) -> Result<Saved> {
    by.must_be(Role::Admin, "change the settings")?;
    let guild = server(by, community)?;
    let mut tx = store.write().await?;
    let before = settings_of(store, Some(guild)).await?;
    let (changes, left_out) = changes(&before, settings)?;
    if !changes.is_empty() {
        apply_settings(&mut tx, by, guild, &changes, now).await?;
    }
    tx.commit().await?;
    let changed = changes.iter().map(|change| Changed { name: change.name(), value: change.value() }).collect();
    Ok(Saved { changed, left_out })
}

/// The changes from a server's settings to those of a file (pure).
fn changes(before: &Server, wanted: &Settings) -> Result<(Vec<Change>, Vec<String>)> {
    let id = |text: &Option<String>| text.as_deref().map(number).transpose();
    let Bands { answer, margin, ask } = wanted.bands;
    if ![answer, margin, ask].iter().all(|share| (0.0..=1.0).contains(share)) || ask > answer {
        return Err(Error::refused(
            "The bands lie between 0 and 1, and asking back needs no more than answering does.",
        ));
    }
    let mut all = Vec::new();
    let (editor, approver, danger) = (id(&wanted.editor)?, id(&wanted.approver)?, id(&wanted.danger)?);
    if editor != before.editor {
        all.push(Change::Editor(editor));
    }
    if approver != before.approver {
        all.push(Change::Approver(approver));
    }
    for name in wanted.tracks.keys() {
        name.parse::<Track>().map_err(|_| Error::refused(format!("There is no track “{name}”.")))?;
    }
    for track in Track::ALL {
        let role = id(&wanted.tracks.get(track.slug()).cloned())?;
        if role != before.role_for(track) {
            all.push(Change::Track(track, role));
        }
    }
    if wanted.bands != before.bands {
        all.push(Change::Bands(wanted.bands));
    }
    if wanted.reads != before.reads {
        all.push(Change::Reads(wanted.reads));
    }
    let channels = wanted.channels.iter().map(|text| number(text)).collect::<Result<Vec<u64>>>()?;
    let mut sorted = [channels.clone(), before.channels.clone()];
    sorted.iter_mut().for_each(|ids| ids.sort_unstable());
    if sorted[0] != sorted[1] {
        all.push(Change::Channels(channels));
    }
    let left_out = match danger {
        Some(_) if danger != before.danger => {
            vec!["the channel for people in danger, which is chosen with /mod settings on Discord".to_owned()]
        }
        None if before.danger.is_some() => {
            all.push(Change::Danger(None));
            Vec::new()
        }
        _ => Vec::new(),
    };
    Ok((all, left_out))
}

/// The Discord server of a community, if `by` moderates it.
fn server(by: &Moderator, community: &Community) -> Result<u64> {
    by.must_moderate(community)?;
    match community {
        Community::Discord(guild) => Ok(*guild),
        Community::Reddit(_) => Err(Error::refused("Subreddits have nothing here yet; choose a Discord server.")),
    }
}

fn number(text: &str) -> Result<u64> {
    let shown: String = text.chars().take(40).collect();
    let wrong = || Error::refused(format!("“{shown}” is no id; ids of roles and channels are long numbers."));
    text.trim().parse::<u64>().ok().filter(|id| *id > 0).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exported(server: &Server) -> Settings {
        Settings::of(&Community::Discord(7), server)
    }

    #[test]
    fn what_is_exported_changes_nothing_when_it_is_imported() {
        let server = Server {
            editor: Some(11),
            approver: Some(u64::MAX),
            tracks: vec![(Track::Engineer, 5)],
            channels: vec![9, 8],
            danger: Some(3),
            ..Server::default()
        };
        let json = serde_json::to_string(&exported(&server)).expect("JSON");
        let read: Settings = serde_json::from_str(&json).expect("settings");
        assert_eq!(changes(&server, &read).expect("it can be read"), (Vec::new(), Vec::new()));
        let (all, left) = changes(&Server::default(), &read).expect("it can be read");
        let mut after = Server::default();
        all.iter().for_each(|change| change.apply(&mut after));
        assert_eq!((after, left.len()), (Server { danger: None, ..server }, 1));
    }

    #[test]
    fn what_cannot_be_set_is_refused() {
        let good = exported(&Server::default());
        let bands = |answer, ask| Settings { bands: Bands { answer, margin: 0.1, ask }, ..good.clone() };
        for wrong in [
            Settings { editor: Some("the editors".into()), ..good.clone() },
            Settings { channels: vec!["0".into()], ..good.clone() },
            Settings { tracks: BTreeMap::from([("wizard".to_owned(), "5".to_owned())]), ..good.clone() },
            bands(1.5, 0.5),
            bands(0.5, 0.8),
        ] {
            assert!(changes(&Server::default(), &wrong).is_err(), "{wrong:?}");
        }
        assert!(changes(&Server::default(), &bands(0.9, 0.5)).is_ok());
    }
}
