//! Texts about subscriptions, as Markdown.

use std::fmt;

use jiff::Timestamp;

use super::{Subscription, Wishes};
use crate::outbox::Target;
use crate::papers::schedule::Schedule;

/// A new or changed subscription.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscribed {
    /// Whether it is new.
    pub is_new: bool,
    /// The subscription.
    pub subscription: Subscription,
}

impl fmt::Display for Subscribed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Subscription { target, wishes, due, .. } = &self.subscription;
        let gets = match (self.is_new, target) {
            (true, Target::DiscordDm(_)) => "You get the week's papers by direct message".to_owned(),
            (false, Target::DiscordDm(_)) => "Changed: you get the week's papers by direct message".to_owned(),
            (true, _) => format!("{} gets the week's papers", place(target)),
            (false, _) => format!("Changed: {} gets the week's papers", place(target)),
        };
        write!(f, "{gets} {wishes}. The next digest is due on {}.", moment(&wishes.schedule, *due))
    }
}

impl fmt::Display for Wishes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { schedule, include, exclude, min_votes, count, ping_role, threads } = self;
        let papers = if *count == 1 { "the most popular paper".to_owned() } else { format!("up to {count} papers") };
        let (weekday, zone) = (weekday(schedule.weekday), schedule.zone_name());
        write!(f, "every {weekday} at {:02}:00 ({zone}): {papers}", schedule.hour)?;
        if *min_votes > 0 {
            write!(f, " with at least {min_votes} upvotes")?;
        }
        if !include.is_empty() {
            write!(f, ", only about {}", quoted(include))?;
        }
        if !exclude.is_empty() {
            write!(f, ", nothing about {}", quoted(exclude))?;
        }
        if let Some(role) = ping_role {
            write!(f, ", ringing for <@&{role}>")?;
        }
        if *threads {
            write!(f, ", with a thread below each digest")?;
        }
        Ok(())
    }
}

/// A subscription that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribed {
    /// The target of its digests.
    pub target: Target,
}

impl fmt::Display for Unsubscribed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::DiscordDm(_) => f.write_str("You get no more papers by direct message."),
            target => write!(f, "{} gets no more papers.", place(target)),
        }
    }
}

/// A target as people see it.
pub fn place(target: &Target) -> String {
    match target {
        Target::DiscordChannel(id) => format!("<#{id}>"),
        Target::RedditPost(subreddit) => format!("r/{subreddit}"),
        other => other.to_string(),
    }
}

fn quoted(words: &[String]) -> String {
    // The words are the moderator's own; none of them may become markup.
    let plain = |word: &String| word.replace(['`', '*', '_', '[', ']', '<', '>', '@', '|', '~', '\\'], "");
    words.iter().map(|word| format!("“{}”", plain(word))).collect::<Vec<_>>().join(" or ")
}

fn weekday(day: jiff::civil::Weekday) -> &'static str {
    use jiff::civil::Weekday;
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// An instant in the schedule's time zone: `Monday 23 November 2026, 09:00 (Europe/Berlin)`.
pub fn moment(schedule: &Schedule, at: Timestamp) -> String {
    let local = schedule.zone.civil(at);
    format!("{} ({})", local.strftime("%A %-d %B %Y, %H:%M"), schedule.zone_name())
}
