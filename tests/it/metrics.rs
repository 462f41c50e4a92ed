//! What Prometheus is shown, in conversation with the real program.

#![allow(clippy::unwrap_used)]

use crate::world::program::Cairn;

#[test]
fn what_happens_is_counted_on_a_listener_of_its_own() {
    let cairn = Cairn::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let server = cairn.serve(&["--metrics-listen", &free]);
    assert_eq!(server.get("/metrics").status, 404, "the public page has no metrics");
    assert_eq!(server.get("/search?q=gpu").status, 200);
    server.get("/search?q=zzqqxx");
    let shown = server.get_from(&free, "/metrics");
    assert_eq!(shown.status, 200);
    let wanted = [
        "cairn_searches_total{found=\"yes\"} 1",
        "cairn_searches_total{found=\"no\"} 1",
        "cairn_web_requests_total{status=\"2xx\"} ",
        "cairn_web_requests_total{status=\"4xx\"} 1",
        "cairn_build_info{version=",
        "cairn_database_bytes ",
        "cairn_resident_memory_bytes ",
        "cairn_outbox_oldest_due_seconds 0",
        "cairn_database_write_wait_seconds_count ",
        "# EOF",
    ];
    for line in wanted {
        assert!(shown.body.contains(line), "{line} is not in\n{}", shown.body);
    }
    assert!(!shown.body.contains("gpu"), "no text of people");
    assert_eq!(server.get_from(&free, "/").status, 404);
    assert_eq!(server.stop("-TERM").0, Some(0));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let told = cairn.run(&[
        "run",
        "--web-listen",
        "127.0.0.1:0",
        "--metrics-listen",
        &taken.local_addr().unwrap().to_string(),
    ]);
    assert!(told.refused(1).contains("choose another port with --metrics-listen"));
}
