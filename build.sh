#!/usr/bin/env bash
# Builds, serves and tests ink-number. Every verb does its own set-up and leaves alone what has not changed: see `./build.sh help`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tools/setup.sh
. tools/setup.sh

usage() {
    cat <<'HELP'
./build.sh [VERB]

  (none)        builds everything: both engines, the npm package, the site, the command line
  serve [PORT]  builds and serves the site on 127.0.0.1, port 8080 unless given; the CPU engine first, the GPU engine behind it
  test          runs every check and test: format, lints, Rust, wasm in Chromium, TypeScript, the pages end to end
  native        builds the command line, target/release/ink-number
  sizes         builds both engines and prints what each one downloads: raw, gzip, brotli; fails beyond the budget
  bench         times the engines beside what a page would use instead, in one browser, and writes docs/benchmarks.md: needs the data sets
  fuzz [SECS]   looks for ink, pictures, weights, files, hands and constraints that break it, each for so many seconds, 60 unless given
  licences      checks where crates and npm packages come from, and under which licences
  help          prints this

Compiled dependencies and tools are kept in INK_NUMBER_CACHE (unless set: ink-number in the user's cache folder), for all clones.
Chromium for the tests: CHROME, else the PATH, else Debian's package when root, else Playwright's download.
Data sets for training and for some tests, which are ignored without: INK_NUMBER_DATA, else ../shared/data.
Rust's source, where rustup has no wasm32 standard library: INK_NUMBER_RUST_SRC, else Debian's package rust-src.
HELP
}

# --- cargo, one target folder for each feature set: changing features in one folder would compile nearly everything anew

# The crate itself compiles in seconds, so incremental state would only fill the cache.
export CARGO_INCREMENTAL=0

# cargo_native SUBCOMMAND [ARGS...]
cargo_native() { CARGO_TARGET_DIR=$CACHE/target/native cargo "$1" --locked "${@:2}"; }

# The cargo profile of one browser engine.
profile_of() { case $1 in cpu) echo wasm-cpu ;; gpu) echo wasm ;; esac; }

# cargo SUBCOMMAND for one browser engine: cargo_wasm cpu|gpu SUBCOMMAND [ARGS...]
cargo_wasm() {
    local engine=$1 subcommand=$2 feature flags
    shift 2
    # Panic messages carry the places of dependencies: not where this machine keeps them.
    flags=("--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo")
    case $engine in
        cpu) feature=cpu flags+=(-C target-feature=+simd128) ;;
        gpu) feature=webgpu flags+=(--cfg 'getrandom_backend="wasm_js"') ;;
    esac
    CARGO_TARGET_DIR=$CACHE/target/wasm-$engine CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}") \
        cargo "$subcommand" --locked --profile "$(profile_of "$engine")" --target "$WASM" --no-default-features --features "$feature" "$@"
}

# --- building

need_browser_build() {
    need_rust
    need_wasm_target
    need_wasm_bindgen
    need_npm
}

build_native() {
    say "command line: target/release/ink-number"
    cargo_native build --release --features cli --bin ink-number
    cmp -s "$CACHE/target/native/release/ink-number" target/release/ink-number \
        || install -D "$CACHE/target/native/release/ink-number" target/release/ink-number
}

# pkg/dist/cpu or pkg/dist/gpu: the wasm file and its script.
build_engine() {
    local engine=$1 dist=pkg/dist/$1 wasm stamp
    say "engine $engine: $dist"
    # Only the cdylib is asked for: with an rlib beside it cargo leaves link-time optimisation out.
    cargo_wasm "$engine" rustc --lib --crate-type cdylib
    wasm=$CACHE/target/wasm-$engine/$WASM/$(profile_of "$engine")/ink_number.wasm
    stamp=$(digest "$wasm" build.sh tools/number-imports.mjs)-$(locked wasm-bindgen)
    if [ -d "$dist" ] && [ "$(cat "target/$engine.stamp" 2>/dev/null)" = "$stamp" ]; then return; fi
    rm -rf "target/$engine.new"
    wasm-bindgen "$wasm" --target web --no-typescript --out-name ink_number --out-dir "target/$engine.new" \
        --remove-name-section --remove-producers-section
    node tools/number-imports.mjs "target/$engine.new"
    replace "$dist" "target/$engine.new"
    echo "$stamp" > "target/$engine.stamp"
}

# Puts the folder $2 in the place of $1, at once: it may be served meanwhile.
replace() {
    mkdir -p "$1"
    rm -rf target/old
    mv "$1" target/old
    mv "$2" "$1"
    rm -rf target/old
}

build_package() {
    say "package: pkg/dist"
    install -D -m 644 model/ink-number.weights pkg/dist/model/ink-number.weights
    node pkg/build.mjs
}

build_page() {
    say "site: www/dist"
    node www/build.mjs --out target/page.new
    replace www/dist target/page.new
}

build_all() {
    need_browser_build
    build_engine cpu
    build_engine gpu
    build_package
    build_page
    build_native
}

# --- serving

serve() {
    local port=${1:-8080} server gpu
    [[ $port =~ ^[0-9]{1,5}$ ]] || die "serve: expected a port number, saw '$port'"
    need_browser_build
    build_engine cpu
    build_package
    build_page
    # Job control gives each job a process group, so that nothing it started outlives this script.
    set -m
    node tools/serve.mjs www/dist "$port" &
    server=$!
    { build_engine gpu; build_package; build_page; say "GPU engine ready: picked up at the page's next load"; } > >(sed -u 's/^/[gpu] /') 2>&1 &
    gpu=$!
    # shellcheck disable=SC2064
    trap "kill -- -$server -$gpu 2>/dev/null || true" EXIT
    trap 'exit 0' INT TERM
    wait "$server"
}

# --- measuring

bench() {
    local data=${INK_NUMBER_DATA:-../shared/data}
    [ -f "$data/crohme/strings.jsonl.gz" ] || die "bench: expected the data sets in $data: set INK_NUMBER_DATA"
    build_all
    need_chromium
    npm ci --ignore-scripts --no-audit --no-fund --prefix bench
    node bench/run.mjs "$data" target/release/ink-number
}

# --- fuzzing

fuzz() {
    local seconds=${1:-60} target
    [[ $seconds =~ ^[0-9]+$ ]] || die "fuzz: expected a number of seconds, saw '$seconds'"
    need_rust
    need_cargo_fuzz
    # cargo-fuzz takes no --locked.
    cargo fetch --locked --manifest-path fuzz/Cargo.toml || die "fuzz: fuzz/Cargo.lock does not fit fuzz/Cargo.toml"
    # All code is safe Rust, so no sanitizer; overflows are checked, which is slow. The compiler's coverage is asked for as a nightly one would be.
    export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$CACHE/target/fuzz
    for target in $(cd fuzz && cargo fuzz list); do
        say "fuzzing $target for $seconds s"
        (cd fuzz && cargo fuzz run --sanitizer none "$target" -- -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2000 -print_final_stats=1)
    done
}

# --- testing

licences() {
    need_rust
    need_cargo_deny
    say "licences and sources of crates and npm packages"
    cargo deny --log-level error check licenses bans sources
    node tools/licences.mjs
}

lint() {
    say "format"
    cargo fmt --all --check
    say "clippy: the core alone, the command line, both browser engines"
    cargo_native clippy --no-default-features --lib -- -D warnings
    cargo_native clippy --workspace --features cli --all-targets -- -D warnings
    cargo_wasm cpu clippy --lib --test wasm -- -D warnings
    cargo_wasm gpu clippy --lib --test wasm -- -D warnings
    say "documentation"
    RUSTDOCFLAGS="-D warnings" cargo_native doc --no-deps --workspace --features cli
    RUSTDOCFLAGS="-D warnings" cargo_wasm cpu doc --no-deps
}

test_rust() {
    say "Rust tests"
    cargo_native test --workspace --features cli
}

test_wasm() {
    say "wasm tests in Chromium"
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="node tools/wasm-test-runner.mjs"
    cargo_wasm cpu test --test wasm
}

test_pages() {
    say "TypeScript"
    local project
    for project in pkg www www/offline tests/e2e; do node_modules/.bin/tsc --noEmit -p "$project"; done
    say "pages in Chromium"
    node_modules/.bin/playwright test -c tests/e2e
}

test_all() {
    need_browser_build
    need_rust_linters
    need_chromium
    licences
    lint
    test_rust
    build_engine cpu
    build_engine gpu
    build_package
    build_page
    say "sizes"
    node tools/sizes.mjs
    test_wasm
    test_pages
    say "all checks and tests passed"
}

case "${1:-}" in
    "") build_all ;;
    serve) serve "${2:-}" ;;
    test) test_all ;;
    native) need_rust; build_native ;;
    bench) bench ;;
    fuzz) fuzz "${2:-}" ;;
    licences) licences ;;
    sizes) need_browser_build; build_engine cpu; build_engine gpu; build_package; node tools/sizes.mjs ;;
    help | -h | --help) usage ;;
    *) usage >&2; die "no such verb: $1" ;;
esac
