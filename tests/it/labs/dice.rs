//! Chance that can be had again: the same seed, the same throws.

/// A generator of numbers (xorshift64*).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// From 0 to one below `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.next() % sides.max(1)
    }

    /// Whether something happens that does so `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(all.len() as u64)).unwrap_or(0)]
    }
}

#[test]
fn the_same_seed_throws_the_same() {
    let throws =
        |seed| (0..50).map(move |_| 0).scan(Dice::new(seed), |dice, _| Some(dice.below(6))).collect::<Vec<_>>();
    assert_eq!(throws(7), throws(7));
    assert_ne!(throws(7), throws(8));
    assert_eq!(throws(3).iter().collect::<std::collections::BTreeSet<_>>().len(), 6);
}
