//! The open connections, and which one is closed if there are too many.
//!
//! A new visitor is accepted as long as another connection is idle. So a visitor with a question, or a check of
//! `/healthz`, gets through even if many other connections are idle.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::Notify;

/// The most connections at once.
const MOST: u64 = 1_024;
/// A request that takes longer than this may be closed, too.
const LONG: Duration = Duration::from_secs(5);

/// The owner of a connection: its address. For IPv6 it is the /64 network, because one person can use as many
/// addresses in it as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Visitor(IpAddr);

impl Visitor {
    /// The visitor at an address.
    pub fn at(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(long) => Self(Ipv6Addr::from_bits(long.to_bits() & (u128::MAX << 64)).into()),
            short => Self(short),
        }
    }
}

/// The most connections in all, and per visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    all: usize,
    each: usize,
}

impl Caps {
    /// Half of the file descriptors that the system allows. The others are for Discord, the database and the rest.
    pub fn of_system() -> Self {
        Self::of(descriptors())
    }

    fn of(descriptors: u64) -> Self {
        let all = usize::try_from((descriptors / 2).clamp(16, MOST)).unwrap_or(16);
        Self { all, each: (all / 8).max(8) }
    }
}

/// The limit of file descriptors, after trying to raise it to what we can use.
fn descriptors() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(u64::MAX).min(4 * MOST);
    match current {
        Some(current) if current < wanted => {
            let asked = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
            if asked.is_ok() { wanted } else { current }
        }
        current => current.unwrap_or(u64::MAX),
    }
}

/// All open connections. Clones share them.
#[derive(Debug, Clone)]
pub struct Connections {
    caps: Caps,
    open: Arc<Mutex<HashMap<u64, Open>>>,
    next: Arc<AtomicU64>,
}

#[derive(Debug, Clone)]
struct Open {
    visitor: Visitor,
    /// Whether a request is being answered.
    busy: bool,
    /// The start of the current busy or idle time.
    since: Instant,
    leave: Arc<Notify>,
}

/// A connection's entry in the list; dropping it removes the entry.
#[derive(Debug)]
pub struct Place {
    number: u64,
    leave: Arc<Notify>,
    all: Connections,
}

/// Marks a connection as busy until it is dropped.
#[derive(Debug)]
pub struct Busy(Arc<Place>);

impl Connections {
    /// An empty list.
    pub fn new(caps: Caps) -> Self {
        Self { caps, open: Arc::default(), next: Arc::default() }
    }

    /// Adds a connection, if there is room or another one can be closed. A `trusted` proxy brings many visitors, so
    /// it has no limit of its own.
    pub fn enter(&self, visitor: Visitor, trusted: bool, now: Instant) -> Option<Place> {
        let mut open = self.open();
        match room(&open, visitor, trusted, self.caps, now) {
            Room::Free => {}
            Room::Instead(number) => {
                if let Some(gone) = open.remove(&number) {
                    gone.leave.notify_one();
                }
            }
            Room::None => return None,
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let leave = Arc::new(Notify::new());
        open.insert(number, Open { visitor, busy: false, since: now, leave: Arc::clone(&leave) });
        Some(Place { number, leave, all: self.clone() })
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Marks the connection as busy.
    pub fn busy(self: &Arc<Self>) -> Busy {
        self.set(true);
        Busy(Arc::clone(self))
    }

    /// Whether a request is being answered.
    pub fn is_busy(&self) -> bool {
        self.all.open().get(&self.number).is_some_and(|open| open.busy)
    }

    /// Waits until the connection must close for another one.
    pub async fn gives_way(&self) {
        self.leave.notified().await;
    }

    fn set(&self, busy: bool) {
        if let Some(open) = self.all.open().get_mut(&self.number) {
            (open.busy, open.since) = (busy, Instant::now());
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.all.open().remove(&self.number);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

#[derive(Debug, PartialEq)]
enum Room {
    Free,
    /// There is room if this connection closes.
    Instead(u64),
    None,
}

/// Whether there is room for one more connection of this visitor (pure). If the visitor has too many, one of their
/// own is closed. If there are too many in all, one of the visitor with the most is closed. Each time it is the
/// longest idle one.
fn room(open: &HashMap<u64, Open>, visitor: Visitor, trusted: bool, caps: Caps, now: Instant) -> Room {
    let mut counts: HashMap<Visitor, usize> = HashMap::new();
    for one in open.values() {
        *counts.entry(one.visitor).or_default() += 1;
    }
    let own = counts.get(&visitor).copied().unwrap_or_default();
    if !trusted && own >= caps.each {
        return longest(open, now, |one| one.visitor == visitor).map_or(Room::None, Room::Instead);
    }
    if open.len() < caps.all {
        return Room::Free;
    }
    let most = counts.values().copied().max().unwrap_or_default();
    let has_most = |one: &Open| counts.get(&one.visitor) == Some(&most);
    let first = longest(open, now, has_most).or_else(|| longest(open, now, |_| true));
    first.map_or(Room::None, Room::Instead)
}

/// The connection that has been idle for longest, or else busy for longest, among those that may be closed.
fn longest(open: &HashMap<u64, Open>, now: Instant, of: impl Fn(&Open) -> bool) -> Option<u64> {
    let may = |one: &Open| !one.busy || now.saturating_duration_since(one.since) >= LONG;
    let some = open.iter().filter(|(_, one)| of(one) && may(one));
    some.min_by_key(|(number, one)| (one.busy, one.since, **number)).map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(n: u8) -> Visitor {
        Visitor::at(IpAddr::from([10, 0, 0, n]))
    }

    /// Connections numbered from 0: visitor, busy, seconds since.
    fn open(all: &[(u8, bool, u64)], now: Instant) -> HashMap<u64, Open> {
        let one = |(n, busy, ago): &(u8, bool, u64)| Open {
            visitor: visitor(*n),
            busy: *busy,
            since: now.checked_sub(Duration::from_secs(*ago)).unwrap(),
            leave: Arc::default(),
        };
        (0..).zip(all.iter().map(one)).collect()
    }

    #[test]
    fn who_gives_way() {
        let caps = Caps { all: 4, each: 3 };
        let now = Instant::now() + Duration::from_secs(100);
        let room = |all: &[(u8, bool, u64)], n, trusted| room(&open(all, now), visitor(n), trusted, caps, now);
        assert_eq!(room(&[(1, false, 9), (1, false, 9)], 1, false), Room::Free);
        // The visitor's own, idle for longest; not the one that is being answered.
        assert_eq!(room(&[(1, true, 4), (1, false, 2), (1, false, 3)], 1, false), Room::Instead(2));
        assert_eq!(room(&[(1, true, 4), (1, true, 2), (1, true, 3)], 1, false), Room::None);
        // A proxy has the connections of many visitors.
        assert_eq!(room(&[(1, true, 4), (1, false, 2), (1, false, 3)], 1, true), Room::Free);
        // All places are taken: the visitor with the most connections loses one, though others have been idle for
        // longer.
        let full = [(2, false, 50), (1, false, 2), (1, false, 3), (3, false, 60)];
        assert_eq!(room(&full, 4, false), Room::Instead(2));
        // A slow request counts like an idle connection; a new request stays.
        assert_eq!(room(&[(1, true, 6), (2, true, 1), (3, true, 9), (4, true, 4)], 5, false), Room::Instead(2));
        assert_eq!(room(&[(1, true, 1), (2, true, 1), (3, true, 2), (4, true, 4)], 5, false), Room::None);
    }

    #[test]
    fn whoever_gives_way_is_told_and_the_place_is_free_again() {
        let all = Connections::new(Caps { all: 2, each: 2 });
        let first = all.enter(visitor(1), false, Instant::now()).map(Arc::new).unwrap();
        let busy = first.busy();
        let second = all.enter(visitor(2), false, Instant::now()).unwrap();
        let third = all.enter(visitor(3), false, Instant::now()).unwrap();
        assert!(futures_util::FutureExt::now_or_never(second.gives_way()).is_some());
        assert!(futures_util::FutureExt::now_or_never(third.gives_way()).is_none());
        assert!(first.is_busy());
        drop((busy, second));
        assert!(!first.is_busy() && all.open().len() == 2);
        drop((first, third));
        assert!(all.open().is_empty());
    }

    #[test]
    fn a_network_is_one_visitor() {
        let at = |address: &str| Visitor::at(address.parse().unwrap());
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }

    #[test]
    fn half_of_the_descriptors_stay_free() {
        assert_eq!(Caps::of(1_024), Caps { all: 512, each: 64 });
        assert_eq!(Caps::of(256), Caps { all: 128, each: 16 });
        assert_eq!(Caps::of(u64::MAX), Caps { all: 1_024, each: 128 });
        assert_eq!(Caps::of(20), Caps { all: 16, each: 8 });
    }
}
