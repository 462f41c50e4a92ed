//! Settings: read once at the start, typed, from flags, `CAIRN_*` variables and `.env`.
//!
//! This is the only file that looks at the environment. The doc comment of a field is its `--help`
//! text; a test checks that README names every variable.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

/// What every command understands.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// Folder of the database; made if it is missing
    #[arg(long, env = "CAIRN_DATA_DIR", default_value = "./data", global = true, value_name = "DIR")]
    pub data_dir: PathBuf,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Start the clock at this instant, for rehearsals
    #[arg(long, env = "CAIRN_NOW", global = true, value_name = "RFC3339")]
    pub now: Option<Timestamp>,
    /// What to log, in the syntax of tracing's filters
    #[arg(long, env = "CAIRN_LOG", default_value = LOG, global = true, value_name = "FILTER")]
    pub log: String,
    /// Address and port of the web page; port 0 takes a free one
    #[arg(long, env = "CAIRN_WEB_LISTEN", default_value = "127.0.0.1:8080", global = true, value_name = "ADDR:PORT")]
    pub web_listen: SocketAddr,
    /// Where people reach the web page from outside, for links in answers (default: http://ADDR:PORT)
    #[arg(long, env = "CAIRN_WEB_URL", global = true, value_name = "URL", value_parser = web_url)]
    pub web_url: Option<String>,
    /// Where a person can ask people, offered when the wiki has no answer
    #[arg(long, env = "CAIRN_HUMANS_URL", default_value = "https://www.reddit.com/r/learnmachinelearning/", global = true, value_name = "URL", value_parser = web_url)]
    pub humans_url: String,
    /// Whether an editor's change waits for somebody else, an approver, to publish it
    #[arg(long, env = "CAIRN_SECOND_APPROVER", default_value_t = false, action = clap::ArgAction::Set, global = true, value_name = "true|false", hide_possible_values = true)]
    pub second_approver: bool,
    /// The communities whose moderators keep the wiki, such as discord:123,reddit:learnmachinelearning [default: the
    /// Discord server that the bot is in, while it is in only one]
    #[arg(long, env = "CAIRN_HOME", global = true, value_name = "COMMUNITIES")]
    pub home: Option<String>,
    /// Where Discord's REST interface is reached instead of discord.com: a rate-limit proxy
    #[arg(long, env = "CAIRN_DISCORD_PROXY", global = true, value_name = "URL", value_parser = web_url)]
    pub discord_proxy: Option<String>,
    /// Where Hugging Face Daily Papers are asked for: the week's votes
    #[arg(long, env = "CAIRN_PAPERS_HF_URL", default_value = "https://huggingface.co", global = true, value_name = "URL", value_parser = web_url)]
    pub papers_hf_url: String,
    /// Where arXiv's programming interface is: what is known about a paper
    #[arg(long, env = "CAIRN_PAPERS_ARXIV_URL", default_value = "https://export.arxiv.org", global = true, value_name = "URL", value_parser = web_url)]
    pub papers_arxiv_url: String,
    /// Where Hacker News is searched: who else talks about a paper
    #[arg(long, env = "CAIRN_PAPERS_HN_URL", default_value = "https://hn.algolia.com", global = true, value_name = "URL", value_parser = web_url)]
    pub papers_hn_url: String,
    /// Ask the sources of papers without pauses, for rehearsals with sources of one's own
    #[arg(long, hide = true, global = true)]
    pub papers_hurry: bool,
    /// Wait so many times shorter for a silent Discord, for rehearsals with a Discord of one's own
    #[arg(long, hide = true, global = true, default_value_t = 1, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..))]
    pub discord_hurry: u32,
    /// Discord bot token
    #[arg(skip)]
    pub discord_token: Option<SecretString>,
}

/// What is logged unless a setting says otherwise.
pub const LOG: &str = "warn,cairn=info";

/// Variables that hold secrets have no flag: a command line is visible to other users.
pub const SECRETS: [&str; 1] = ["CAIRN_DISCORD_TOKEN"];

/// Where OpenSSL's users look for a file of root certificates.
const EXTRA_ROOTS: &str = "SSL_CERT_FILE";

impl Config {
    /// Takes the secrets out of the environment.
    pub fn read_secrets(&mut self) {
        let token = std::env::var(SECRETS[0]).unwrap_or_default();
        self.discord_token = (!token.is_empty()).then(|| SecretString::from(token));
    }

    /// The web page's address as people reach it, without a slash at the end.
    pub fn public_url(&self) -> String {
        match &self.web_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.web_listen),
        }
    }
}

fn web_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !text.contains(char::is_whitespace) => Ok(text.to_owned()),
        _ => Err("give a whole address that begins with https:// or http://".to_owned()),
    }
}

/// The command that opens a file for the person at the terminal: `VISUAL`, `EDITOR` or else vi.
pub fn editor() -> String {
    let set = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    set.into_iter().find(|command| !command.trim().is_empty()).unwrap_or_else(|| "vi".to_owned())
}

/// Whether the system names proxies or roots of its own for HTTPS. reqwest heeds them by itself; others must be led.
pub fn has_own_way_out() -> bool {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", EXTRA_ROOTS, "SSL_CERT_DIR"];
    names.into_iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The file of extra roots for HTTPS that the system names, if it names one.
pub fn extra_roots() -> Option<PathBuf> {
    std::env::var_os(EXTRA_ROOTS).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Loads `.env` from the working folder, if there is one, into the environment.
///
/// # Errors
/// A sentence that names the line that cannot be read.
pub fn load_env_file() -> crate::Result<()> {
    match dotenvy::from_path(".env") {
        Err(dotenvy::Error::LineParse(line, column)) => Err(crate::Error::refused(format!(
            "The file .env is broken at character {} of the line `{}`; write NAME=value.",
            column + 1,
            line.split('=').next().unwrap_or_default().trim(),
        ))),
        // No file is the usual case.
        _ => Ok(()),
    }
}

/// What the machine's clock shows, also in a rehearsal: for comparing it with other machines' clocks.
pub fn machine_time() -> Timestamp {
    Timestamp::now()
}

/// The one clock. Features get `now` as an argument; only edges read it.
#[derive(Debug, Clone)]
pub struct Clock(Hands);

#[derive(Debug, Clone)]
enum Hands {
    Going {
        since: Instant,
        from: Timestamp,
    },
    /// Milliseconds of Unix time.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `start` (default: the machine's time) now and goes on from there.
    pub fn starting(start: Option<Timestamp>) -> Self {
        Self(Hands::Going { since: Instant::now(), from: start.unwrap_or_else(Timestamp::now) })
    }

    /// A clock that stands still until it is [set](Self::set), for rehearsals that leap through weeks.
    pub fn standing(at: Timestamp) -> Self {
        Self(Hands::Standing(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Sets a standing clock, and all its clones. One that goes cannot be set.
    pub fn set(&self, at: Timestamp) {
        if let Hands::Standing(shown) = &self.0 {
            shown.store(at.as_millisecond(), Ordering::SeqCst);
        }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Hands::Going { since, from } => {
                let passed = SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX);
                from.saturating_add(passed).unwrap_or(Timestamp::MAX)
            }
            Hands::Standing(shown) => {
                Timestamp::from_millisecond(shown.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
            }
        }
    }
}
