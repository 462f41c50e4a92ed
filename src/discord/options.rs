//! An option of a command that is one of a few, sent by its name: unlike poise's numbers, that means the same in every
//! version.

use jiff::civil::Weekday;
use poise::{SlashArgError, serenity_prelude as serenity};
use serenity::{CommandInteraction, CommandOptionType, CreateCommandOption, ResolvedValue};

use crate::triage::Track;

/// What can be chosen among.
pub trait Offered: Copy + 'static {
    /// What is shown, what is sent, what it means.
    const ALL: &'static [(&'static str, &'static str, Self)];
}

/// What somebody has chosen.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<T>(pub T);

#[serenity::async_trait]
impl<T: Offered> poise::SlashArgument for Chosen<T> {
    async fn extract(
        _: &serenity::Context,
        _: &CommandInteraction,
        value: &ResolvedValue<'_>,
    ) -> Result<Self, SlashArgError> {
        let ResolvedValue::String(sent) = value else {
            return Err(SlashArgError::new_command_structure_mismatch("text"));
        };
        let found = T::ALL.iter().find(|(_, name, _)| name == sent);
        found.map(|(.., meant)| Self(*meant)).ok_or(SlashArgError::new_command_structure_mismatch("one of the choices"))
    }

    fn create(builder: CreateCommandOption) -> CreateCommandOption {
        let builder = builder.kind(CommandOptionType::String);
        T::ALL.iter().fold(builder, |builder, (shown, sent, _)| builder.add_string_choice(*shown, *sent))
    }
}

impl Offered for Track {
    const ALL: &'static [(&'static str, &'static str, Self)] =
        &[guide(Self::HighSchool), guide(Self::Engineer), guide(Self::Researcher), guide(Self::Hacker)];
}

const fn guide(track: Track) -> (&'static str, &'static str, Track) {
    (track.title(), track.slug(), track)
}

impl Offered for Weekday {
    const ALL: &'static [(&'static str, &'static str, Self)] = &[
        ("Monday", "Monday", Self::Monday),
        ("Tuesday", "Tuesday", Self::Tuesday),
        ("Wednesday", "Wednesday", Self::Wednesday),
        ("Thursday", "Thursday", Self::Thursday),
        ("Friday", "Friday", Self::Friday),
        ("Saturday", "Saturday", Self::Saturday),
        ("Sunday", "Sunday", Self::Sunday),
    ];
}
