//! `cairn config`: shows the settings without secrets and tests them; prints files for people who run Cairn.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Cli, Ending, say, say_json, say_whole};
use crate::config::{Clock, Config, SECRETS};
use crate::health::{Finding, Judgement};
use crate::store::{self, Store, rotation};
use crate::{App, Result, discord, error, reddit};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show the settings in force and try what they name, with a real call each
    Check,
    /// Print the steps that turn Discord on, with the link that invites your bot
    Discord,
    /// Print the steps that turn Reddit on, without its keys and with them
    Reddit,
    /// Print a unit for systemd
    Unit,
    /// Print a dashboard for Grafana
    Dashboard,
    /// Print five alerts for Prometheus
    Alerts,
    /// Print the settings of Litestream, which copies every change elsewhere
    Litestream,
}

impl Command {
    /// The file to print; `None` for the others.
    fn file(&self) -> Option<&'static str> {
        match self {
            Self::Check | Self::Discord | Self::Reddit => None,
            Self::Unit => Some(include_str!("packaging/cairn.service")),
            Self::Dashboard => Some(include_str!("packaging/dashboard.json")),
            Self::Alerts => Some(include_str!("packaging/alerts.yml")),
            Self::Litestream => Some(include_str!("packaging/litestream.yml")),
        }
    }
}

/// One setting as shown.
#[derive(Debug, Serialize)]
struct Setting {
    name: String,
    value: String,
    from: &'static str,
}

/// The JSON of the check.
#[derive(Serialize)]
struct Report {
    settings: Vec<Setting>,
    findings: Vec<Finding>,
}

/// Warn below this much free space, in bytes: the database, its log and backups need some.
const LITTLE_ROOM: u64 = 500 << 20;
/// Warn if the newest backup is this old. Backups are made every six hours.
const OLD_COPY: SignedDuration = SignedDuration::from_hours(13);

pub async fn run(command: Command, config: Config) -> Result<Ending> {
    if let Some(file) = command.file() {
        say_whole(file.trim_end())?;
        return Ok(Ending::Well);
    }
    let json = config.json;
    let report = Report { settings: settings(&config), findings: findings(config).await? };
    let wrong = report.findings.iter().any(|finding| finding.state == Judgement::Wrong);
    if json {
        say_json(&report)?;
    } else {
        say(&shown(&report))?;
    }
    Ok(if wrong { Ending::Partly } else { Ending::Well })
}

fn shown(report: &Report) -> String {
    let wide = report.settings.iter().map(|setting| setting.name.len()).max().unwrap_or(0);
    let settings = report.settings.iter().map(|s| format!("  {:wide$}  {}   ({})", s.name, s.value, s.from));
    let settings: Vec<String> = settings.collect();
    format!("Settings\n{}\n\nChecks\n{}", settings.join("\n"), listed(&report.findings))
}

/// Findings as lines.
pub fn listed(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let mark = match finding.state {
            Judgement::Well => "ok   ",
            Judgement::ToDo => "to do",
            Judgement::Wrong => "wrong",
        };
        format!("  {mark}  {}: {}", finding.about, finding.told)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The settings with a variable, their values and their sources.
fn settings(config: &Config) -> Vec<Setting> {
    let Ok(matches) = Cli::command().try_get_matches() else { return Vec::new() };
    let deepest = deepest(&matches);
    let mut all: Vec<Setting> = Cli::command()
        .get_arguments()
        .filter_map(|arg| Some((arg.get_id().clone(), arg.get_env()?.to_string_lossy().into_owned())))
        .map(|(id, name)| {
            let from = match deepest.value_source(id.as_str()) {
                Some(ValueSource::EnvVariable) => "environment or .env",
                Some(ValueSource::CommandLine) => "command line",
                _ => "default",
            };
            let values = deepest.get_raw(id.as_str()).into_iter().flatten();
            let values: Vec<_> = values.map(|value| without_password(&value.to_string_lossy())).collect();
            let value = if values.is_empty() { "not set".to_owned() } else { values.join(",") };
            Setting { name, value, from }
        })
        .collect();
    for name in SECRETS {
        let set = config.has_secret(name);
        let value = if set { "set, not shown" } else { "not set" }.to_owned();
        all.push(Setting { name: name.to_owned(), value, from: if set { "environment or .env" } else { "default" } });
    }
    all
}

/// Flags may come before or after a command.
fn deepest(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, below)| deepest(below))
}

/// Hides the name and password in an address.
fn without_password(value: &str) -> String {
    match value.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?.1))) {
        Some((scheme, rest)) => format!("{scheme}://…@{rest}"),
        None => value.to_owned(),
    }
}

async fn findings(config: Config) -> Result<Vec<Finding>> {
    let (folder, is_usable) = folder(&config.data_dir);
    let mut found = vec![folder, page(&config)];
    if !is_usable || !Store::is_in(&config.data_dir) {
        // What is wrong with the folder is said already.
        if is_usable {
            found.push(Finding::to_do("Database", "is not there yet; `cairn run` makes it"));
        }
        let clock = Clock::starting(config.now);
        found.extend(discord::examine(&config, &clock, false).await?.0);
        found.extend(reddit::examine(&config, &clock).await?);
        return Ok(found);
    }
    let app = match App::open(config).await {
        Ok(app) => app,
        Err(cause) => {
            found.push(Finding::wrong("Database", lowered(&cause.to_string())));
            return Ok(found);
        }
    };
    found.push(Finding::well("Database", "can be read and written"));
    found.push(copies(&app.config, app.clock.now()));
    let wants_posts = discord::wants_posts(&app.store).await;
    found.extend(discord::examine(&app.config, &app.clock, wants_posts).await?.0);
    found.extend(reddit::examine(&app.config, &app.clock).await?);
    app.store.close().await;
    Ok(found)
}

/// The data folder, and whether it can be used or made. Makes nothing.
fn folder(dir: &Path) -> (Finding, bool) {
    let (about, shown) = ("Data folder", dir.display());
    match store::room_in(dir) {
        Err(why) => (Finding::wrong(about, format!("{shown} {why}")), false),
        Ok(free) if free < LITTLE_ROOM => {
            (Finding::wrong(about, format!("{shown} has only {} MB free; make room", free >> 20)), true)
        }
        Ok(free) => (Finding::well(about, format!("{shown} has {} MB free", free >> 20)), true),
    }
}

fn copies(config: &Config, now: Timestamp) -> Finding {
    let Some(folder) = config.backups() else {
        return Finding::to_do("Backups", "are off (CAIRN_BACKUP_DIR=off); make them some other way");
    };
    let shown = folder.display();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            return Finding::to_do(
                "Backups",
                format!("there is none in {shown} yet; the first comes within six hours of running"),
            );
        }
        Err(cause) => return Finding::wrong("Backups", format!("{shown} cannot be read: {}", error::reason(&cause))),
    };
    let made = entries.flatten().filter_map(|entry| rotation::made_at(&entry.file_name().to_string_lossy()));
    let (count, newest) = made.fold((0, None), |(n, newest), at| (n + 1, newest.max(Some(at))));
    match newest {
        Some(newest) if now.duration_since(newest) < OLD_COPY => {
            Finding::well("Backups", format!("{count} in {shown}, the newest of {newest}"))
        }
        Some(newest) => {
            Finding::to_do("Backups", format!("the newest of {count} in {shown} is of {newest}; is Cairn running?"))
        }
        None => Finding::to_do("Backups", format!("there is none in {shown} yet")),
    }
}

fn page(config: &Config) -> Finding {
    match &config.web_url {
        None => Finding::to_do(
            "Web page",
            "has no public address, so answers hold no links; set CAIRN_WEB_URL to where people reach it",
        ),
        Some(url) if !is_public(url) => Finding::to_do(
            "Web page",
            format!("{url} leads to this machine or network only; members elsewhere cannot open it"),
        ),
        Some(url) if url.starts_with("http://") => {
            Finding::to_do("Web page", format!("{url} is not encrypted; put a proxy with HTTPS before it"))
        }
        Some(url) => Finding::well("Web page", format!("answers link to {url}")),
    }
}

/// Whether a host may be on the public internet, judged by its name only.
fn is_public(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified() || ip.is_documentation())
        }
        Ok(IpAddr::V6(ip)) => {
            !(ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local())
        }
        Err(_) => {
            let host = host.trim_end_matches('.').to_ascii_lowercase();
            let inner = ["localhost", "local", "internal", "lan", "home", "test", "invalid"];
            host.contains('.') && host.rsplit('.').next().is_some_and(|last| !inner.contains(&last))
        }
    }
}

/// Turns a sentence into the end of another one.
fn lowered(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine_are_not_public() {
        for url in ["https://cairn.example.org", "http://203.0.114.9:8080", "https://[2a01:4f8::1]/"] {
            assert!(is_public(url), "{url}");
        }
        for url in [
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://10.1.2.3",
            "http://[::1]:80",
            "http://nas.local",
            "http://cairn",
        ] {
            assert!(!is_public(url), "{url}");
        }
    }

    #[test]
    fn passwords_in_addresses_are_not_shown() {
        assert_eq!(without_password("https://me:secret@proxy.example/x"), "https://…@proxy.example/x");
        assert_eq!(without_password("127.0.0.1:8080"), "127.0.0.1:8080");
    }
}
