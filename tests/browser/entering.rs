//! Coming in, and who does not.

use crate::chrome::{PHONE, Setup, WITH, WITHOUT, is_there, tell};
use crate::program::{Cairn, Server};

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
