//! Coming in, and who does not.

use crate::chrome::{Browser, PHONE, Setup, WITH, WITHOUT, is_there, tell};
use crate::world::discord::permission;
use crate::world::program::{Cairn, Server};
use crate::world::server::World;

/// A running Cairn, and a link into its console.
pub struct Site {
    pub cairn: Cairn,
    pub server: Server,
}

impl Site {
    pub fn start() -> Self {
        Self::with(&[])
    }

    pub fn with(args: &[&str]) -> Self {
        let cairn = Cairn::new();
        let server = cairn.serve(args);
        Self { cairn, server }
    }

    /// The same with settings.
    pub fn with_settings(settings: &[(&str, &str)]) -> Self {
        let cairn = Cairn::new();
        let server = cairn.serve_with(&[], settings);
        Self { cairn, server }
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// A link for somebody.
    pub fn link(&self, author: &str) -> String {
        let made = self.cairn.run(&["console", "--author", author, "--web-listen", &self.server.address, "--json"]);
        made.json()["link"].as_str().expect("a link").to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_used_up_by_a_press_alone() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT, Setup { width: PHONE, dark: true, ..WITH }] {
        let site = Site::start();
        let link = site.link("Mara");
        tell(setup, &site.address(), 2, async |browsers| {
            let [mara, eve] = &browsers[..] else { unreachable!("two were opened") };
            // Looking at it is not using it.
            for _ in 0..2 {
                mara.client.goto(&link).await.expect("a page opens");
                mara.sees("Sign in as Mara?").await;
            }
            mara.shot("enter").await;
            mara.is_open_to_all("enter").await;
            mara.enter(&link).await;
            eve.client.goto(&link).await.expect("a page opens");
            eve.sees("This link does not work any more").await;
            eve.is_open_to_all("spent").await;
            // A reader at an editor's address.
            for path in ["/console", "/console/pages/hardware", "/console/drafts", "/console/pages/hardware/history"] {
                eve.goto(path).await;
                eve.sees("Ask for a link").await;
            }
            eve.is_open_to_all("stranger").await;
            mara.goto("/console/sign-ins").await;
            mara.sees("this one").await;
            mara.is_open_to_all("sign-ins").await;
            mara.press("Sign out everywhere").await;
            mara.sees("You’re signed out").await;
            mara.goto("/console").await;
            mara.sees("Ask for a link").await;
        })
        .await;
    }
}

/// The way into the console that somebody is given on Discord.
async fn way_in(world: &World, who: &str) -> String {
    let said = world.discord.slash(who, "/mod console").await;
    let json = serde_json::to_string(&said.components).expect("JSON");
    let (_, rest) = json.split_once("/console/enter/").unwrap_or_else(|| panic!("no link in {said}"));
    let key: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    format!("{}/console/enter/{key}", site_of(world))
}

/// What somebody without a role is told.
const NO_ROLE: &str = "you need the editor role";

fn site_of(world: &World) -> String {
    format!("http://{}", world.server.as_ref().expect("it runs").address)
}

/// A role counts for a moment after Discord has told it, so the page behind a link is looked at until it says that.
async fn until_behind(browser: &Browser, link: &str, text: &str) {
    let says = async || {
        browser.client.goto(link).await.expect("a page opens");
        browser.text().await.contains(text).then_some(())
    };
    browser.until(&format!("the page behind the link says “{text}”"), says).await;
}

/// The same, asked beside the browser, which stays where it is.
async fn until_refused(browser: &Browser, world: &World, link: &str) {
    let server = world.server.as_ref().expect("it runs");
    let path = link.strip_prefix(&site_of(world)).expect("a link into this site");
    let is_refused = async || {
        let page = tokio::task::block_in_place(|| server.get(path));
        page.body.contains(NO_ROLE).then_some(())
    };
    browser.until("the role is known to be gone", is_refused).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admin_of_another_server_does_nothing_here() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT] {
        let mut world = World::empty().await;
        let home = format!("discord:{}", world.discord.guild());
        world.settings = vec![("CAIRN_HOME", home), ("CAIRN_WEB_URL", "http://cairn.example".to_owned())];
        world.begin().await;
        let d = world.discord.clone();
        let admins = d.role("admins", permission::MANAGE_GUILD);
        let second = d.second_server();
        d.may_elsewhere("eve", permission::ADMINISTRATOR);
        // Of a link that was made at home, nothing is left when its owner is an admin elsewhere only.
        d.grant("eve", admins);
        let link = way_in(&world, "eve").await;
        tell(setup, &site_of(&world), 1, async |browsers| {
            let eve = &browsers[0];
            d.take("eve", admins);
            until_behind(eve, &link, NO_ROLE).await;
            eve.is_open_to_all("refused").await;
            eve.goto("/console").await;
            eve.sees("Ask for a link").await;
            // Nor may they act who were signed in before; what they wrote stays before them.
            d.grant("eve", admins);
            let link = way_in(&world, "eve").await;
            until_behind(eve, &link, "Sign in as").await;
            eve.enter(&link).await;
            // A second link, which nobody uses.
            let unused = way_in(&world, "eve").await;
            eve.goto("/console/pages/hardware?section=%23").await;
            eve.write("#src", "Buy from me.").await;
            d.take("eve", admins);
            until_refused(eve, &world, &unused).await;
            eve.press("Save").await;
            eve.sees(NO_ROLE).await;
            eve.is_open_to_all("role-gone").await;
            eve.shot("role-gone").await;
            assert!(eve.value("textarea[name=text]").await.starts_with("Buy from me."));
        })
        .await;
        // There, they get no link.
        d.go("eve", d.foreign_channel("lobby", second));
        let said = d.forge_slash("eve", "/mod console").await.to_string();
        assert!(said.contains("Only moderators of Cairn's home community can open the console"), "{said}");
        let history = world.run(&["guides", "history", "hardware", "--json"]).json();
        assert_eq!(history.as_array().map(Vec::len), Some(1), "{history}");
        world.finish();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_form_does_nothing() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT] {
        let site = Site::start();
        let link = site.link("Mara");
        tell(setup, &site.address(), 1, async |browsers| {
            let mara = &browsers[0];
            mara.enter(&link).await;
            mara.goto("/console/sign-ins").await;
            let forge =
                "for (const field of document.querySelectorAll('input[name=token]')) field.value = 'f'.repeat(64)";
            mara.client.execute(forge, vec![]).await.expect("the forms are changed");
            mara.press("Sign out everywhere").await;
            mara.sees("Send this?").await;
            mara.goto("/console").await;
            mara.sees("Pages").await;
        })
        .await;
        // Another site's page: the browser itself says where a form comes from.
        let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let evil = format!("http://localhost:{}/", other.local_addr().expect("an address").port());
        let target = format!("http://{}/console/sign-ins/leave-all", site.server.address);
        std::thread::spawn(move || serve_one_page(&other, &target));
        let link = site.link("Mara");
        tell(setup, &site.address(), 1, async |browsers| {
            let mara = &browsers[0];
            mara.enter(&link).await;
            mara.client.goto(&evil).await.expect("a page opens");
            mara.press("A kitten").await;
            mara.sees("That came from another site").await;
            mara.goto("/console").await;
            mara.sees("Pages").await;
        })
        .await;
    }
}

/// A page with a form that is sent elsewhere.
fn serve_one_page(listener: &std::net::TcpListener, target: &str) {
    use std::io::{Read, Write};
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { return };
        let mut asked = [0; 4096];
        let _ = stream.read(&mut asked);
        let page = format!("<!doctype html><form method=post action='{target}'><button>A kitten</button></form>");
        let length = page.len();
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
        );
    }
}
