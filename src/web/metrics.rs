//! `/metrics`, on its own listener: counters and current values.

use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::serving;
use crate::reddit::desk;
use crate::reddit::mode::Mode;
use crate::{App, Result, metrics, outbox};

/// The media type of the OpenMetrics text format.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Serves only `/metrics` until `stop` is set. It never fails: errors of one connection do not affect the others.
pub async fn serve(app: App, listener: TcpListener, stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let router = Router::new().route("/metrics", get(shown)).with_state(app);
    serving::serve(router, listener, &[], stop).await;
    Ok(())
}

async fn shown(State(app): State<App>) -> Response {
    let text = gathered(&app).await.and_then(|registry| {
        let mut text = String::new();
        encode(&mut text, &registry).map_err(anyhow::Error::new)?;
        Ok(text)
    });
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(cause) => {
            tracing::error!("the metrics could not be gathered: {cause}");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn gathered(app: &App) -> Result<Registry> {
    let mut registry = Registry::with_prefix("cairn");
    metrics::register(&mut registry);
    let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The version that runs", build);
    let messages = Family::<[(&str, String); 1], Gauge>::default();
    for state in outbox::State::ALL {
        messages.get_or_create(&[("state", state.name().to_owned())]).set(0);
    }
    for (state, count) in outbox::counts(&app.store).await? {
        messages.get_or_create(&[("state", state)]).set(count);
    }
    registry.register("outbox_messages", "Messages that the bot has decided to send, by state", messages);
    let oldest = Gauge::<i64>::default();
    oldest.set(outbox::longest_wait(&app.store, app.clock.now()).await?);
    let help = "Age of the oldest message that is due and not yet sent";
    registry.register_with_unit("outbox_oldest_due", help, Unit::Seconds, oldest);
    on_reddit(app, &mut registry).await?;
    let bytes = Gauge::<i64>::default();
    bytes.set(app.store.bytes());
    registry.register_with_unit("database", "Size of the database's file", Unit::Bytes, bytes);
    let parts = Family::<[(&str, &str); 1], Gauge>::default();
    let troubles = app.health.troubles(Instant::now());
    for part in app.health.parts_known() {
        let well = troubles.iter().all(|(ill, _)| *ill != part);
        parts.get_or_create(&[("part", part)]).set(i64::from(well));
    }
    registry.register("part_up", "Whether a part of the program is well", parts);
    own_process(&mut registry);
    Ok(registry)
}

/// How Cairn does on Reddit. Calls there are counted with those at other services.
async fn on_reddit(app: &App, registry: &mut Registry) -> Result<()> {
    let desk::Figures { replies, modes, pulse } = desk::figures(&app.store).await?;
    let by_state = Family::<[(&str, &str); 1], Gauge>::default();
    for (state, count) in replies {
        by_state.get_or_create(&[("state", state.name())]).set(count);
    }
    registry.register("reddit_replies", "Replies on Reddit that were decided, by state", by_state);
    let set = Family::<[(&str, String); 2], Gauge>::default();
    for (subreddit, mode) in modes {
        for other in Mode::ALL {
            let labels = [("subreddit", subreddit.clone()), ("mode", other.name().to_owned())];
            set.get_or_create(&labels).set(i64::from(other == mode));
        }
    }
    registry.register("reddit_mode", "What the bot does in each subreddit: 1 for the mode that is set", set);
    let Some(pulse) = pulse else { return Ok(()) };
    let read = Gauge::<i64>::default();
    read.set(pulse.at.as_second());
    registry.register_with_unit("reddit_read_timestamp", "When Reddit was read last", Unit::Seconds, read);
    if let Some(calls) = pulse.calls_left {
        let left = Gauge::<i64>::default();
        left.set(calls.into());
        registry.register(
            "reddit_calls_left",
            "Calls that Reddit's count leaves to the bot, when it was read last",
            left,
        );
    }
    Ok(())
}

/// The system's figures for this process, if available (Linux).
fn own_process(registry: &mut Registry) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse::<i64>().ok());
    if let Some(kilobytes) = resident {
        let gauge = Gauge::<i64>::default();
        gauge.set(kilobytes.saturating_mul(1_024));
        registry.register_with_unit("resident_memory", "Memory that the process holds", Unit::Bytes, gauge);
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(open.count()).unwrap_or(i64::MAX));
        registry.register("open_descriptors", "Descriptors that the process holds", gauge);
    }
}
