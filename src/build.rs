//! Makes cargo rebuild when a page or a migration is added, because both are compiled in.

fn main() {
    println!("cargo:rerun-if-changed=guides");
    println!("cargo:rerun-if-changed=migrations");
}
