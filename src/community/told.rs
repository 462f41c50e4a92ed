//! Asks communities for the names and roles of their members. Needed where the platform does not send them with the
//! act, as on the console.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::entry::Guest;
use super::{Community, Home, HomeModerator, Moderator, Role};
use crate::{Error, Result};

/// How long a role is trusted for reading.
pub const LOOKS: Duration = Duration::from_secs(30);
/// How long a role is trusted for changes.
pub const ACTS: Duration = Duration::from_secs(2);
/// How long a name is trusted.
const NAME: Duration = Duration::from_secs(600);
/// From this many members on, old answers are deleted.
const TIDY: usize = 1_000;

/// A member, as the community reports them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their name there.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// The names of a community, its roles and its channels, by id; empty if they are not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// The community's own name.
    pub name: Option<String>,
    /// Its roles.
    pub roles: HashMap<String, String>,
    /// Its channels.
    pub channels: HashMap<String, String>,
}

impl Places {
    /// A role's name; its id if the name is not known.
    pub fn role(&self, id: &str) -> String {
        self.roles.get(id).map_or_else(|| id.to_owned(), |name| format!("@{}", name.trim_start_matches('@')))
    }

    /// A channel's name; its id if the name is not known.
    pub fn channel(&self, id: &str) -> String {
        self.channels.get(id).map_or_else(|| id.to_owned(), |name| format!("#{name}"))
    }
}

/// A future answer with the names of a community.
pub type Naming = Pin<Box<dyn Future<Output = Result<Places>> + Send>>;
/// A future answer about a member; `None` if the person is not a member.
pub type Telling = Pin<Box<dyn Future<Output = Result<Option<Member>>> + Send>>;
/// The last answer about each member of each community, and its time.
type Known = HashMap<(Community, String), (Instant, Option<Member>)>;
type Ask = Box<dyn Fn(Community, String) -> Telling + Send + Sync>;
type AskNames = Box<dyn Fn(Community) -> Naming + Send + Sync>;

/// Asks the platforms, and caches their answers.
#[derive(Default)]
pub struct Members {
    discord: OnceLock<Ask>,
    names: OnceLock<AskNames>,
    known: Mutex<Known>,
    named: Mutex<HashMap<Community, (Instant, Places)>>,
}

impl Members {
    /// Sets how to ask Discord about a member of a server, by an identity such as `discord:123`.
    pub fn ask_discord(&self, ask: impl Fn(Community, String) -> Telling + Send + Sync + 'static) {
        // The first connection asks for all later ones: they share one REST client.
        let _ = self.discord.set(Box::new(ask));
    }

    /// Sets how to ask Discord for the names of a server.
    pub fn ask_discord_for_names(&self, ask: impl Fn(Community) -> Naming + Send + Sync + 'static) {
        let _ = self.names.set(Box::new(ask));
    }

    /// The names of a community, its roles and its channels; empty if nobody answers.
    pub async fn places(&self, community: &Community, now: Instant) -> Places {
        let known = || self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((when, places)) = known().get(community)
            && now.saturating_duration_since(*when) < NAME
        {
            return places.clone();
        }
        let (Community::Discord(_), Some(ask)) = (community, self.names.get()) else { return Places::default() };
        let Ok(places) = ask(community.clone()).await else { return Places::default() };
        known().insert(community.clone(), (now, places.clone()));
        places
    }

    /// Proves that a guest of the console is a moderator of home, with an answer not older than `fresh` ([`LOOKS`],
    /// [`ACTS`]). `to` says why.
    ///
    /// # Errors
    /// Refused to everybody else, and if the community cannot be asked.
    pub async fn moderator(
        &self,
        home: &Home,
        guest: &Guest,
        to: &str,
        fresh: Duration,
        now: Instant,
    ) -> Result<HomeModerator> {
        let Some(community) = &guest.community else { return HomeModerator::operator(&guest.actor) };
        let member = self.member(community, &guest.actor, fresh, now).await?;
        let role = member.map_or(Role::Reader, |member| member.role);
        if role < Role::Editor {
            return Err(Role::Editor.needed(to));
        }
        home.moderator(Moderator::checked(&guest.actor, role, community.clone())?, to)
    }

    /// A person's name in a community; the identity if nobody answers.
    pub async fn name(&self, community: Option<&Community>, actor: &str, now: Instant) -> String {
        let told = match community {
            Some(community) if actor.starts_with("discord:") => self.member(community, actor, NAME, now).await,
            _ => Ok(None),
        };
        told.ok().flatten().map_or_else(|| actor.to_owned(), |member| member.name)
    }

    async fn member(&self, at: &Community, actor: &str, fresh: Duration, now: Instant) -> Result<Option<Member>> {
        let key = (at.clone(), actor.to_owned());
        if let Some((when, member)) = self.known().get(&key)
            && now.saturating_duration_since(*when) < fresh
        {
            return Ok(member.clone());
        }
        let ask = match at {
            Community::Discord(_) => self.discord.get(),
            Community::Reddit(_) => None,
        };
        let ask = ask.ok_or_else(|| {
            Error::refused(format!("Nobody can be asked now who moderates {at}; enter with: cairn console"))
        })?;
        let member = ask(at.clone(), actor.to_owned()).await?;
        let mut known = self.known();
        if known.len() >= TIDY {
            known.retain(|_, (when, _)| now.saturating_duration_since(*when) < NAME);
        }
        known.insert(key, (now, member.clone()));
        Ok(member)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // After a panic each entry is still consistent.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Members")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const HERE: Community = Community::Discord(1);

    fn guest(actor: &str) -> Guest {
        Guest { actor: actor.to_owned(), community: Some(HERE) }
    }

    #[tokio::test]
    async fn a_role_counts_for_a_while_and_shorter_for_who_acts() {
        let (members, asked, now) = (Members::default(), Arc::new(AtomicUsize::new(0)), Instant::now());
        let count = Arc::clone(&asked);
        members.ask_discord(move |_, _| {
            let role = if count.fetch_add(1, Ordering::SeqCst) == 0 { Role::Approver } else { Role::Reader };
            Box::pin(async move { Ok(Some(Member { name: "Mara".to_owned(), role })) })
        });
        let home = Home::named(Some("discord:1")).unwrap();
        let at = |seconds| now + Duration::from_secs(seconds);
        let by = members.moderator(&home, &guest("discord:7"), "edit", LOOKS, now).await.unwrap();
        assert_eq!((by.role(), by.actor()), (Role::Approver, "discord:7"));
        assert!(members.moderator(&home, &guest("discord:7"), "edit", LOOKS, at(29)).await.is_ok());
        assert!(members.moderator(&home, &guest("discord:7"), "edit", ACTS, at(29)).await.is_err());
        assert_eq!(members.name(Some(&HERE), "discord:7", at(500)).await, "Mara");
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn places_have_names_as_far_as_somebody_tells() {
        let (members, now) = (Members::default(), Instant::now());
        let nobody = members.places(&HERE, now).await;
        assert_eq!((nobody.role("5"), nobody.channel("6")), ("5".to_owned(), "6".to_owned()));
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        members.ask_discord_for_names(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            let named = |id: &str, name: &str| HashMap::from([(id.to_owned(), name.to_owned())]);
            let places = Places { name: None, roles: named("5", "@everyone"), channels: named("6", "beginners") };
            Box::pin(async move { Ok(places) })
        });
        for _ in 0..2 {
            let places = members.places(&HERE, now).await;
            assert_eq!((places.role("5"), places.channel("6")), ("@everyone".to_owned(), "#beginners".to_owned()));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn who_is_not_of_home_or_cannot_be_asked_for_is_refused() {
        let (members, now) = (Members::default(), Instant::now());
        let home = Home::named(Some("discord:2")).unwrap();
        assert!(members.moderator(&home, &guest("discord:7"), "edit", LOOKS, now).await.is_err());
        assert_eq!(members.name(Some(&HERE), "discord:7", now).await, "discord:7");
        members.ask_discord(|_, _| Box::pin(async { Ok(Some(Member { name: "Eve".into(), role: Role::Admin })) }));
        let refused = members.moderator(&home, &guest("discord:7"), "edit the wiki", LOOKS, now).await.unwrap_err();
        assert!(refused.to_string().starts_with("Only moderators of Cairn's home community can edit the wiki"));
        let operator = Guest { actor: "root".to_owned(), community: None };
        assert_eq!(members.moderator(&home, &operator, "edit", LOOKS, now).await.unwrap().role(), Role::Admin);
    }
}
