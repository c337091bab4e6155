package io.weir.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Parses a command line, runs its verb, and turns whatever goes wrong into one line and an exit code. */
public final class Cli {

    private final Appliance appliance;
    private final PrintWriter out;
    private final PrintWriter err;

    public Cli(Appliance appliance, PrintWriter out, PrintWriter err) {
        this.appliance = appliance;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit code, of {@link ExitCode}. */
    public int run(String... arguments) {
        boolean verbose = Arrays.asList(arguments).contains("-v")
                || Arrays.asList(arguments).contains("--verbose");
        if (verbose) { // before the first logger is made; see logback.xml
            System.setProperty("weir.log.level", "DEBUG");
            System.setProperty("weir.log.exceptions", "%ex");
        }
        return commandLine(verbose).execute(arguments);
    }

    /** Those that help shows. */
    List<String> verbs() {
        return commandLine(false).getSubcommands().entrySet().stream()
                .filter(verb -> !verb.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .toList();
    }

    private CommandLine commandLine(boolean verbose) {
        CommandLine line = new CommandLine(new WeirCommand(appliance))
                .addSubcommand(new RunCommand(appliance))
                .addSubcommand(new CheckCommand(appliance))
                .addSubcommand(new StatusCommand(appliance))
                .addSubcommand(new ReadyCommand(appliance))
                .addSubcommand(new HealthCommand(appliance))
                .addSubcommand(new DrainCommand(appliance))
                .addSubcommand(new UndrainCommand(appliance))
                .addSubcommand(new ConnectionsCommand(appliance))
                .addSubcommand(new TopCommand(appliance))
                .addSubcommand(new ClusterCommand(appliance))
                .addSubcommand(new ReloadCommand(appliance))
                .addSubcommand(new DetachCommand(appliance))
                .addSubcommand(new DemoCommand())
                .addSubcommand(new DemoServerCommand())
                .addSubcommand(new DemoClientCommand());
        line.setUsageHelpWidth(Table.WIDTH);
        line.setOut(out);
        line.setErr(err);
        line.setParameterExceptionHandler((exception, ignored) -> misused(exception));
        line.setExecutionExceptionHandler((exception, ignored, ignoredToo) -> failed(exception, verbose));
        return line;
    }

    private int misused(ParameterException exception) {
        say(usageProblem(exception));
        return ExitCode.USAGE;
    }

    private static String usageProblem(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unknown(unmatched.getUnmatched().getFirst(), unmatched);
        }
        return firstLine(exception) + ": see 'weir --help'";
    }

    private static String unknown(String word, UnmatchedArgumentException exception) {
        CommandLine verb = exception.getCommandLine();
        boolean isOption = word.startsWith("-");
        boolean isFile = !isOption && word.matches(".*[./].*");
        if (isFile && verb.getParent() == null) {
            return "unknown verb '" + word + "': a configuration is run with 'weir run " + word
                    + "', and checked with 'weir check " + word + "'";
        }
        if (!isOption && verb.getParent() != null) {
            boolean takesFile = verb.getCommandSpec().findOption("-c") != null;
            return "'weir " + verb.getCommandName() + "' takes no '" + word + "': "
                    + (isFile && takesFile
                            ? "name a configuration with -c " + word
                            : "see 'weir " + verb.getCommandName() + " --help'");
        }
        List<String> near = exception.getSuggestions();
        return "unknown " + (isOption ? "option" : "verb") + " '" + word + "': "
                + (near.isEmpty() ? "see 'weir --help'" : "did you mean '" + near.getFirst() + "'?");
    }

    private int failed(Exception exception, boolean verbose) {
        if (verbose) {
            exception.printStackTrace(err);
        }
        if (exception instanceof CommandFailure failure) {
            failure.problems().forEach(this::say);
            return failure.exitCode();
        }
        say(firstLine(exception) + (verbose ? "" : " (unexpected; -v shows where)"));
        return ExitCode.FAILED;
    }

    private void say(String problem) {
        err.println("weir: " + Printable.lines(problem));
        err.flush();
    }

    private static String firstLine(Exception exception) {
        String message = exception.getMessage();
        return message == null || message.isBlank()
                ? exception.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
