# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Runs and counts the tests, and formats the sources. Sourced by weir.

run_tests() {
    local arguments=() names=() excluded=slow
    while (($#)); do
        case $1 in
            --slow) excluded= ;;
            --seed)
                [[ ${2:-} =~ ^-?[0-9]+$ ]] || die "test: --seed takes a number, as a random test says it when it fails"
                arguments+=("-Dseed=$2")
                shift ;;
            -*) die "test: unknown option '$1': it takes --slow, --seed N and names of test classes" ;;
            *) names+=("$1") ;;
        esac
        shift
    done
    require_tests "${names[@]}"
    need_packages "${RUNTIME_PACKAGES[@]}" "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
    find_java
    build_program
    mount_bpffs
    if ((${#names[@]})); then
        arguments+=("-Dtest=$(IFS=,; echo "${names[*]}")" -Dsurefire.failIfNoSpecifiedTests=true)
    fi
    rm -rf "$TARGET/surefire-reports"
    say "running the tests"
    local status=0
    # Whoever started this may have SIGHUP ignored, which every process below would keep to.
    (cd "$ROOT" && env --default-signal=HUP mvn -B -ntp -Dstyle.color=never test -Dweir.excluded="$excluded" "${arguments[@]}") 2>&1 | calm || status=$?
    give_back
    summarise "$status"
}

# Of several names, Maven runs those that it knows and says nothing of the others.
require_tests() {
    local names=() known=() name class unknown=0
    IFS=, read -ra names <<<"$(IFS=,; echo "$*")"
    mapfile -t known < <(find "$ROOT/src/test/java" -name '*Test.java' -printf '%f\n' | sed 's/\.java$//' | sort)
    for name in "${names[@]}"; do
        class=${name// /}
        class=${class#!}
        class=${class%%#*} # a method
        class=${class%.java}
        class=${class##*[./]} # a package
        class=${class%%\$*}
        if [[ -n $class ]] && ! any_matches "$class" "${known[@]}"; then
            say "test: there is no test class '$name'; near it: $(nearest "$class" "${known[@]}")"
            unknown=1
        fi
    done
    ((unknown == 0)) || exit 2
}

any_matches() {
    local pattern=$1 word
    shift
    for word in "$@"; do
        # shellcheck disable=SC2053 # it is a pattern
        [[ $word != $pattern ]] || return 0
    done
    return 1
}

# The three words with the fewest letters to change; one that holds the wanted one whole comes first.
nearest() {
    local wanted=$1
    shift
    printf '%s\n' "$@" | awk -v wanted="${wanted//\*/}" '
        function least(a, b) { return a < b ? a : b }
        function distance(one, other,    i, j, above, row, cost) {
            for (j = 0; j <= length(other); j++) row[j] = j
            for (i = 1; i <= length(one); i++) {
                above = row[0]
                row[0] = i
                for (j = 1; j <= length(other); j++) {
                    cost = above + (substr(one, i, 1) != substr(other, j, 1))
                    above = row[j]
                    row[j] = least(cost, least(row[j], row[j - 1]) + 1)
                }
            }
            return row[length(other)]
        }
        { print (index(tolower($0), tolower(wanted)) ? 0 : distance(tolower(wanted), tolower($0))), $0 }' |
        sort -k1,1n -k2 | head -n 3 | cut -d" " -f2 | paste -sd" " | sed 's/ /, /g'
}

# Maven's lines that say something about a test, a warning or an error.
calm() {
    grep --line-buffered -vE '^(.\[0m)*\[INFO\] ( T E S T|Scanning|Building|---|BUILD|Total|Finished|Nothing|Copying|Recompiling|Compiling|Using|Skip|Add|Wrote|Test Source|skip|  from|Results|Tests run:.*[0-9]$)|^\[INFO\] *$|^(.\[0m)*$' ||
        return "${PIPESTATUS[0]}"
    return "${PIPESTATUS[0]}"
}

# Ends with the counts on a line of their own. Under CI a skipped test is a failure: there, everything must be able to run.
summarise() {
    local status=$1 reports=("$TARGET"/surefire-reports/TEST-*.xml) tests=0 failed=0 skipped=0
    if [[ -e ${reports[0]} ]]; then
        read -r tests failed skipped < <(count_reports "${reports[@]}")
    fi
    local passed=$((tests - failed - skipped))
    ((skipped == 0)) || list_skipped "${reports[@]}"
    if [[ ${CI:-} == true ]] && ((skipped > 0)); then
        say "$skipped tests were skipped, which CI does not allow; what each lacked is above"
        status=1
    fi
    if ((tests == 0)); then
        say "no test ran"
        status=1
    fi
    if ((failed > 0)); then
        status=1
    fi
    echo "$passed passed, $failed failed, $skipped skipped"
    exit "$status"
}

count_reports() {
    awk '/<testsuite / {
            tests += attribute("tests"); failed += attribute("errors") + attribute("failures"); skipped += attribute("skipped")
         }
         function attribute(name) { return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
         END { print tests + 0, failed + 0, skipped + 0 }' "$@"
}

list_skipped() {
    awk 'match($0, /<testcase name="[^"]*"/) { name = substr($0, RSTART + 16, RLENGTH - 17) }
         match($0, /<skipped( message="[^"]*")?/) {
            reason = substr($0, RSTART + 18, RLENGTH - 19)
            print "weir: skipped " name ": " (reason == "" ? "it does not say why" : reason)
         }' "$@" >&2
}

run_format() {
    need_packages "${BUILD_PACKAGES[@]}" "${FORMAT_PACKAGES[@]}"
    find_java
    local sources=()
    mapfile -t sources < <(find "$ROOT/bpf" "$ROOT/src/bench/bpf" "$ROOT/src/test/kernels" -name '*.[ch]' 2>/dev/null)
    if [[ ${1:-} == --check ]]; then
        "$(llvm_tool clang-format)" --dry-run --Werror "${sources[@]}" || die "C files are not formatted: run ./weir format"
        maven spotless:check
    else
        "$(llvm_tool clang-format)" -i "${sources[@]}"
        maven spotless:apply
    fi
}
