//! Tells cargo to build again when a page or a migration was added: both are compiled in.

fn main() {
    println!("cargo:rerun-if-changed=guides");
    println!("cargo:rerun-if-changed=migrations");
}
