package io.weir.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
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
                .addSubcommand(new ReloadCommand(appliance))
                .addSubcommand(new DetachCommand(appliance))
                .addSubcommand(new DemoCommand())
                .addSubcommand(new DemoServerCommand())
                .addSubcommand(new DemoClientCommand());
        line.setUsageHelpWidth(110);
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
            String word = unmatched.getUnmatched().getFirst();
            List<String> near = unmatched.getSuggestions();
            String kind = word.startsWith("-") ? "option" : "verb";
            return "unknown " + kind + " '" + word + "': "
                    + (near.isEmpty() ? "see 'weir --help'" : "did you mean '" + near.getFirst() + "'?");
        }
        return firstLine(exception) + ": see 'weir --help'";
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
