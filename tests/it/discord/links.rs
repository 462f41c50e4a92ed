//! Conversations on Discord where nobody outside can reach the web page: no link leads to it.

use super::PUPIL;
use crate::world::discord::permission;
use crate::world::server::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_public_address_no_answer_links_to_the_web_page() {
    let mut world = World::empty().await;
    let (proxy, token) = (world.discord.base_url().to_owned(), world.discord.token());
    let set = [("CAIRN_DISCORD_PROXY", proxy.as_str()), ("CAIRN_DISCORD_TOKEN", token.as_str())];
    let server = tokio::task::block_in_place(|| world.cairn.serve_with(&[], &set));
    assert!(server.screen.contains("Links    off: set CAIRN_WEB_URL"), "{}", server.screen);
    world.server = Some(server);
    world.discord.connects(1).await;
    world.discord.joined().await;
    let d = &world.discord;
    d.forum("questions");
    d.grant("root", d.role("admins", permission::MANAGE_GUILD));
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/channels", &["questions"]).await;
    let mut said = Vec::new();
    let start = d.slash("ann", PUPIL).await;
    assert!(start.to_string().contains("The whole guide: `/guide track:high-school`"), "{start}");
    said.push(d.press("ann", &start, "Hacker guide").await.to_string());
    said.push(start.to_string());
    for line in [
        "/help",
        "/guide track:engineer",
        "/wiki query:gpu",
        "/wiki query:how do I find a mentor",
        "/papers search query:attention",
    ] {
        said.push(d.slash("ann", line).await.to_string());
    }
    d.slash("ann", "/study zone zone:Europe/Berlin").await;
    d.slash("ann", "/study reminder times:mon 19:00").await;
    said.push(d.slash("ann", "/study plan track:engineer hours:10 deadline:in 3 months").await.to_string());
    let calendar = d.slash("ann", "/study calendar").await;
    let file = String::from_utf8(calendar.files[0].bytes.clone()).expect("text");
    said.extend([calendar.to_string(), file]);
    let post = d.posts("bob", "questions", "How do I get into machine learning?", "I like programming for fun.");
    said.push(d.bot_says(&post).await.to_string());
    for text in &said {
        for dead in ["127.0.0.1", "localhost", "cairn:/", "http://", "Secret link", "/guides/", "secret link"] {
            assert!(!text.contains(dead), "{dead} stands in\n{text}");
        }
    }
    assert!(said.iter().any(|text| text.contains("Your first three steps this week")), "{said:?}");
    world.finish();
}
