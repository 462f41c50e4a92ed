//! Networks in which nothing is reached directly.

use crate::world::discord::Discord;
use crate::world::program::Cairn;
use crate::world::server::World;
use crate::world::way_out::WayOut;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rest_and_gateway_go_through_the_systems_proxy_and_trust_its_root() {
    let discord = Discord::start().await;
    // Names that nobody but the proxy knows, and a certificate that nobody else vouches for.
    let address = discord.base_url().trim_start_matches("http://").to_owned();
    let way_out = WayOut::to(&address, &["discord.test", "gateway.discord.test"]).await;
    discord.gateway_is("wss://gateway.discord.test");
    let mut world = World { discord, cairn: Cairn::new(), server: None, settings: Vec::new() };
    let (token, roots) = (world.discord.token(), way_out.roots.path().display().to_string());
    let settings = [
        ("CAIRN_DISCORD_TOKEN", token.as_str()),
        ("CAIRN_DISCORD_PROXY", "https://discord.test"),
        ("HTTPS_PROXY", way_out.proxy.as_str()),
        ("SSL_CERT_FILE", roots.as_str()),
    ];
    world.server = Some(tokio::task::block_in_place(|| world.cairn.serve_with(&[], &settings)));
    world.discord.joined().await;
    let answer = world.discord.slash("ann", "/guide track:engineer").await;
    assert_eq!(answer.embeds.len(), 1, "{answer}");
    // A dropped connection is resumed on the same way.
    world.discord.drop_gateway();
    world.discord.resumes(1).await;
    world.discord.slash("ann", "/help").await;
    assert_eq!(way_out.asked(), ["discord.test:443", "gateway.discord.test:443"]);
    world.finish();
}

#[test]
fn a_root_that_cannot_be_read_is_said_at_the_start() {
    let cairn = Cairn::new();
    let mut command = cairn.command(&["run", "--web-listen", "127.0.0.1:0"]);
    command.env("CAIRN_DISCORD_TOKEN", "a.b.c").env("SSL_CERT_FILE", "/nowhere/root.pem");
    let sentence = crate::world::program::finish(command, b"").refused(1);
    insta::assert_snapshot!(sentence, @"SSL_CERT_FILE names /nowhere/root.pem, which holds no certificate that can be read; name a PEM file or unset it.");
}
