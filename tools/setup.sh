# shellcheck shell=bash
# Set-up, sourced by build.sh: each `need_*` gets one thing in place or says in words why it cannot, and does nothing the second time.
# What it downloads or compiles is kept in $CACHE, outside the checkout, for the next clone; only the wasm32 standard library goes
# where the compiler looks for it.

CACHE=${INK_NUMBER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ink-number}
mkdir -p "$CACHE"
CACHE=$(cd "$CACHE" && pwd)
WASM=wasm32-unknown-unknown

say() { printf '== %s\n' "$*"; }
die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
# One line that changes when any of the files does.
digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

# The version in Cargo.lock of the package $1.
locked() { awk -v name="name = \"$1\"" '$0 == name { getline; split($0, part, "\""); print part[2]; exit }' Cargo.lock; }

rust_version() { rustc --version 2>/dev/null | cut -d' ' -f2; }

# The compiler that rust-toolchain.toml names; one of that very version under another name will do.
need_rust() {
    have cargo || die "Rust is needed: install rustup, then run this again"
    local want name
    want=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)
    [ "$(rust_version)" != "$want" ] || return 0
    have rustup || die "Rust $want is needed, saw $(rustc --version)"
    for name in $(rustup toolchain list | cut -d' ' -f1); do
        if [ "$(RUSTUP_TOOLCHAIN=$name rust_version)" = "$want" ]; then
            say "Rust $want: the installed toolchain '$name' is that version"
            export RUSTUP_TOOLCHAIN=$name
            return
        fi
    done
    say "Rust $want: installing it with rustup"
    rustup toolchain install "$want" --profile minimal --component rustfmt --component clippy \
        || die "Rust $want is needed and rustup could not get it"
}

need_rust_linters() {
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt || die "rustfmt is needed"
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy || die "clippy is needed"
}

# The standard library of the browser target.
need_wasm_target() {
    local dest
    dest=$(rustc --print sysroot)/lib/rustlib/$WASM/lib
    ! compgen -G "$dest/libcore-*.rlib" >/dev/null || return 0
    say "$WASM: asking rustup for its standard library"
    if have rustup && rustup target add "$WASM"; then return; fi
    wasm_std_from_source "$dest"
}

# Builds the standard library of $WASM from Rust's own source into the folder $1.
wasm_std_from_source() {
    local dest=$1 temp library
    temp=$(mktemp -d)
    library=$(rust_library "$temp") || die "$WASM: rustup has no standard library for it, and Rust's source ($(rust_version)) is not to be had: \
set INK_NUMBER_RUST_SRC to its 'library' folder"
    say "$WASM: building its standard library from $library (half a minute)"
    cp -R "$library" "$temp/library"
    chmod -R u+w "$temp/library"
    # The two flags are those of Rust's own build: internal features on, and bitcode for link-time optimisation.
    (cd "$temp/library" && RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
        cargo build --manifest-path sysroot/Cargo.toml --release --target "$WASM" --target-dir "$temp/out") \
        || die "$WASM: its standard library could not be built"
    mkdir -p "$dest" || die "$WASM: cannot write to $dest"
    cp "$temp/out/$WASM"/release/deps/*.rlib "$dest/"
    rm -rf "$temp"
}

# Prints the `library` folder of Rust's source at the compiler's version; $1 is a scratch folder.
rust_library() {
    local scratch=$1 version given=${INK_NUMBER_RUST_SRC:-} folder tarball
    version=$(rust_version)
    for folder in "$given" "$given/library" "$(rustc --print sysroot)/lib/rustlib/src/rust/library"; do
        if [ -f "$folder/sysroot/Cargo.toml" ]; then echo "$folder"; return; fi
        if [ -n "$given" ] && [ "$folder" = "$given/library" ]; then
            echo "build.sh: INK_NUMBER_RUST_SRC=$given holds no library/sysroot/Cargo.toml" >&2
            return 1
        fi
    done
    if debian_rust_source "$scratch" "$version" >&2; then echo "$scratch/deb/usr/src/rustc-$version/library"; return; fi
    tarball=../shared/toolchain/rust-library-$version.tar.xz
    [ -f "$tarball" ] || return 1
    mkdir "$scratch/tar" && tar -xJf "$tarball" -C "$scratch/tar" && echo "$scratch/tar/library"
}

# Unpacks Debian's rust-src of version $2 into $1/deb: downloaded, not installed, with package lists of its own beside the system's.
debian_rust_source() {
    local scratch=$1 version=$2 mirror package keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    have apt-get && have dpkg-deb || return 1
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m1 -E '/debian/?$') || return 1
    local apt="$scratch/apt"
    mkdir -p "$apt/sources" "$apt/lists/partial" "$apt/cache/archives/partial" "$scratch/deb"
    printf 'Types: deb\nURIs: %s\nSuites: trixie-backports\nComponents: main\n' "$mirror" > "$apt/sources/backports.sources"
    [ ! -f "$keyring" ] || echo "Signed-By: $keyring" >> "$apt/sources/backports.sources"
    local options=(-qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt/sources" -o "Dir::State::Lists=$apt/lists"
        -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=)
    apt-get "${options[@]}" update || return 1
    package=$(apt-cache "${options[@]}" madison rust-src | awk -v v="$version" 'index($3, v "+") == 1 || index($3, v "-") == 1 { print $3; exit }')
    [ -n "$package" ] || return 1
    (cd "$scratch" && apt-get "${options[@]}" download "rust-src=$package" && dpkg-deb -x rust-src_*.deb deb)
}

# A command of cargo's: need_cargo_command CRATE VERSION BINARY HOW_LONG. Its own lock where the registry has all of that, else without.
need_cargo_command() {
    local crate=$1 version=$2 binary=$3 how_long=$4 root=$CACHE/tools/$1-$2
    export PATH=$root/bin:$PATH
    [ ! -x "$root/bin/$binary" ] || return 0
    say "$crate $version: compiling its command (about $how_long, once)"
    cargo install "$crate" --version "$version" --root "$root" --locked --quiet \
        || cargo install "$crate" --version "$version" --root "$root" --quiet \
        || die "$crate $version could not be installed"
}

# At exactly the version in Cargo.lock: its output format changes between patch versions.
need_wasm_bindgen() { need_cargo_command wasm-bindgen-cli "$(locked wasm-bindgen)" wasm-bindgen-test-runner "three minutes"; }

need_cargo_deny() { need_cargo_command cargo-deny 0.20.2 cargo-deny "five minutes"; }

need_cargo_fuzz() {
    have c++ || die "fuzzing needs a C++ compiler"
    need_cargo_command cargo-fuzz 0.13.2 cargo-fuzz "a minute"
}

# The npm packages of package-lock.json. None of their scripts is run.
need_npm() {
    { have node && have npm; } || die "Node.js 20 or newer is needed, with npm"
    local stamp
    stamp=$(digest package-lock.json)-$(node --version)
    [ "$(cat node_modules/.stamp 2>/dev/null)" != "$stamp" ] || return 0
    say "npm packages: installing them as locked"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || die "npm ci failed"
    echo "$stamp" > node_modules/.stamp
}

# A Chromium for the tests, in $CHROME.
need_chromium() {
    if [ -n "${CHROME:-}" ]; then
        have "$CHROME" || die "CHROME=$CHROME is not a program"
        return
    fi
    CHROME=$(chromium_on_path) || CHROME=$(chromium_from_debian) || CHROME=$(chromium_from_playwright) \
        || die "no Chromium: put one on the PATH or its path into CHROME"
    export CHROME
}

chromium_on_path() {
    local name
    for name in chromium chromium-browser google-chrome-stable google-chrome chrome; do
        if command -v "$name"; then return; fi
    done
    return 1
}

chromium_from_debian() {
    [ "$(id -u)" = 0 ] && have apt-get || return 1
    say "Chromium: installing Debian's package" >&2
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium; } >&2 || return 1
    chromium_on_path
}

chromium_from_playwright() {
    local path
    path=$(node -p 'require("@playwright/test").chromium.executablePath()')
    [ -x "$path" ] || { say "Chromium: Playwright's own download" >&2; node_modules/.bin/playwright install chromium >&2 || return 1; }
    [ -x "$path" ] && echo "$path"
}
