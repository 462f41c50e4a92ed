//! The rights that the bot needs in a server, and the link that invites it with them (pure).

/// A right, by Discord's name in the settings of a role.
#[derive(Debug)]
pub struct Right {
    bit: u64,
    /// What Discord calls it.
    pub name: &'static str,
    /// What the bot does with it.
    pub purpose: &'static str,
    /// Whether the bot is of little use without it.
    is_needed: bool,
}

/// All that the bot asks for.
pub const RIGHTS: [Right; 8] = [
    needed(10, "View Channels", "to be in a channel at all"),
    needed(11, "Send Messages", "for papers, panels, rounds of focus and answers"),
    needed(14, "Embed Links", "for the week's papers"),
    needed(16, "Read Message History", "to see whether a message arrived, so that it is never sent twice"),
    needed(35, "Create Public Threads", "for reading together and for study buddies"),
    needed(38, "Send Messages in Threads", "to speak in these threads and in beginners' posts"),
    useful(28, "Manage Roles", "only for the roles of tracks, where you set some"),
    useful(51, "Pin Messages", "only to pin the panel of /mod panel"),
];

/// What the link asks for: the bot itself, and its commands.
const SCOPES: &str = "bot+applications.commands";
/// An administrator may do everything.
const ADMINISTRATOR: u64 = 1 << 3;

const fn needed(bit: u32, name: &'static str, purpose: &'static str) -> Right {
    Right { bit: 1 << bit, name, purpose, is_needed: true }
}

const fn useful(bit: u32, name: &'static str, purpose: &'static str) -> Right {
    Right { bit: 1 << bit, name, purpose, is_needed: false }
}

/// The link that invites the bot of this application with all [`RIGHTS`].
pub fn link(application: &str) -> String {
    let permissions = RIGHTS.iter().fold(0, |all, right| all | right.bit);
    format!("https://discord.com/oauth2/authorize?client_id={application}&scope={SCOPES}&permissions={permissions}")
}

/// The names of the needed rights that are not among these permissions.
pub fn lacking(given: u64) -> Vec<&'static str> {
    if given & ADMINISTRATOR != 0 {
        return Vec::new();
    }
    let lacks = |right: &&Right| right.is_needed && given & right.bit == 0;
    RIGHTS.iter().filter(lacks).map(|right| right.name).collect()
}

#[cfg(test)]
mod tests {
    use poise::serenity_prelude::Permissions;

    use super::*;

    #[test]
    fn the_readme_has_the_same_link() {
        let readme = include_str!("../../README.md");
        assert!(readme.contains(&format!("`{}`", link("APPLICATION_ID"))), "{}", link("APPLICATION_ID"));
    }

    #[test]
    fn rights_are_those_that_discord_calls_so() {
        for right in RIGHTS {
            let known = Permissions::from_bits_retain(right.bit);
            let name = known.get_permission_names().join(", ");
            // serenity is older than this one, which was split from Manage Messages.
            let expected = if right.name == "Pin Messages" { "" } else { right.name };
            // serenity says “View Channel”.
            let plain = |name: &str| name.to_lowercase().trim_end_matches('s').to_owned();
            assert_eq!(plain(&name), plain(expected));
        }
    }

    #[test]
    fn what_is_lacking_is_what_the_bot_cannot_do_without() {
        let all = RIGHTS.iter().fold(0, |all, right| all | right.bit);
        assert_eq!(lacking(all), [""; 0]);
        assert_eq!(lacking(ADMINISTRATOR), [""; 0]);
        assert_eq!(lacking(all & !(1 << 14 | 1 << 28)), ["Embed Links"]);
        assert_eq!(lacking(0).len(), 6);
    }
}
