/**
 * The command line: verbs, options, exit codes, and errors of one line. Thin: what a verb does is done behind
 * {@link io.weir.cli.Appliance}, which {@code Main} brings.
 */
package io.weir.cli;
