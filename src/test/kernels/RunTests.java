// SPDX-License-Identifier: Apache-2.0

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs test classes in the guest, where Maven would be slow: a line a test, then the counts. */
final class RunTests implements TestExecutionListener {

    public static void main(String[] classes) {
        DiscoverySelector[] selectors =
                Stream.of(classes).map(name -> selectClass(name)).toArray(DiscoverySelector[]::new);
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, new RunTests(), summary);
        summary.getSummary().printFailuresTo(new PrintWriter(System.out), 12);
        long found = summary.getSummary().getTestsFoundCount();
        long passed = summary.getSummary().getTestsSucceededCount();
        System.out.printf(
                "tests: %d passed, %d failed, %d skipped%n",
                passed, summary.getSummary().getTotalFailureCount(), found - passed - summary.getSummary().getTestsFailedCount());
        System.exit(found > 0 && summary.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    System.out.printf("ok test: %s%n", test.getDisplayName());
                }
            }
            case ABORTED -> executionSkipped(test, result.getThrowable().map(Throwable::getMessage).orElse(""));
            case FAILED -> System.out.printf("FAIL test: %s%n", test.getDisplayName());
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        System.out.printf("-- skipped: %s: %s%n", test.getDisplayName(), reason);
    }
}
