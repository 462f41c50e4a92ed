//! What a server has set.

use crate::triage::{Bands, Track};

/// What a server has set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Server {
    /// The role that may edit the wiki.
    pub editor: Option<u64>,
    /// The role that may publish what others propose.
    pub approver: Option<u64>,
    /// The role that "this is me" gives, for some tracks.
    pub tracks: Vec<(Track, u64)>,
    /// How sure triage must be to answer a post.
    pub bands: Bands,
    /// Whether Cairn may read the text of posts.
    pub reads: bool,
    /// Channels and forums whose new posts are answered.
    pub channels: Vec<u64>,
    /// The channel in which moderators are told of a post whose author may be in danger; none if they want to hear of none.
    pub danger: Option<u64>,
}

impl Server {
    /// The role for a track.
    pub fn role_for(&self, track: Track) -> Option<u64> {
        self.tracks.iter().find(|(t, _)| *t == track).map(|(_, role)| *role)
    }
}
