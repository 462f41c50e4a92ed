//! What a community itself tells of its members: their name there, and their role. Asked when somebody acts where no
//! platform tells it along with the act, as on the console.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::entry::Guest;
use super::{Community, Home, HomeModerator, Moderator, Role};
use crate::{Error, Result};

/// How long a role counts after it was told, for who looks.
pub const LOOKS: Duration = Duration::from_secs(30);
/// The same for who acts.
pub const ACTS: Duration = Duration::from_secs(2);
/// How long a name counts.
const NAME: Duration = Duration::from_secs(600);
/// After so many members, those who were told long ago are forgotten.
const TIDY: usize = 1_000;

/// A member, as their community tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What they are called there.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// What a community, its roles and its channels are called, by their ids; empty if nobody tells.
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
    /// A role as people know it; the id if its name is not known.
    pub fn role(&self, id: &str) -> String {
        self.roles.get(id).map_or_else(|| id.to_owned(), |name| format!("@{}", name.trim_start_matches('@')))
    }

    /// A channel as people know it; the id if its name is not known.
    pub fn channel(&self, id: &str) -> String {
        self.channels.get(id).map_or_else(|| id.to_owned(), |name| format!("#{name}"))
    }
}

/// The names of a community's places, on their way.
pub type Naming = Pin<Box<dyn Future<Output = Result<Places>> + Send>>;
/// An answer on its way; nothing for who is no member.
pub type Telling = Pin<Box<dyn Future<Output = Result<Option<Member>>> + Send>>;
/// What was said last of each member of each community, and when.
type Known = HashMap<(Community, String), (Instant, Option<Member>)>;
type Ask = Box<dyn Fn(Community, String) -> Telling + Send + Sync>;
type AskNames = Box<dyn Fn(Community) -> Naming + Send + Sync>;

/// Who asks the platforms, and what they said lately.
#[derive(Default)]
pub struct Members {
    discord: OnceLock<Ask>,
    names: OnceLock<AskNames>,
    known: Mutex<Known>,
    named: Mutex<HashMap<Community, (Instant, Places)>>,
}

impl Members {
    /// From now on, Discord is asked in this way for a member of a server by their identity, such as `discord:123`.
    pub fn ask_discord(&self, ask: impl Fn(Community, String) -> Telling + Send + Sync + 'static) {
        // The first connection asks for all that follow: they share one REST.
        let _ = self.discord.set(Box::new(ask));
    }

    /// From now on, Discord is asked in this way for the names of a server's places.
    pub fn ask_discord_for_names(&self, ask: impl Fn(Community) -> Naming + Send + Sync + 'static) {
        let _ = self.names.set(Box::new(ask));
    }

    /// What a community, its roles and channels are called; nothing if nobody tells in time.
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

    /// The proof that a guest of the console is a moderator of home, as was told at most `fresh` ago ([`LOOKS`], [`ACTS`]);
    /// `to` says what for.
    ///
    /// # Errors
    /// Refused to everybody else, and if their community does not answer.
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

    /// What somebody is called in a community; their identity if nobody tells in time.
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
        // Each entry is whole, whatever became of the thread that wrote it.
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
