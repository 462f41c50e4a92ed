//! The help of the command line, and the messages about wrong usage.

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, CommandFactory};

use super::{Cli, Ending};

/// Settings that every command uses.
const EVERYWHERE: [&str; 4] = ["data_dir", "json", "now", "log"];
/// Commands whose help shows the settings of the running server, and the prefix of those settings.
const SHOWN: [(&str, &str); 3] = [("run", ""), ("papers", "papers_"), ("health", "web_listen")];

/// The command line. Each command's help shows its own options and the settings for every command. The help of `cairn`
/// and `cairn run` also shows the settings of the running server. Every command accepts all of them.
pub fn command() -> Command {
    let is_everywhere = |arg: &Arg| EVERYWHERE.contains(&arg.get_id().as_str());
    let headed = |arg: Arg| {
        let heading = if is_everywhere(&arg) { "Everywhere" } else { "Settings of what runs" };
        arg.help_heading(heading)
    };
    let command = Cli::command().mut_args(headed);
    let settings: Vec<Arg> = command.get_arguments().filter(|arg| !is_everywhere(arg)).cloned().collect();
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let shown = SHOWN.iter().find(|(shown, _)| *shown == name).map(|(_, prefix)| *prefix);
        let hidden =
            settings.iter().filter(|arg| shown.is_none_or(|prefix| !arg.get_id().as_str().starts_with(prefix)));
        let hidden: Vec<Arg> = hidden.map(|arg| arg.clone().hide(true)).collect();
        command.mut_subcommand(name, |command| command.args(hidden))
    })
}

/// Clap's message in one sentence; help and version unchanged.
pub fn told(error: &clap::Error) -> Ending {
    if !error.use_stderr() {
        // If standard output is closed, nothing can be done.
        let _ = error.print();
        return Ending::Well;
    }
    let text = error.to_string();
    let text = match error.get(ContextKind::InvalidValue) {
        // Hide an address, which may contain a password.
        Some(ContextValue::String(value)) if value.contains('@') => text.replace(value.as_str(), "…"),
        _ => text,
    };
    // Clap puts missing values on separate, indented lines.
    let told: Vec<&str> =
        text.lines().take_while(|l| !l.trim().is_empty() && !l.starts_with("Usage")).map(str::trim).collect();
    let told = told.join(" ");
    let told = told.trim_start_matches("error: ").trim_end_matches(['.', ':']);
    let told = if told.is_empty() { "a command is missing" } else { told };
    let mut first = told.chars();
    let capital: String = first.next().into_iter().flat_map(char::to_uppercase).collect();
    let meant = meant(error).map(|meant| format!("; did you mean '{meant}'? See")).unwrap_or("; see".to_owned());
    Ending::Usage(format!("{capital}{}{meant} `{} --help`.", first.as_str(), called(&text)))
}

/// The suggested spelling, if there is one.
fn meant(error: &clap::Error) -> Option<String> {
    [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue].into_iter().find_map(
        |kind| match error.get(kind)? {
            ContextValue::String(one) => Some(one.clone()),
            // The best suggestion comes last.
            ContextValue::Strings(several) => several.last().cloned(),
            _ => None,
        },
    )
}

/// The command that was called, from its usage: `cairn guides diff`.
fn called(text: &str) -> String {
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap_or_default();
    let words =
        usage.split_whitespace().skip(1).take_while(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    std::iter::once("cairn").chain(words.take_while(|word| !word.starts_with('-'))).collect::<Vec<_>>().join(" ")
}
