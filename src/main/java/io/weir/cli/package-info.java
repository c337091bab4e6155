/**
 * The command line: verbs, options, exit codes, and errors of one line. Thin: what a verb does is done behind
 * {@link io.weir.cli.Appliance}, which the root package brings. Knows the model and the API.
 */
package io.weir.cli;
