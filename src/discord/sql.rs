//! The queries of Discord: servers' settings, and answers with buttons.

use jiff::Timestamp;

use super::server::Server;
use crate::Result;
use crate::store::{Connection, Store};
use crate::triage::{Bands, Track, Verdict};

/// An answer to be kept.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Who may press its buttons.
    pub asker: u64,
    /// Who wrote the text.
    pub author: u64,
    /// In which server.
    pub guild: Option<u64>,
    /// The post that is answered unasked.
    pub post: Option<u64>,
    /// The message that somebody pointed at: its channel and id.
    pub message: Option<(u64, u64)>,
    /// The channel or thread of the post that is answered unasked.
    pub place: Option<u64>,
    /// The text's title.
    pub title: &'a str,
    /// The text.
    pub body: &'a str,
    /// The guide that is shown.
    pub track: Option<Track>,
    /// What triage said of the text; none if somebody chose.
    pub verdict: Option<&'a Verdict>,
}

/// A kept answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its number, in its buttons' ids.
    pub id: i64,
    /// Who may press: `discord:ID`.
    pub asker: String,
    /// Who wrote the text: `discord:ID`.
    pub author: String,
    /// In which server.
    pub guild: Option<u64>,
    /// The post that was answered unasked.
    pub post: Option<u64>,
    /// The message that somebody pointed at: its channel and id.
    pub message: Option<(u64, u64)>,
    /// The text's title.
    pub title: String,
    /// The text.
    pub body: String,
    /// The guide that is shown.
    pub track: Option<Track>,
    /// What triage said of the text, by the model of then.
    pub shown: Option<Verdict>,
}

#[derive(sqlx::FromRow)]
struct ServerRow {
    editor: Option<i64>,
    approver: Option<i64>,
    answer: f64,
    margin: f64,
    ask: f64,
    reads: bool,
    danger: Option<i64>,
}

/// What a server has set; the defaults if nothing.
pub async fn server(db: &mut Connection, guild: u64) -> Result<Server> {
    let query = "SELECT editor, approver, answer, margin, ask, reads, danger FROM discord_servers WHERE guild = $1";
    let row: Option<ServerRow> = sqlx::query_as(query).bind(guild.cast_signed()).fetch_optional(&mut *db).await?;
    let mut server = row.map_or_else(Server::default, |row| Server {
        editor: row.editor.map(i64::cast_unsigned),
        approver: row.approver.map(i64::cast_unsigned),
        bands: Bands { answer: row.answer, margin: row.margin, ask: row.ask },
        reads: row.reads,
        danger: row.danger.map(i64::cast_unsigned),
        ..Server::default()
    });
    let query = "SELECT track, role FROM discord_roles WHERE guild = $1 ORDER BY track";
    let roles: Vec<(String, i64)> = sqlx::query_as(query).bind(guild.cast_signed()).fetch_all(&mut *db).await?;
    server.tracks = roles.into_iter().filter_map(|(t, r)| Some((t.parse().ok()?, r.cast_unsigned()))).collect();
    let query = "SELECT channel FROM discord_channels WHERE guild = $1 ORDER BY channel";
    let channels: Vec<i64> = sqlx::query_scalar(query).bind(guild.cast_signed()).fetch_all(db).await?;
    server.channels = channels.into_iter().map(i64::cast_unsigned).collect();
    Ok(server)
}

/// The settings of a server; the defaults in direct messages.
pub async fn settings_in(db: &mut Connection, guild: Option<u64>) -> Result<Server> {
    match guild {
        Some(guild) => server(db, guild).await,
        None => Ok(Server::default()),
    }
}

/// The settings of a server.
pub async fn settings(store: &Store, guild: Option<u64>) -> Result<Server> {
    settings_in(&mut *store.read().await?, guild).await
}

/// Writes all that a server has set.
pub async fn set_server(db: &mut Connection, guild: u64, server: &Server) -> Result<()> {
    let id = guild.cast_signed();
    let query = "INSERT INTO discord_servers (guild, editor, approver, answer, margin, ask, reads, danger)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (guild) DO UPDATE SET editor = excluded.editor,
                 approver = excluded.approver, answer = excluded.answer, margin = excluded.margin,
                 ask = excluded.ask, reads = excluded.reads, danger = excluded.danger";
    sqlx::query(query)
        .bind(id)
        .bind(server.editor.map(u64::cast_signed))
        .bind(server.approver.map(u64::cast_signed))
        .bind(server.bands.answer)
        .bind(server.bands.margin)
        .bind(server.bands.ask)
        .bind(server.reads)
        .bind(server.danger.map(u64::cast_signed))
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM discord_roles WHERE guild = $1").bind(id).execute(&mut *db).await?;
    for (track, role) in &server.tracks {
        let query = "INSERT INTO discord_roles (guild, track, role) VALUES ($1, $2, $3)";
        sqlx::query(query).bind(id).bind(track.slug()).bind(role.cast_signed()).execute(&mut *db).await?;
    }
    sqlx::query("DELETE FROM discord_channels WHERE guild = $1").bind(id).execute(&mut *db).await?;
    for channel in &server.channels {
        let query = "INSERT OR REPLACE INTO discord_channels (channel, guild) VALUES ($1, $2)";
        sqlx::query(query).bind(channel.cast_signed()).bind(id).execute(&mut *db).await?;
    }
    Ok(())
}

/// Whether any server lets Cairn read posts.
pub async fn anybody_reads(db: &mut Connection) -> Result<bool> {
    let query = "SELECT EXISTS (SELECT 1 FROM discord_servers WHERE reads = 1)";
    Ok(sqlx::query_scalar(query).fetch_one(db).await?)
}

/// Keeps an answer. Returns its number; nothing if that post has an answer already.
pub async fn add_answer(db: &mut Connection, new: &New<'_>, now: Timestamp) -> Result<Option<i64>> {
    let query = "INSERT INTO discord_answers (asker, author, guild, post, title, body, track, at, channel, message,
                     verdict)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (post) DO NOTHING RETURNING id";
    let id = sqlx::query_scalar(query)
        .bind(format!("discord:{}", new.asker))
        .bind(format!("discord:{}", new.author))
        .bind(new.guild.map(u64::cast_signed))
        .bind(new.post.map(u64::cast_signed))
        .bind(new.title)
        .bind(new.body)
        .bind(new.track.map(Track::slug))
        .bind(now.as_millisecond())
        .bind(new.message.map(|(channel, _)| channel).or(new.place).map(u64::cast_signed))
        .bind(new.message.map(|(_, message)| message.cast_signed()))
        .bind(new.verdict.and_then(Verdict::to_kept));
    Ok(id.fetch_optional(db).await?)
}

#[derive(sqlx::FromRow)]
struct AnswerRow {
    asker: String,
    author: String,
    guild: Option<i64>,
    post: Option<i64>,
    title: String,
    body: String,
    track: Option<String>,
    channel: Option<i64>,
    message: Option<i64>,
    verdict: Option<String>,
}

/// A kept answer.
pub async fn answer(db: &mut Connection, id: i64) -> Result<Option<Kept>> {
    let query = "SELECT asker, author, guild, post, title, body, track, channel, message, verdict FROM discord_answers
                 WHERE id = $1";
    let row: Option<AnswerRow> = sqlx::query_as(query).bind(id).fetch_optional(db).await?;
    Ok(row.map(|row| Kept {
        id,
        asker: row.asker,
        author: row.author,
        guild: row.guild.map(i64::cast_unsigned),
        post: row.post.map(i64::cast_unsigned),
        message: row.channel.zip(row.message).map(|(c, m)| (c.cast_unsigned(), m.cast_unsigned())),
        title: row.title,
        body: row.body,
        track: row.track.and_then(|slug| slug.parse().ok()),
        shown: row.verdict.as_deref().and_then(Verdict::of_kept),
    }))
}

/// Which guide an answer shows now.
pub async fn set_track(db: &mut Connection, id: i64, track: Track) -> Result<()> {
    sqlx::query("UPDATE discord_answers SET track = $1 WHERE id = $2").bind(track.slug()).bind(id).execute(db).await?;
    Ok(())
}

/// What the author thinks of an answer.
pub async fn set_opinion(db: &mut Connection, id: i64, opinion: &str) -> Result<()> {
    sqlx::query("UPDATE discord_answers SET opinion = $1 WHERE id = $2").bind(opinion).bind(id).execute(db).await?;
    Ok(())
}

/// How many posts of an author were answered unasked since an instant.
pub async fn answered_since(db: &mut Connection, guild: u64, author: u64, since: Timestamp) -> Result<i64> {
    let query = "SELECT count(*) FROM discord_answers
                 WHERE post IS NOT NULL AND guild = $1 AND author = $2 AND at > $3";
    let author = format!("discord:{author}");
    let count = sqlx::query_scalar(query).bind(guild.cast_signed()).bind(author).bind(since.as_millisecond());
    Ok(count.fetch_one(db).await?)
}

/// Forgets answers made before an instant. Their buttons say so from then on.
pub async fn forget(db: &mut Connection, oldest: Timestamp) -> Result<()> {
    sqlx::query("DELETE FROM discord_answers WHERE at < $1").bind(oldest.as_millisecond()).execute(db).await?;
    Ok(())
}
