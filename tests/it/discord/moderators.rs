//! Conversations on Discord: moderators.
