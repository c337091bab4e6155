package io.weir.cli;

import io.weir.model.Desired;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weir run}: attaches the data path and stays until it is told to stop. */
@Command(name = "run", description = "Run the load balancer (also without a verb)")
final class RunCommand implements Callable<Integer> {

    private final Appliance appliance;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Mixin
    private final CommonOptions common = new CommonOptions();

    RunCommand(Appliance appliance) {
        this.appliance = appliance;
    }

    @Override
    public Integer call() throws InterruptedException {
        return run(appliance, options);
    }

    static int run(Appliance appliance, RunOptions options) throws InterruptedException {
        Desired desired = options.desired(appliance);
        Privileges.require("run");
        Logger log = LoggerFactory.getLogger(RunCommand.class);
        Signals.onHangup(() -> log.warn("SIGHUP: this version cannot reload; restart it instead, connections live on"));
        Appliance.RunningNode node = appliance.start(desired);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            node.close();
            stopped.countDown();
        }));
        node.attachments().forEach(log::info);
        log.info("forwarding; {} proxies: {}", desired.proxies().size(), Listeners.describe(desired));
        Listeners.warnings(desired).forEach(log::warn);
        stopped.await();
        return ExitCode.DONE;
    }
}
