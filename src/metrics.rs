//! Metrics for Prometheus. They belong to the process, as the log does, so code that counts needs no handle. No label
//! holds anybody's text or identity.

use std::sync::LazyLock;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// A label whose values come from a short list.
type Label = [(&'static str, &'static str); 1];
type Labels = [(&'static str, &'static str); 2];

/// Histogram bounds in seconds: from a quick read to beyond Discord's limit of three seconds.
const SECONDS: [f64; 12] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0];

struct Metrics {
    interactions: Family<Label, Counter>,
    interaction_seconds: Histogram,
    requests: Family<Label, Counter>,
    request_seconds: Histogram,
    calls: Family<Labels, Counter>,
    searches: Family<Label, Counter>,
    encoded: Family<Label, Counter>,
    encoder_waiting: Gauge,
    write_seconds: Histogram,
    jobs: Family<Labels, Counter>,
    jobs_done: Family<Label, Gauge>,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| {
    let seconds = || Histogram::new(SECONDS);
    Metrics {
        interactions: from_zero("outcome", &["answered", "unanswered", "too_late"]),
        interaction_seconds: seconds(),
        requests: from_zero("status", &["2xx", "3xx", "4xx", "5xx"]),
        request_seconds: seconds(),
        calls: Family::default(),
        searches: from_zero("found", &["yes", "no"]),
        encoded: from_zero("outcome", &["embedded", "late", "refused"]),
        encoder_waiting: Gauge::default(),
        write_seconds: seconds(),
        jobs: Family::default(),
        jobs_done: Family::default(),
    }
});

/// Creates each counter at zero, so that Prometheus sees the first increase.
fn from_zero(label: &'static str, values: &[&'static str]) -> Family<Label, Counter> {
    let family = Family::<Label, Counter>::default();
    for value in values {
        drop(family.get_or_create(&[(label, value)]));
    }
    family
}

/// Registers all metrics here. Prometheus wants names that end in `_total` or `_seconds`.
pub fn register(registry: &mut Registry) {
    let m = &*METRICS;
    registry.register("interactions", "Commands, presses and forms, by how they ended", m.interactions.clone());
    let help = "From the arrival of an interaction to the end of its answer";
    registry.register_with_unit("interaction", help, Unit::Seconds, m.interaction_seconds.clone());
    registry.register("web_requests", "Requests at the web page, by class of status", m.requests.clone());
    registry.register_with_unit(
        "web_request",
        "Time of a request at the web page",
        Unit::Seconds,
        m.request_seconds.clone(),
    );
    registry.register("upstream_calls", "Calls at other services, by service and outcome", m.calls.clone());
    registry.register("searches", "Searches of the wiki, by whether something was found", m.searches.clone());
    registry.register("encoded_texts", "Texts given to the sentence encoder, by outcome", m.encoded.clone());
    registry.register("encoder_waiting", "Texts that wait for the sentence encoder", m.encoder_waiting.clone());
    registry.register("job_runs", "Jobs, by how they ended", m.jobs.clone());
    let help = "When a job last went well";
    registry.register_with_unit("job_done_timestamp", help, Unit::Seconds, m.jobs_done.clone());
    let help = "Wait for the writing connection and for the begin of a transaction";
    registry.register_with_unit("database_write_wait", help, Unit::Seconds, m.write_seconds.clone());
}

/// Counts a command, press or form: `answered`, `unanswered` (Discord did not accept the answer) or `too_late`.
pub fn interaction(outcome: &'static str, took: Duration) {
    METRICS.interactions.get_or_create(&[("outcome", outcome)]).inc();
    METRICS.interaction_seconds.observe(took.as_secs_f64());
}

/// Counts a request at the web page.
pub fn request(status: u16, took: Duration) {
    let class = match status {
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    METRICS.requests.get_or_create(&[("status", class)]).inc();
    METRICS.request_seconds.observe(took.as_secs_f64());
}

/// Counts a call to another service: `ok`, `limited` (it asked us to wait), `refused` or `failed` (no answer).
pub fn call(service: &'static str, outcome: &'static str) {
    METRICS.calls.get_or_create(&[("service", service), ("outcome", outcome)]).inc();
}

/// Counts a search of the wiki.
pub fn search(found: bool) {
    METRICS.searches.get_or_create(&[("found", if found { "yes" } else { "no" })]).inc();
}

/// Counts a text for the encoder: `embedded`, `late` or `refused` (the queue was full).
pub fn encoded(outcome: &'static str) {
    METRICS.encoded.get_or_create(&[("outcome", outcome)]).inc();
}

/// Records how long a writing transaction waited before it began.
pub fn write(wait: Duration) {
    METRICS.write_seconds.observe(wait.as_secs_f64());
}

/// Counts a finished job: `done`, `failed` (for good) or `again` (it will be retried).
pub fn job(task: &'static str, outcome: &'static str) {
    METRICS.jobs.get_or_create(&[("task", task), ("outcome", outcome)]).inc();
}

/// Records when a job last succeeded, in seconds of Unix time.
pub fn job_done(task: &'static str, seconds: i64) {
    METRICS.jobs_done.get_or_create(&[("task", task)]).set(seconds);
}

/// Counts one text as waiting for the encoder until it is dropped.
#[derive(Debug)]
pub struct Waiting(());

impl Waiting {
    /// Starts counting.
    pub fn begin() -> Self {
        METRICS.encoder_waiting.inc();
        Self(())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        METRICS.encoder_waiting.dec();
    }
}
