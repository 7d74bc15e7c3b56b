# Sourced by the commands beside it: finds a JDK, builds when a source is newer than what is built,
# and sets `java_command`.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"

# Prints the home of a JDK: JAVA_HOME, else the newest in the usual places.
find_jdk() {
    local home major best=0 found=
    for home in /usr/lib/jvm/* /opt/* /opt/java/* "$HOME"/.sdkman/candidates/java/* \
            "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        [ -x "$home/bin/javac" ] && [ -r "$home/release" ] || continue
        major="$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")"
        if [ "${major:-0}" -gt "$best" ]; then
            best="$major" found="$home"
        fi
    done
    echo "${JAVA_HOME:-$found}"
}

JAVA_HOME="$(find_jdk)"
if [ ! -x "$JAVA_HOME/bin/javac" ]; then
    echo "$(basename "$0"): no JDK found: install one (17 or newer) or set JAVA_HOME" >&2
    exit 2
fi
export JAVA_HOME

newer_sources() {
    find "$root/pom.xml" "$root"/{proto,core,gateway,admin-service,benchmarks}/pom.xml \
        "$root"/{proto,core,gateway,admin-service,benchmarks}/src/main \
        -newer "$here/target/.built" -print -quit
}

if [ ! -e "$here/target/.built" ] || [ -n "$(newer_sources)" ]; then
    echo "building..." >&2
    started="$(mktemp)"
    (cd "$root" && ./mvnw -q -B -ntp -DskipTests -pl benchmarks -am package)
    mv "$started" "$here/target/.built"
fi

java_command=("$JAVA_HOME/bin/java" -cp "$here/target/classes:$here/target/lib/*"
    -Dslf4j.internal.verbosity=ERROR "-Dportcullis.results=$here/results" "-Dportcullis.root=$root")
if ! grep -q '^JAVA_VERSION="\(1[7-9]\|2[0-3]\)' "$JAVA_HOME/release"; then
    java_command+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
fi
