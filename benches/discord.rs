//! What the bot costs on Discord: its start, its memory, and each answer beside that of an empty poise bot.
//!
//! `cargo bench --bench discord` on a quiet Linux machine; a missed bound is a failure. Both bots are processes of
//! their own, each in a Discord on loopback, measured from outside by `/proc`. The empty bot is this program
//! itself, started with the argument `echo`.

#[path = "../tests/it/world/mod.rs"]
mod world;

use std::fs;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use poise::serenity_prelude as serenity;
use tempfile::TempDir;
use world::discord::Discord;

/// From the start of the process, with an empty data folder, to the first answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Resident memory of a bot that has nothing to do, in millions of bytes.
const IDLE_MB: f64 = 30.0;
/// Processor time of a `/guide`, over that of an `/echo`.
const RATIO: f64 = 2.0;

/// How often each bot is started.
const STARTS: usize = 5;
/// How long a bot has nothing to do before its memory is read.
const IDLE: Duration = Duration::from_secs(5);
/// Rounds of the two bots in turn.
const ROUNDS: usize = 5;
/// Answers in a round, one after the other.
const ANSWERS: usize = 1_000;
/// Answers before the first round, so that connections are open and caches filled.
const WARM_UP: usize = 100;
/// The argument that makes this program the empty bot.
const ECHO: &str = "echo";
const TOKEN: &str = "CAIRN_DISCORD_TOKEN";
const PROXY: &str = "CAIRN_DISCORD_PROXY";
const TRACKS: [&str; 4] = ["high-school", "engineer", "researcher", "hacker"];

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(ECHO) {
        echo_bot().await.expect("the empty bot runs");
        return ExitCode::SUCCESS;
    }
    if !cfg!(target_os = "linux") {
        println!("Nothing was measured: this benchmark reads /proc, so it needs Linux.");
    } else if cfg!(debug_assertions) {
        println!("Nothing was measured: this is a debug build; run cargo bench --bench discord.");
    } else {
        return measure().await;
    }
    ExitCode::SUCCESS
}

/// A running bot in a Discord of its own.
struct Bot {
    child: Child,
    discord: Discord,
    /// From the start until its commands were registered and the gateway connected, and to the first answer.
    online: Duration,
    answered: Duration,
    _data: TempDir,
}

impl Drop for Bot {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bot {
    /// The released program, told no more than where Discord is. (Its web page takes a free port, lest 8080 is taken.)
    async fn cairn() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
        command.args(["run", "--web-listen", "127.0.0.1:0"]);
        Self::start(command, "/guide track:engineer").await
    }

    async fn echo() -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
        command.arg(ECHO);
        Self::start(command, "/echo text:hello").await
    }

    async fn start(mut command: Command, first: &str) -> Self {
        let discord = Discord::start().await;
        let data = tempfile::tempdir().expect("a temporary folder");
        command.env_clear().env(TOKEN, discord.token()).env(PROXY, discord.base_url()).current_dir(data.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        let child = command.spawn().expect("the bot starts");
        discord.joined().await;
        let online = began.elapsed();
        let mut bot = Self { child, discord, online, answered: online, _data: data };
        bot.ask(first).await;
        bot.answered = began.elapsed();
        bot
    }

    /// Sends one command; the answer must be a good one, for a refusal costs less.
    async fn ask(&self, command: &str) {
        let reply = self.discord.slash("ann", command).await;
        let good = reply.ephemeral && (reply.embeds.len() == 1 || command.ends_with(&reply.content));
        assert!(good, "{command} was answered with:\n{reply}");
    }

    /// Seconds of processor time for each of `count` commands, taken from `commands` in turn.
    async fn cost(&self, commands: &[String], count: usize) -> f64 {
        let before = self.cpu();
        for command in commands.iter().cycle().take(count) {
            self.ask(command).await;
        }
        (self.cpu() - before) / count as f64
    }

    /// Seconds of processor time so far: what the scheduler gave to each thread, which is finer than the process's ticks.
    fn cpu(&self) -> f64 {
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("the bot is alive");
        let of_thread = |thread: std::io::Result<fs::DirEntry>| {
            let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<f64>().ok()
        };
        threads.filter_map(of_thread).sum::<f64>() / 1e9
    }

    /// Resident memory in millions of bytes.
    fn memory(&self) -> f64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process has memory");
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number of KiB");
        kib * 1024.0 / 1e6
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).expect("the bot is alive")
    }

    /// A `/guide` for every section that autocomplete offers.
    async fn guides(&self) -> Vec<String> {
        let mut commands = Vec::new();
        for track in TRACKS {
            let offered = self.discord.autocomplete("ann", &format!("/guide track:{track} section:|")).await;
            let anchors = offered.choices.into_iter().flatten().filter_map(|c| c.value.as_str().map(str::to_owned));
            commands.extend(anchors.map(|anchor| format!("/guide track:{track} section:{anchor}")));
        }
        assert!(commands.len() > TRACKS.len(), "guides have sections");
        commands
    }
}

async fn measure() -> ExitCode {
    let mut starts = Vec::new();
    let (cairn, echo) = loop {
        let (cairn, echo) = (Bot::cairn().await, Bot::echo().await);
        starts.push([&cairn, &echo].map(|bot| (bot.online.as_secs_f64(), bot.answered.as_secs_f64())));
        if starts.len() == STARTS {
            break (cairn, echo);
        }
    };
    tokio::time::sleep(IDLE).await;
    let idle = [cairn.memory(), echo.memory()];
    let (guides, echoes) = (cairn.guides().await, vec!["/echo text:hello".to_owned()]);
    cairn.cost(&guides, WARM_UP).await;
    echo.cost(&echoes, WARM_UP).await;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push([cairn.cost(&guides, ANSWERS).await, echo.cost(&echoes, ANSWERS).await]);
    }
    let worked = [cairn.memory(), echo.memory()];
    [cairn, echo].into_iter().for_each(|bot| bot.discord.clone().finish());

    let online = [0, 1].map(|bot| median(starts.iter().map(|pair| pair[bot].0)));
    let answered = [0, 1].map(|bot| starts.iter().map(|pair| pair[bot].1).fold(0.0, f64::max));
    let cost = [0, 1].map(|bot| 1e3 * median(rounds.iter().map(|pair| pair[bot])));
    let ratio = median(rounds.iter().map(|[cairn, echo]| cairn / echo));
    println!("{:<46} {:>9} {:>9}  bound", "", "Cairn", "empty bot");
    row(&format!("commands registered, gateway on (median of {STARTS})"), online, "s", None);
    let mut held = row(
        &format!("first answer after the start (worst of {STARTS})"),
        answered,
        "s",
        Some(ANSWER_WITHIN.as_secs_f64()),
    );
    held &= row("memory, idle", idle, "MB", Some(IDLE_MB));
    row(&format!("memory after {} answers", WARM_UP + ROUNDS * ANSWERS), worked, "MB", None);
    row(&format!("CPU per answer (median of {ROUNDS} × {ANSWERS})"), cost, "ms", None);
    held &= row("the same, over the empty bot's", [ratio, 1.0], "×", Some(RATIO));
    println!("Noise: {}", noise(&rounds));
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints a line of the table; whether Cairn's figure, the first, is within the bound.
fn row(what: &str, [cairn, echo]: [f64; 2], unit: &str, bound: Option<f64>) -> bool {
    let held = bound.is_none_or(|bound| cairn <= bound);
    let bound = bound.map_or_else(String::new, |bound| format!("≤ {bound} {unit}"));
    let missed = if held { "" } else { "  MISSED" };
    println!("{what:<46} {cairn:>6.2} {unit:<2} {echo:>6.2} {unit:<2}  {bound}{missed}");
    held
}

/// How far apart the rounds lie, and who else was busy on the machine.
fn noise(rounds: &[[f64; 2]]) -> String {
    let ratios: Vec<String> = rounds.iter().map(|[cairn, echo]| format!("{:.2}", cairn / echo)).collect();
    let echoes = || rounds.iter().map(|[_, echo]| *echo);
    let spread = (echoes().fold(0.0, f64::max) - echoes().fold(f64::MAX, f64::min)) / median(echoes());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "ratios {}; the empty bot's rounds are {:.0} % apart; load {} on {processors} processors",
        ratios.join(" "),
        100.0 * spread,
        load.split(' ').next().unwrap_or_default(),
    )
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Says a text again
#[poise::command(slash_command)]
async fn echo(
    ctx: poise::ApplicationContext<'_, (), Fault>,
    #[description = "Which text"] text: String,
) -> Result<(), Fault> {
    ctx.send(poise::CreateReply::default().content(text).ephemeral(true)).await?;
    Ok(())
}

/// A bot with one command and Cairn's settings of serenity.
async fn echo_bot() -> Result<(), Fault> {
    let http =
        serenity::HttpBuilder::new(std::env::var(TOKEN)?).proxy(std::env::var(PROXY)?).ratelimiter_disabled(true);
    let intents = serenity::GatewayIntents::GUILDS | serenity::GatewayIntents::GUILD_MESSAGES;
    let options = poise::FrameworkOptions { commands: vec![echo()], ..poise::FrameworkOptions::default() };
    let framework = poise::Framework::builder().options(options).initialize_owners(false).setup(|ctx, _, framework| {
        Box::pin(async move { Ok(poise::builtins::register_globally(ctx, &framework.options().commands).await?) })
    });
    let client = serenity::ClientBuilder::new_with_http(http.build(), intents).framework(framework.build());
    Ok(client.await?.start_autosharded().await?)
}
