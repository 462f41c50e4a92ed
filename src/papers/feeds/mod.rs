//! The places on the network that tell about papers.

use jiff::Timestamp;

use super::{Gathered, Week};
use crate::Result;
use crate::config::Config;

/// The sources, each with its client. Make one for the whole program: it keeps the pace that arXiv asks for.
#[derive(Debug, Clone)]
pub struct Feeds {}

impl Feeds {
    /// Feeds at the addresses of the settings.
    ///
    /// # Errors
    /// A fault if the system's certificates or proxies cannot be used.
    pub fn open(_config: &Config) -> Result<Self> {
        Ok(Self {})
    }
}

/// Asks every source about a week. One that is down is named in `missing`.
///
/// # Errors
/// A fault if no source that knows what is popular could be asked; try again later.
pub async fn fetch(_feeds: &Feeds, week: Week, _now: Timestamp) -> Result<Gathered> {
    Ok(Gathered { week, papers: vec![], sightings: vec![], missing: vec![] })
}
