//! Where links of messages lead: within the playground what is only there, and the playground's own copy of the web page.

use crate::playground::SITE;
use crate::playground::stand_in::posts::Post;
use crate::playground::stand_in::state::{Id, State};
use crate::playground::stand_in::town::{Channel, kind};
use crate::playground::visit;

/// How Discord begins the address of a channel or a message.
const CHANNELS: &str = "https://discord.com/channels/";

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// To this address.
    To(String),
    /// To something that is said in this way, at this address.
    Said(String, String),
    /// Nowhere: the pretend server has no such channel or message.
    Nowhere,
}

impl Way {
    /// The address, if there is one.
    pub fn address(self) -> Option<String> {
        match self {
            Self::To(address) | Self::Said(_, address) => Some(address),
            Self::Nowhere => None,
        }
    }
}

/// Where an address of the web leads a reader. `site` is where the playground's own pages stand; links to them need no host,
/// by whatever name somebody came. Only the pretend server's links to Discord are meant here; real servers are where they are.
pub fn way(url: &str, site: &str, server: &State, who: &str) -> Way {
    if let Some(path) = url.strip_prefix(site).filter(|path| path.is_empty() || path.starts_with('/')) {
        return Way::To(format!("{SITE}{path}"));
    }
    let Some(rest) = url.strip_prefix(CHANNELS).and_then(|rest| rest.strip_prefix(&format!("{}/", server.town.guild)))
    else {
        return Way::To(url.to_owned());
    };
    let mut ids = rest.split('/').map(|id| id.parse::<Id>().unwrap_or(0));
    let (channel, message) = (ids.next().unwrap_or(0), ids.next());
    let me = server.town.people.iter().find(|person| person.name == who).map_or(0, |person| person.id);
    let Some(place) = server.town.channels.get(&channel).filter(|channel| visit::may_see(channel, me)) else {
        return Way::Nowhere;
    };
    let address = format!("/playground?as={who}&in={channel}");
    let Some(message) = message else { return Way::Said(title(place), address) };
    let is_there = |post: &&Post| post.channel == channel && post.ephemeral_for.is_none_or(|only| only == me);
    match server.posts.all.get(&message).filter(is_there) {
        Some(_) => Way::Said(format!("{} › message", title(place)), format!("{address}#{}", anchor(message))),
        None => Way::Nowhere,
    }
}

/// The name of a message's place on the page.
pub fn anchor(message: Id) -> String {
    format!("m{message}")
}

fn title(channel: &Channel) -> String {
    if channel.kind == kind::DM { "Messages to you".to_owned() } else { format!("#{}", channel.name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Clock;
    use crate::playground::stand_in::town::Town;

    #[test]
    fn only_what_is_only_here_leads_elsewhere_than_it_says() {
        let mut town = Town::new("Test", "general", "Cairn");
        let (noor, ivo) = (town.person("Noor"), town.person("Ivo"));
        let (guild, general) = (town.guild, town.channel_named("general").expect("a channel"));
        let own = town.dm_with(noor);
        let mut server = State::new("t", town, Clock::starting(None));
        let post = server.posts.keep(Post::new(77, general, ivo, server.clock.now()));
        let leads = |url: &str, who: &str| way(url, "http://127.0.0.1:8080/playground/site", &server, who);
        let to = |address: &str| Way::To(address.to_owned());
        for url in [
            "https://discord.com/channels/1/2/3",
            "https://discord.com/oauth2/authorize",
            "https://e.example/playground/site/guides",
            "http://127.0.0.1:8080/playground/sites",
            "http://127.0.0.1:8080/guides",
        ] {
            assert_eq!(leads(url, "Noor"), to(url));
        }
        assert_eq!(leads("http://127.0.0.1:8080/playground/site", "Noor"), to("/playground/site"));
        let page = leads("http://127.0.0.1:8080/playground/site/guides/math#a", "Noor");
        assert_eq!(page, to("/playground/site/guides/math#a"));
        let base = format!("https://discord.com/channels/{guild}");
        let place = format!("/playground?as=Noor&in={general}");
        let said = Way::Said("#general › message".into(), format!("{place}#m{post}"));
        assert_eq!(leads(&format!("{base}/{general}/{post}"), "Noor"), said);
        assert_eq!(leads(&format!("{base}/{general}"), "Noor"), Way::Said("#general".into(), place));
        for gone in [format!("{general}/7"), format!("{own}/{post}"), "7".into(), "x".into(), String::new()] {
            assert_eq!(leads(&format!("{base}/{gone}"), "Noor"), Way::Nowhere, "{gone}");
        }
        assert_eq!(leads(&format!("{base}/{own}"), "Ivo"), Way::Nowhere, "a conversation of somebody else");
    }
}
