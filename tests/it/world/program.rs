//! The real program: run to its end, or kept running as a web server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The time limit for everything in a test.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How the last line of the start screen begins.
const LAST_LINE: &str = "Stop it with Ctrl-C";

/// The output of a command, and its exit code.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// The output of a command that must have succeeded.
    #[track_caller]
    pub fn well(self) -> String {
        assert_eq!(self.code, 0, "stderr: {}", self.err);
        self.out
    }

    /// The one plain sentence of a command that must have ended with `code` and an empty standard output.
    #[track_caller]
    pub fn refused(self, code: i32) -> String {
        assert_eq!(self.code, code, "stdout: {} stderr: {}", self.out, self.err);
        assert_eq!(self.out, "", "a refusal prints nothing to standard output");
        let sentence = self.err.trim_end().to_owned();
        assert!(!sentence.is_empty() && !sentence.contains("panicked"), "{sentence}");
        sentence
    }

    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.well()).expect("the output is JSON")
    }
}

/// A data folder, and the program to run on it.
#[derive(Clone)]
pub struct Cairn {
    dir: Arc<TempDir>,
    /// The program's limit of file descriptors, if it differs from the system's.
    pub descriptors: Option<u32>,
}

impl Cairn {
    pub fn new() -> Self {
        Self { dir: Arc::new(crate::world::folder()), descriptors: None }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The program with these arguments, without settings from outside, with its data in this folder. `CAIRN_PROGRAM`
    /// can name another program file.
    pub fn command(&self, args: &[&str]) -> Command {
        let program = &std::env::var("CAIRN_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_cairn").to_owned());
        let mut command = Command::new(if self.descriptors.is_some() { "/bin/sh" } else { program });
        if let Some(most) = self.descriptors {
            command.args(["-c", "ulimit -n \"$0\" && exec \"$@\"", &most.to_string(), program]);
        }
        command.args(args).env_clear().env("CAIRN_DATA_DIR", self.path().join("data")).current_dir(self.path());
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, b"")
    }

    /// Runs with `input` on standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Run {
        finish(self.command(args), input)
    }

    /// Starts the server on a free port and waits until it has printed its screen.
    pub fn serve(&self, args: &[&str]) -> Server {
        self.serve_with(args, &[])
    }

    /// The same with settings.
    pub fn serve_with(&self, args: &[&str], settings: &[(&str, &str)]) -> Server {
        loop {
            match self.try_to_serve(args, settings) {
                Ok(server) => return server,
                // Another test took the free port before the server could use it.
                Err(why) if why.contains("listens on") => {}
                Err(why) => panic!("the server did not start: {why}"),
            }
        }
    }

    fn try_to_serve(&self, args: &[&str], settings: &[(&str, &str)]) -> Result<Server, String> {
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
        let address = free.expect("a free port").to_string();
        let mut command = self.command(&["run", "--web-listen", &address]);
        command.envs(settings.iter().copied());
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output")).lines();
        let mut screen = String::new();
        while let Some(Ok(line)) = lines.next() {
            screen.push_str(&line);
            screen.push('\n');
            if line.starts_with(LAST_LINE) {
                break;
            }
        }
        let log = listen(child.stderr.take().expect("standard error"));
        if !screen.contains(LAST_LINE) {
            let _ = child.wait();
            std::thread::sleep(Duration::from_millis(100));
            return Err(format!("{screen}{}", log.lock().expect("a log")));
        }
        Ok(Server { child, address, screen, log, _dir: Arc::clone(&self.dir) })
    }
}

/// Collects a program's log, because an unread pipe would block the program.
fn listen(stderr: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let log = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut log = kept.lock().expect("a log");
            log.push_str(&line);
            log.push('\n');
        }
    });
    log
}

/// Runs a command to its end with `input` on standard input.
pub fn finish(mut command: Command, input: &[u8]) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input");
    let output: Output = std::thread::scope(|scope| {
        // A program may close its input early; that is no failure.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().expect("the program ends")
    });
    ended(output)
}

/// The output of a command that has ended.
pub fn ended(output: Output) -> Run {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A program that runs as a web server.
pub struct Server {
    child: Child,
    pub address: String,
    pub screen: String,
    /// The log so far.
    pub log: Arc<Mutex<String>>,
    /// The data must outlive the server.
    _dir: Arc<TempDir>,
}

/// An answer to a request.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Server {
    pub fn get(&self, path: &str) -> Page {
        self.request(&format!("GET {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\n\r\n"), b"")
    }

    /// The same with more headers.
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Page {
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.request(&format!("GET {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\n{more}\r\n"), b"")
    }

    /// Sends a form.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = fields.iter().map(|(k, v)| format!("{k}={}", encode(v))).collect::<Vec<_>>().join("&");
        self.post_bytes(path, body.as_bytes())
    }

    pub fn post_bytes(&self, path: &str, body: &[u8]) -> Page {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n",
            body.len()
        );
        self.request(&head, body)
    }

    /// A page of another listener of the program.
    pub fn get_from(&self, address: &str, path: &str) -> Page {
        let head = format!("GET {path} HTTP/1.1\r\nHost: cairn\r\nConnection: close\r\n\r\n");
        Self::request_at(address, &head, b"")
    }

    /// Sends a request and reads the answer.
    pub fn request(&self, head: &str, body: &[u8]) -> Page {
        Self::request_at(&self.address, head, body)
    }

    fn request_at(address: &str, head: &str, body: &[u8]) -> Page {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        stream.write_all(head.as_bytes()).expect("a request is taken");
        // A server may answer before it has read a body that is too long.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Page { status, head: head.to_owned(), body: unchunked(head, body) }
    }

    /// The processor time that it has used so far.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        let fields: Vec<&str> = stat.rsplit(") ").next().expect("fields").split(' ').collect();
        // User and system time, in hundredths of a second.
        let ticks = |n: usize| fields[n].parse::<u64>().expect("a number");
        Duration::from_millis(10 * (ticks(11) + ticks(12)))
    }

    /// The most memory that it has used, in megabytes.
    pub fn peak(&self) -> u64 {
        self.memory("VmHWM:")
    }

    /// The memory that it uses now, in megabytes.
    pub fn resident(&self) -> u64 {
        self.memory("VmRSS:")
    }

    fn memory(&self, which: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(which)).expect("its memory");
        line.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).expect("a number") / 1024
    }

    /// The number of its threads with this name.
    pub fn threads_named(&self, name: &str) -> usize {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("it runs");
        let named = |path: std::path::PathBuf| std::fs::read_to_string(path).is_ok_and(|comm| comm.trim() == name);
        tasks.filter(|task| task.as_ref().is_ok_and(|task| named(task.path().join("comm")))).count()
    }

    /// Sends a signal and waits for the end: exit code and seconds.
    pub fn stop(mut self, signal: &str) -> (Option<i32>, Duration) {
        let since = Instant::now();
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().expect("kill runs");
        assert!(sent.success());
        let status = self.child.wait().expect("the program ends");
        (status.code(), since.elapsed())
    }
}

impl Server {
    /// Limits the size of every file that it writes from now on.
    pub fn limit_files(&self, bytes: Option<u64>) {
        let most = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let limit = format!("--fsize={most}:unlimited");
        let set = Command::new("prlimit").args(["--pid", &self.child.id().to_string(), &limit]).status();
        assert!(set.expect("prlimit runs").success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unchunked(head: &str, body: &str) -> String {
    if !head.to_lowercase().contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let (mut out, mut rest) = (String::new(), body);
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        // A body that is not text, such as a compressed page, was not read byte by byte.
        let Some((chunk, left)) = after.split_at_checked(size).filter(|_| size > 0) else { break };
        out.push_str(chunk);
        rest = left.trim_start_matches("\r\n");
    }
    out
}

/// Percent-encodes a form's value.
pub fn encode(text: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}
