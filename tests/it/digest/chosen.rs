//! Moderators before a digest goes out: preview, pin, veto, skip.

use insta::assert_snapshot;

use super::{NOW, Town, papers};
use crate::world::discord::permission;
use crate::world::feeds::{Fault, Place, paper};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_previewed_pinned_and_vetoed_is_what_is_posted() {
    let town = Town::at("2026-11-22T18:00:00Z").await;
    let d = &town.world.discord;
    d.slash("root", "/papers subscribe count:4").await;
    let preview = d.slash("root", "/mod digest preview").await;
    assert!(preview.ephemeral);
    assert_snapshot!(preview.to_string().lines().nth(1).unwrap_or_default(), @"This comes in #papers on Monday 23 November 2026, 09:00 (UTC), with the votes of then.");
    assert_eq!(
        papers(&preview),
        ["1. Weather at Scale", "2. Games at Scale", "3. Compilers at Scale", "4. Proteins at Scale"]
    );
    assert_snapshot!(d.autocomplete("root", "/mod digest pin paper:diffu|").await, @"Diffusion at Scale → 2611.00001");
    let pinned = d.slash("root", "/mod digest pin paper:https://huggingface.co/papers/2611.00001v3").await;
    assert_snapshot!(pinned, @"
    [ephemeral]
    [Diffusion at Scale](https://arxiv.org/abs/2611.00001) comes first in the papers of 2026-W47, in every channel of this server that has not had it.
    [Take it back]
    ");
    assert_snapshot!(d.slash("root", "/mod digest veto paper:2611.00011").await, @"
    [ephemeral]
    [Games at Scale](https://arxiv.org/abs/2611.00011) does not come in the papers of this server.
    [Take it back]
    ");
    let mistake = d.slash("root", "/mod digest veto paper:2611.00012").await;
    assert_snapshot!(d.press("root", &mistake, "Take it back").await, @"
    [updated]
    [ephemeral]
    [Weather at Scale](https://arxiv.org/abs/2611.00012) comes if its votes are enough, like every other.
    ");
    let preview = d.slash("root", "/mod digest preview").await;
    let expected = ["1. Diffusion at Scale", "2. Weather at Scale", "3. Compilers at Scale", "4. Proteins at Scale"];
    assert_eq!(papers(&preview), expected);
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    let posted = town.posted("papers");
    assert_eq!(papers(&posted[0]), expected);
    assert!(posted[0].to_string().contains("10 upvotes") && posted[0].to_string().contains("chosen by a moderator"));
    // A veto outlives the week, a pin does not.
    town.feeds.list("2026-11-25", &[paper("2611.00011", "Games at Scale", 900), paper("2612.00001", "New", 1)]);
    town.world.tick_to("2026-11-30T09:00:00Z").await;
    assert_eq!(papers(&town.posted("papers")[1]), ["1. New"]);
    let by = cairn::community::HomeModerator::operator("root").expect("a name");
    let log = cairn::community::audit::read(&town.world.app.store, &by, None, 20).await.expect("a log");
    let acts: Vec<String> = log.iter().rev().map(|e| format!("{}: {}", e.act, e.detail)).skip(1).collect();
    assert_snapshot!(acts.join("\n"), @"
    digest: pin 2611.00001 for 2026-W47
    digest: veto 2611.00011 for 2026-W47
    digest: veto 2611.00012 for 2026-W47
    digest: neither pin nor veto 2611.00012
    ");
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_is_skipped_in_one_channel() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    d.channel("news");
    d.slash("root", "/papers subscribe").await;
    d.slash("root", "/papers subscribe channel:#news").await;
    let skipped = d.slash("root", "/mod digest skip").await;
    assert_snapshot!(skipped, @"
    [ephemeral]
    The papers of 2026-W47 will not be posted in #papers. The next ones come on Monday 30 November 2026, 09:00 (UTC).
    [Post it after all]
    ");
    assert_snapshot!(d.press("root", &skipped, "Post it after all").await, @"
    [updated]
    [ephemeral]
    The papers of 2026-W47 will be posted in #papers on Monday 23 November 2026, 09:00 (UTC).
    ");
    d.slash("root", "/mod digest skip channel:#papers").await;
    town.world.tick_to("2026-11-23T09:00:00Z").await;
    assert_eq!((town.posted("papers").len(), town.posted("news").len()), (0, 1));
    town.feeds.list("2026-11-25", &[paper("2612.00001", "New", 1)]);
    town.world.tick_to("2026-11-30T09:00:00Z").await;
    assert_eq!((town.posted("papers").len(), town.posted("news").len()), (1, 2));
    town.world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_approvers_may() {
    let town = Town::at(NOW).await;
    let d = &town.world.discord;
    d.channel("elsewhere");
    d.slash("root", "/papers subscribe").await;
    for command in ["preview", "pin paper:2611.00001", "veto paper:2611.00001", "skip"] {
        let said = d.slash("ann", &format!("/mod digest {command}")).await;
        assert!(said.content.contains("you need the approver role"), "{command}: {said}");
    }
    assert_snapshot!(d.slash("ann", "/papers subscribe").await, @"
    [ephemeral]
    To subscribe a channel to the papers, you need the approver role; ask someone who may manage this server, who sets it in /mod settings. To get the papers yourself, by direct message, choose where: My direct messages.
    ");
    assert!(d.slash("ann", "/papers unsubscribe").await.content.contains("you need the approver role"));
    let editors = d.role("editors", 0);
    d.grant("eve", editors);
    let panel = d.slash("root", "/mod settings").await;
    d.choose("root", &panel, "set/editor", &["editors"]).await;
    d.go("eve", "papers");
    for command in ["/mod digest skip", "/mod digest pin paper:2611.00001", "/papers subscribe", "/papers unsubscribe"]
    {
        let said = d.slash("eve", command).await;
        assert!(said.content.contains("you need the approver role"), "{command}: {said}");
    }
    // A forged press is judged by who presses, too.
    let skipped = d.slash("root", "/mod digest skip").await;
    let forged = d.forge_press("ann", &skipped, "digest/clear/2611.00001").await;
    assert!(!forged.updated && forged.content.contains("older"), "{forged}");
    d.grant("mods", d.role("mods", permission::MANAGE_GUILD));
    assert_snapshot!(d.slash("root", "/mod digest preview channel:#elsewhere").await.content, @"That channel gets no papers; subscribe it with /papers subscribe, or name another one.");
    assert_snapshot!(d.slash("root", "/mod digest pin paper:2611.77777").await.content, @"arXiv has no paper 2611.77777, or it was withdrawn; look its id up again.");
    assert_snapshot!(d.slash("root", "/mod digest pin paper:nonsense").await.content, @"No paper of the archive has all these words; choose one from the list while you type, or give an id such as 2408.01234.");
    // A paper that no week has is looked up.
    town.feeds.know(paper("1706.03762", "Attention *Is* [All] You Need", 0));
    assert_snapshot!(d.slash("root", "/mod digest pin paper:arXiv:1706.03762v7").await.content, @r#"[Attention \*Is\* \[All\] You Need](https://arxiv.org/abs/1706.03762) comes first in the papers of 2026-W47, in every channel of this server that has not had it."#);
    assert!(d.slash("ann", "/papers read paper:1706.03762").await.content.contains("Your passes through"));
    town.feeds.fail(Place::HuggingFace, Fault::Status(500), usize::MAX);
    town.feeds.fail(Place::HackerNews, Fault::Status(500), usize::MAX);
    assert_snapshot!(d.slash("root", "/mod digest preview").await.content, @"The sources of the papers cannot be reached now; try again later.");
    town.world.finish().await;
}
