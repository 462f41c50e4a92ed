//! Settings: read once at the start from flags, `CAIRN_*` variables and `.env`.
//!
//! Only this file reads the environment. The doc comment of a field is its `--help` text. A test checks that README
//! names every variable.

use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Instant;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use crate::{Error, error};

/// The options that every command accepts.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// Folder of the database; made if it is missing
    #[arg(long, env = "CAIRN_DATA_DIR", default_value = "./data", global = true, value_name = "DIR")]
    pub data_dir: PathBuf,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Start the clock at this instant, for rehearsals
    #[arg(long, env = "CAIRN_NOW", global = true, value_name = "RFC3339", value_parser = instant)]
    pub now: Option<Timestamp>,
    /// What to log, in the syntax of tracing's filters
    #[arg(long, env = "CAIRN_LOG", default_value = LOG, global = true, value_name = "FILTER")]
    pub log: String,
    /// Address and port of the web page; port 0 takes a free one
    #[arg(long, env = "CAIRN_WEB_LISTEN", default_value = "127.0.0.1:8080", global = true, value_name = "ADDR:PORT")]
    pub web_listen: SocketAddr,
    /// Where people reach the web page from outside; without it, answers hold no links to it
    #[arg(long, env = "CAIRN_WEB_URL", global = true, value_name = "URL", value_parser = site_url)]
    pub web_url: Option<String>,
    /// Addresses or networks of the proxy before the web page, such as 127.0.0.1,10.0.0.0/8: for limits, a visitor is whom
    /// it names in X-Forwarded-For [default: none]
    #[arg(long, env = "CAIRN_WEB_PROXY", global = true, value_name = "ADDRESSES", value_delimiter = ',', value_parser = network)]
    pub web_proxy: Vec<IpNet>,
    /// Whether /playground is open, a pretend Discord to try Cairn in [default: true where only this machine reaches the web
    /// page; never with a Discord token]
    #[arg(long, env = "CAIRN_PLAYGROUND", action = clap::ArgAction::Set, global = true, value_name = "true|false", hide_possible_values = true)]
    pub playground: Option<bool>,
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
    #[arg(long, env = "CAIRN_DISCORD_PROXY", global = true, value_name = "URL", value_parser = web_url, hide_env_values = true)]
    pub discord_proxy: Option<String>,
    /// Id of the app that Reddit registered for the bot
    #[arg(long, env = "CAIRN_REDDIT_CLIENT_ID", global = true, value_name = "ID", hide_env_values = true)]
    pub reddit_client_id: Option<String>,
    /// Name of the bot's account at Reddit, without u/
    #[arg(long, env = "CAIRN_REDDIT_USERNAME", global = true, value_name = "NAME")]
    pub reddit_username: Option<String>,
    /// The subreddits that the bot was invited to, such as learnmachinelearning,mlquestions
    #[arg(long, env = "CAIRN_REDDIT_SUBREDDITS", global = true, value_name = "NAMES")]
    pub reddit_subreddits: Option<String>,
    /// Where Hugging Face Daily Papers are asked for: the week's votes
    #[arg(long, env = "CAIRN_PAPERS_HF_URL", default_value = "https://huggingface.co", global = true, value_name = "URL", value_parser = web_url)]
    pub papers_hf_url: String,
    /// Where arXiv's programming interface is: what is known about a paper
    #[arg(long, env = "CAIRN_PAPERS_ARXIV_URL", default_value = "https://export.arxiv.org", global = true, value_name = "URL", value_parser = web_url)]
    pub papers_arxiv_url: String,
    /// Where Hacker News is searched: who else talks about a paper
    #[arg(long, env = "CAIRN_PAPERS_HN_URL", default_value = "https://hn.algolia.com", global = true, value_name = "URL", value_parser = web_url)]
    pub papers_hn_url: String,
    /// Address and port of /metrics for Prometheus; without it there is none
    #[arg(long, env = "CAIRN_METRICS_LISTEN", global = true, value_name = "ADDR:PORT")]
    pub metrics_listen: Option<SocketAddr>,
    /// Folder of the copies of the database that are made every six hours, or off [default: backups in the data folder]
    #[arg(long, env = "CAIRN_BACKUP_DIR", global = true, value_name = "DIR|off")]
    pub backup_dir: Option<PathBuf>,
    /// Ask the sources of papers without pauses, for rehearsals with sources of one's own
    #[arg(long, hide = true, global = true)]
    pub papers_hurry: bool,
    /// Look at links in an internet that this file plays, for rehearsals
    #[arg(long, hide = true, global = true, value_name = "FILE")]
    pub links_play: Option<PathBuf>,
    /// Run beside other processes that share the data folder, all of them with this flag
    #[arg(long, hide = true, global = true)]
    pub beside: bool,
    /// Wait so many times shorter for a silent Discord, for rehearsals with a Discord of one's own
    #[arg(long, hide = true, global = true, default_value_t = 1, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..))]
    pub discord_hurry: u32,
    /// Look at Reddit so many times as often, for rehearsals with a Reddit of one's own
    #[arg(long, hide = true, global = true, default_value_t = 1, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..))]
    pub reddit_hurry: u32,
    /// Whether this is the pretend Cairn of the playground
    #[arg(skip)]
    pub is_pretend: bool,
    /// Discord bot token
    #[arg(skip)]
    pub discord_token: Option<SecretString>,
    /// Secret of the app that Reddit registered for the bot
    #[arg(skip)]
    pub reddit_client_secret: Option<SecretString>,
    /// Password of the bot's account at Reddit
    #[arg(skip)]
    pub reddit_password: Option<SecretString>,
}

/// The default folder of backups, inside the data folder.
pub const BACKUPS: &str = "backups";

/// The default log filter.
pub const LOG: &str = "warn,cairn=info";

/// Secrets have no flag, because other users can see a command line.
pub const SECRETS: [&str; 3] = ["CAIRN_DISCORD_TOKEN", "CAIRN_REDDIT_CLIENT_SECRET", "CAIRN_REDDIT_PASSWORD"];

/// The variable with which OpenSSL's users name a file of root certificates.
const EXTRA_ROOTS: &str = "SSL_CERT_FILE";

impl Config {
    /// Reads the secrets from the environment.
    pub fn read_secrets(&mut self) {
        let [token, secret, password] = SECRETS.map(|name| {
            let value = std::env::var(name).unwrap_or_default();
            (!value.is_empty()).then(|| SecretString::from(value))
        });
        (self.discord_token, self.reddit_client_secret, self.reddit_password) = (token, secret, password);
    }

    /// Whether every setting that Reddit needs is present.
    pub fn is_on_reddit(&self) -> bool {
        let texts = [&self.reddit_client_id, &self.reddit_username, &self.reddit_subreddits];
        let secrets = [&self.reddit_client_secret, &self.reddit_password];
        texts.iter().all(|text| text.is_some()) && secrets.iter().all(|secret| secret.is_some())
    }

    /// Whether the playground is open.
    ///
    /// # Errors
    /// The reason why not, and what opens it, as the end of a sentence.
    pub fn playground(&self) -> Result<(), &'static str> {
        let is_public = !self.web_listen.ip().is_loopback() || self.web_url.is_some() || !self.web_proxy.is_empty();
        match self.playground {
            _ if self.discord_token.is_some() => Err("the playground is closed while CAIRN_DISCORD_TOKEN is set"),
            _ if self.beside => Err("several processes share this data folder"),
            Some(false) => Err("CAIRN_PLAYGROUND is false"),
            None if is_public => Err("others may reach this page; CAIRN_PLAYGROUND=true opens it to all of them"),
            _ => Ok(()),
        }
    }

    /// Whether this secret, one of [`SECRETS`], is set.
    pub fn has_secret(&self, name: &str) -> bool {
        let secrets = [&self.discord_token, &self.reddit_client_secret, &self.reddit_password];
        SECRETS.iter().zip(secrets).any(|(known, secret)| *known == name && secret.is_some())
    }

    /// The folder of backups; `None` if they are off.
    pub fn backups(&self) -> Option<PathBuf> {
        match &self.backup_dir {
            Some(dir) if dir.as_os_str() == "off" => None,
            Some(dir) => Some(dir.clone()),
            None => Some(self.data_dir.join(BACKUPS)),
        }
    }

    /// The start of every link to a page, without a slash at the end; [`NOWHERE`] if nobody outside can reach them.
    pub fn public_url(&self) -> String {
        self.web_url.as_deref().unwrap_or(NOWHERE).trim_end_matches('/').to_owned()
    }

    /// The address of the web page for somebody at this machine.
    pub fn local_url(&self) -> String {
        match &self.web_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.web_listen),
        }
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(one).ok_or_else(|| "give addresses or networks, as in 127.0.0.1,10.0.0.0/8".to_owned())
}

/// The start of links that lead nowhere. Such links are shown without their address.
pub const NOWHERE: &str = "cairn:";

/// A site must be served at the root of its address.
fn site_url(text: &str) -> Result<String, String> {
    let url = web_url(text)?;
    let host = url.trim_end_matches('/').split_once("://").map_or("", |(_, host)| host);
    if host.is_empty() || host.contains(['/', '?', '#', '@']) {
        return Err("give the address without a path, as in https://cairn.example".to_owned());
    }
    Ok(url)
}

fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "write an instant as in 2026-11-28T12:00:00Z".to_owned())
}

fn web_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !text.contains(char::is_whitespace) => Ok(text.to_owned()),
        _ => Err("give a whole address that begins with https:// or http://".to_owned()),
    }
}

/// The command that opens a file for the person at the terminal: `VISUAL`, else `EDITOR`, else vi.
pub fn editor() -> String {
    let set = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    set.into_iter().find(|command| !command.trim().is_empty()).unwrap_or_else(|| "vi".to_owned())
}

/// Whether the system sets its own proxies or root certificates for HTTPS. reqwest reads them itself.
pub fn has_own_way_out() -> bool {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", EXTRA_ROOTS, "SSL_CERT_DIR"];
    names.into_iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Whether the system sets a proxy for HTTPS.
pub fn has_proxy() -> bool {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names.into_iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The file of extra root certificates that the system sets.
pub fn extra_roots() -> Option<PathBuf> {
    std::env::var_os(EXTRA_ROOTS).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The file of settings in the working folder, and its largest size in bytes.
const ENV_FILE: &str = ".env";
const MAX_ENV_FILE: u64 = 1_000_000;

/// Loads `.env` from the working folder into the environment, if the file exists. Returns the names in it.
///
/// # Errors
/// A sentence that names the line that cannot be read. It holds none of the text, because that may be a secret.
pub fn load_env_file() -> crate::Result<Vec<String>> {
    let Some(text) = env_file()? else { return Ok(Vec::new()) };
    let names = env_names(&text)?;
    dotenvy::from_read(text.as_bytes()).map_err(|_| broken_env(1))?;
    Ok(names)
}

/// The text of `.env`. A folder with this name is ignored: it is not ours.
fn env_file() -> crate::Result<Option<String>> {
    let refused = |what: &str| Err(Error::refused(format!("The file {ENV_FILE} {what}.")));
    let unreadable = |cause: &std::io::Error| {
        let reason = error::reason(cause);
        refused(&format!("cannot be read ({reason}); let Cairn read it, or take it away"))
    };
    match std::fs::metadata(ENV_FILE) {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return unreadable(&cause),
        Ok(there) if there.is_dir() => return Ok(None),
        // Reading a pipe may wait for ever.
        Ok(there) if !there.is_file() => return refused("is a pipe or a device; make it a file of lines NAME=value"),
        Ok(there) if there.len() > MAX_ENV_FILE => return refused("is too large; it holds lines NAME=value"),
        Ok(_) => {}
    }
    let bytes = match std::fs::read(ENV_FILE) {
        Ok(bytes) => bytes,
        Err(cause) => return unreadable(&cause),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text.trim_start_matches('\u{feff}').to_owned())),
        Err(cause) => refused(&format!(
            "is not UTF-8 text in line {}; save it as UTF-8",
            line_at(cause.as_bytes(), cause.utf8_error().valid_up_to())
        )),
    }
}

/// The names that the text sets, if all of it can be read.
fn env_names(text: &str) -> crate::Result<Vec<String>> {
    if let Some(at) = text.find('\0') {
        return Err(broken_env(line_at(text.as_bytes(), at)));
    }
    let given = Arc::new(AtomicUsize::new(0));
    let mut settings = dotenvy::from_read_iter(ByLine { rest: text.as_bytes(), given: Arc::clone(&given) });
    let mut names = Vec::new();
    loop {
        let before = given.load(Ordering::Relaxed);
        match settings.next() {
            None => return Ok(names),
            Some(Ok((name, _))) => names.push(name),
            Some(Err(_)) => {
                // dotenvy reads empty lines and comments together with the line after them.
                let idle = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
                let skipped = text.lines().skip(before).take_while(idle).count();
                return Err(broken_env(before + skipped + 1));
            }
        }
    }
}

fn line_at(text: &[u8], at: usize) -> usize {
    text[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn broken_env(line: usize) -> Error {
    Error::refused(format!(
        "The file {ENV_FILE} is broken in line {line}; write NAME=value, with quotes around spaces."
    ))
}

/// Reads a text line by line, and counts the lines.
struct ByLine<'a> {
    rest: &'a [u8],
    given: Arc<AtomicUsize>,
}

impl Read for ByLine<'_> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let line = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |end| end + 1);
        let (piece, rest) = self.rest.split_at(line.min(room.len()));
        room[..piece.len()].copy_from_slice(piece);
        self.rest = rest;
        self.given.fetch_add(usize::from(piece.ends_with(b"\n")), Ordering::Relaxed);
        Ok(piece.len())
    }
}

/// The machine's time, also in a rehearsal. For comparison with the clocks of other machines.
pub fn machine_time() -> Timestamp {
    Timestamp::now()
}

/// The clock. Features get `now` as an argument; only the outer layers read it.
#[derive(Debug, Clone)]
pub struct Clock(Hands);

#[derive(Debug, Clone)]
enum Hands {
    /// The machine's time at each reading, because its clock can be corrected and the machine can sleep.
    System,
    /// Starts at `from` and runs on.
    Going { since: Instant, from: Timestamp },
    /// Milliseconds of Unix time.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock. With `start`, a clock that shows that instant now and runs on from there.
    pub fn starting(start: Option<Timestamp>) -> Self {
        Self(start.map_or(Hands::System, |from| Hands::Going { since: Instant::now(), from }))
    }

    /// A clock that stands still until it is [set](Self::set), for rehearsals that jump over weeks.
    pub fn standing(at: Timestamp) -> Self {
        Self(Hands::Standing(Arc::new(AtomicI64::new(at.as_millisecond()))))
    }

    /// Whether this clock differs from the machine's.
    pub fn is_set(&self) -> bool {
        !matches!(self.0, Hands::System)
    }

    /// Sets a standing clock and all its clones. A running clock does not change.
    pub fn set(&self, at: Timestamp) {
        if let Hands::Standing(shown) = &self.0 {
            shown.store(at.as_millisecond(), Ordering::SeqCst);
        }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Hands::System => Timestamp::now(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_of_settings_is_told_by_its_line_alone() {
        let secret = "MTAw.SECRET-zebrafish";
        let table = [
            (format!("{secret}\n"), 1),
            (format!("# the bot\n\nCAIRN_LOG=info\nCAIRN_DISCORD_TOKEN: {secret}\n"), 4),
            (format!("CAIRN_DISCORD_TOKEN=\n{secret}\n"), 2),
            (format!("CAIRN_DISCORD_TOKEN={secret} word\n"), 1),
            (format!("CAIRN_DISCORD_TOKEN {secret}\nCAIRN_LOG=info"), 1),
            (format!("\n\nCAIRN_DISCORD_TOKEN=\"{secret}\nCAIRN_LOG=info\n"), 3),
            (format!("CAIRN_LOG=info\r\n# the bot\r\n{secret}\r\n"), 3),
            (format!("CAIRN_LOG=info\nCAIRN_DISCORD_TOKEN={secret}\0\n"), 2),
            (format!("={secret}\n"), 1),
        ];
        for (text, line) in table {
            let told = env_names(&text).expect_err(&text).to_string();
            let expected = format!("The file .env is broken in line {line}; ");
            assert!(told.starts_with(&expected) && !told.contains("zebrafish"), "{told}\nof {text:?}");
        }
        let names = env_names("# notes\nA=1\n\nexport B='two words'\nC=\"x\ny\" # note\nD=\n");
        assert_eq!(names.expect("it can be read"), ["A", "B", "C", "D"]);
    }

    #[test]
    fn a_site_has_no_path() {
        for good in ["https://cairn.example", "http://10.0.0.7:8080", "https://cairn.example/"] {
            assert_eq!(site_url(good).as_deref(), Ok(good));
        }
        for bad in ["https://example.org/cairn", "https://example.org/?a", "https://me:pw@example.org", "example.org"] {
            assert!(site_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn each_secret_is_known_to_be_set_or_not() {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            config: Config,
        }
        let mut config = <Line as clap::Parser>::parse_from(["cairn"]).config;
        let set = |config: &Config| SECRETS.map(|name| config.has_secret(name));
        (config.discord_token, config.reddit_client_secret) = (None, None);
        config.reddit_password = Some("zebrafish".to_owned().into());
        assert_eq!(set(&config), [false, false, true]);
        config.discord_token = config.reddit_password.take();
        assert_eq!(set(&config), [true, false, false]);
        assert!(!config.has_secret("CAIRN_LOG"));
    }

    #[test]
    fn the_clock_is_the_machines_unless_it_is_said() {
        assert!(matches!(Clock::starting(None).0, Hands::System));
        let said: Timestamp = "2026-11-16T09:00:00Z".parse().unwrap();
        assert!(Clock::starting(Some(said)).now().duration_since(said) < SignedDuration::from_mins(1));
    }
}
