//! The command line: parse, call one feature function, print what it returns.

use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};
use serde::Serialize;
use tracing::warn;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::community::Home;
use crate::config::{self, Config, LOG};
use crate::discord::dropped_events;
use crate::store::{Passing, Store};
use crate::text::visible::visible;
use crate::{App, Error, Result};

mod ask;
mod audit;
mod backup;
mod config_check;
mod console;
mod drafts;
mod editing;
mod gaps;
mod guides;
mod health;
mod judge;
mod lessons;
mod mine;
mod moving;
mod outbox;
mod papers;
mod privacy;
mod reddit;
mod reddit_desk;
mod run;
mod screen;
mod settings;
mod shadow;
mod steps;
mod study;
mod triage;
mod usage;
mod wiki;

/// The assistant of a machine-learning community.
#[derive(Debug, Parser)]
#[command(name = "cairn", version, after_help = "Without a command, cairn runs.")]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Start what is configured; always the web page
    Run,
    /// Read a text and say which guide it asks for, and why
    Ask(ask::Args),
    /// Train and measure the model that reads posts
    #[command(subcommand)]
    Triage(triage::Command),
    /// Search the wiki
    Wiki(wiki::Args),
    /// The wiki's pages: check, import, export, list, show, edit, history, drafts
    #[command(subcommand)]
    Guides(guides::Command),
    /// Questions of the last 30 days that found nothing, grouped, and what can be done about them
    Gaps(gaps::Args),
    /// What people with a role have done, from the newest to the oldest
    Audit(audit::Args),
    /// The settings of a Discord server as a file
    #[command(subcommand)]
    Settings(settings::Command),
    /// What an exported history (Reddit or Discord) asks again and again, and where the wiki answers it
    Mine(mine::Args),
    /// Messages that did not arrive; settle one of them
    Outbox(outbox::Args),
    /// Show or erase what is held about a person
    #[command(subcommand)]
    Privacy(privacy::Command),
    /// The week's papers
    #[command(subcommand)]
    Papers(papers::Command),
    /// AutoModerator rules, and what the bot does on Reddit: its desk and modes
    #[command(subcommand)]
    Reddit(reddit::Command),
    /// Fold recorded study histories, and export what a person studied
    #[command(subcommand)]
    Study(study::Command),
    /// The settings: `config check` shows and tries them; steps for Discord and Reddit; files for systemd and others
    #[command(subcommand)]
    Config(config_check::Command),
    /// Copy the database to a file, also while Cairn runs
    Backup(backup::Args),
    /// Check a copy and put it in the place of the database; Cairn must be stopped
    Restore(backup::Args),
    /// Get a link into the moderators' console, which the running Cairn serves: it signs you in once
    Console(console::Args),
    /// Ask the Cairn that runs on --web-listen whether it is ready
    Health,
}

/// How long blocked threads may delay the exit.
const LEAVING: std::time::Duration = std::time::Duration::from_millis(500);

/// The result of a command, which sets the exit code.
#[derive(Debug)]
enum Ending {
    Well,
    /// Some of the work failed, and the user has been told what.
    Partly,
    /// The command was called wrongly. The sentence explains the right call.
    Usage(String),
}

/// The whole program: reads settings and arguments, runs one command, and returns the exit code: 0 success, 1 failure,
/// 2 wrong usage.
pub fn main() -> ExitCode {
    match start() {
        Ok(Ending::Well) => ExitCode::SUCCESS,
        Ok(Ending::Partly) => ExitCode::from(1),
        Ok(Ending::Usage(sentence)) => {
            complain(&sentence);
            ExitCode::from(2)
        }
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(1)
        }
    }
}

fn start() -> Result<Ending> {
    let set = config::load_env_file()?;
    let parsed = usage::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let mut cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return Ok(usage::told(&error)),
    };
    if let Err(error) = Home::named(cli.config.home.as_deref()) {
        return Ok(Ending::Usage(error.to_string()));
    }
    cli.config.read_secrets();
    // A one-shot command reports its result itself, so its log is quiet unless the user asks for one.
    let quiet = !matches!(cli.command, None | Some(Command::Run)) && cli.config.log == LOG;
    log_to_stderr(&if quiet { format!("{LOG},cairn::papers=off") } else { cli.config.log.clone() })?;
    let known = variables();
    for name in set.iter().filter(|name| name.starts_with("CAIRN_") && !known.contains(name)) {
        warn!(name, "the file .env sets what Cairn does not know");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ended = runtime.block_on(dispatch(cli));
    // A pending name lookup, for example, must not delay the exit.
    runtime.shutdown_timeout(LEAVING);
    ended
}

async fn dispatch(cli: Cli) -> Result<Ending> {
    match cli.command.unwrap_or(Command::Run) {
        Command::Run => run::run(cli.config).await,
        Command::Ask(args) => ask::run(args, cli.config).await,
        Command::Triage(triage::Command::Lessons(command)) => lessons::run(command, cli.config).await,
        Command::Triage(command) => triage::run(command, &cli.config),
        Command::Wiki(args) => wiki::run(args, cli.config).await,
        Command::Guides(command) => guides::run(command, cli.config).await,
        Command::Gaps(args) => gaps::run(args, cli.config).await,
        Command::Audit(args) => audit::run(args, cli.config).await,
        Command::Settings(command) => settings::run(command, cli.config).await,
        Command::Mine(args) => mine::run(args, cli.config).await,
        Command::Outbox(args) => outbox::run(args, cli.config).await,
        Command::Privacy(command) => privacy::run(command, cli.config).await,
        Command::Papers(command) => papers::run(command, cli.config).await,
        Command::Reddit(command) => reddit::run(command, cli.config).await,
        Command::Study(command) => study::run(command, cli.config).await,
        Command::Config(config_check::Command::Discord) => steps::discord(cli.config).await,
        Command::Config(config_check::Command::Reddit) => steps::reddit(cli.config).await,
        Command::Config(command) => config_check::run(command, cli.config).await,
        Command::Backup(args) => backup::back_up(args, cli.config).await,
        Command::Restore(args) => backup::restore(args, cli.config).await,
        Command::Console(args) => console::run(args, cli.config).await,
        Command::Health => health::run(cli.config).await,
    }
}

fn log_to_stderr(filter: &str) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .map_err(|e| Error::refused(format!("CAIRN_LOG is no filter ({e}); write for example warn,cairn=info.")))?;
    // serenity's log may quote messages. `DroppedEvents` counts the same events without them.
    let mut filter = filter;
    for (target, _) in dropped_events::SOURCES {
        filter = filter.add_directive(format!("{target}=off").parse().map_err(anyhow::Error::new)?);
    }
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let log = if io::stderr().is_terminal() { log.boxed() } else { log.json().boxed() };
    // Give this layer its own filter; otherwise tracing calls it for every serenity span, which is measurably slow.
    let dropped = dropped_events::DroppedEvents.with_filter(Targets::new().with_targets(dropped_events::SOURCES));
    tracing_subscriber::registry().with(log.with_filter(filter)).with(dropped).init();
    Ok(())
}

fn complain(sentence: &str) {
    // Even if standard error is closed, the exit code reports the failure.
    let _ = writeln!(io::stderr(), "{}", visible(sentence));
}

/// The reader of our output has closed it (`cairn … | head`).
fn is_closed_pipe(error: &Error) -> bool {
    let Error::Fault(cause) = error else { return false };
    let io = cause.downcast_ref::<io::Error>();
    io.is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints a text to standard output, without characters that control a terminal.
fn say(text: &str) -> Result<()> {
    print(&visible(text))
}

/// Prints a text that must be complete, such as a page's source: unchanged to a file, like any text to a terminal.
fn say_whole(text: &str) -> Result<()> {
    if io::stdout().is_terminal() { say(text) } else { print(text) }
}

fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Reads all of standard input as text.
fn from_stdin() -> Result<String> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to() + 1;
        Error::refused(format!("Standard input is not UTF-8 text (byte {at}); convert it to UTF-8 first."))
    })
}

/// Prints a value as one line of JSON.
fn say_json(value: &impl Serialize) -> Result<()> {
    say_whole(&serde_json::to_string(value).map_err(anyhow::Error::new)?)
}

/// Runs `work` with the open app, then closes the database in any case.
async fn with_app<T>(config: Config, work: impl AsyncFnOnce(&App) -> Result<T>) -> Result<T> {
    let app = App::open(config).await?;
    let done = work(&app).await;
    app.store.close().await;
    done
}

/// Like [`with_app`], for work that only reads. Without a database it uses the built-in pages and leaves nothing
/// behind.
async fn with_pages<T>(mut config: Config, work: impl AsyncFnOnce(&App) -> Result<T>) -> Result<T> {
    if Store::is_in(&config.data_dir) {
        return with_app(config, work).await;
    }
    let place = Passing::new()?;
    config.data_dir = place.path().to_owned();
    with_app(config, work).await
}

/// Every environment variable of a setting, for the test that compares README.
pub fn variables() -> Vec<String> {
    let command = Cli::command();
    let flags = command.get_arguments().filter_map(|a| a.get_env()).map(|v| v.to_string_lossy().into_owned());
    flags.chain(config::SECRETS.map(str::to_owned)).collect()
}
