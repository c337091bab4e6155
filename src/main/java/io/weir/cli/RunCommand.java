package io.weir.cli;

import io.weir.model.Desired;
import io.weir.model.Settings;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir run}: attaches the data path and stays until it is told to stop. */
@Command(name = "run", description = "Run the load balancer (also without a verb)")
final class RunCommand implements Callable<Integer> {

    private static final int START_SECONDS = 10;

    private final Appliance appliance;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Mixin
    private final FileArgument file = new FileArgument();

    @Mixin
    private final CommonOptions common = new CommonOptions();

    RunCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() throws InterruptedException {
        options.config(file);
        return run(appliance, options);
    }

    static int run(Appliance appliance, RunOptions options) throws InterruptedException {
        RunRequest request = options.request(appliance);
        Desired desired = request.desired();
        Privileges.require("run");
        Logger log = LoggerFactory.getLogger(RunCommand.class);
        CompletableFuture<Appliance.RunningNode> started = new CompletableFuture<>();
        Signals.onHangup(() -> started.thenAccept(Appliance.RunningNode::hangUp));
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            stop(started, log, stopped(desired.settings()));
            stopped.countDown();
        }));
        Appliance.RunningNode node = start(appliance, request, started);
        node.attachments().forEach(log::info);
        int proxies = desired.proxies().size();
        log.info("ready: {} {}: {}", proxies, proxies == 1 ? "proxy" : "proxies", Listeners.describe(desired));
        Listeners.warnings(desired).forEach(log::warn);
        stopped.await();
        return ExitCode.DONE;
    }

    private static Appliance.RunningNode start(
            Appliance appliance, RunRequest request, CompletableFuture<Appliance.RunningNode> started) {
        try {
            Appliance.RunningNode node = appliance.start(request);
            started.complete(node);
            return node;
        } catch (RuntimeException failed) {
            started.completeExceptionally(failed);
            throw failed;
        }
    }

    private static String stopped(Settings settings) {
        return settings.onStop() == Settings.OnStop.DETACH
                ? "stopped, and the data path taken off"
                : "stopped; the data path goes on forwarding until 'weir detach'";
    }

    /** A signal that comes during the start waits for its end: half a start cannot be stopped. */
    private static void stop(CompletableFuture<Appliance.RunningNode> started, Logger log, String stopped) {
        try {
            started.get(START_SECONDS, TimeUnit.SECONDS).close();
            log.info(stopped);
        } catch (ExecutionException failed) {
            log.debug("stopped without having started", failed);
        } catch (TimeoutException | InterruptedException e) {
            log.warn(
                    "stopped in the middle of a start: the data path is as far as it came; start again, or 'weir detach'");
        }
    }
}
