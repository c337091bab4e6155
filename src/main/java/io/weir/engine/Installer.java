package io.weir.engine;

import io.weir.engine.Image.Hook;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Carries images into the data path and remembers what is there. A hook that cannot be attached (another program is
 * there, the driver refuses) holds nothing else up; any other failure ends the attempt, and what is installed counts as
 * unknown until it has been read back.
 */
final class Installer {

    /** @param wanted what was refused: another index or mode may be tried at once */
    private record HookFailure(Optional<Hook> wanted, String message, Backoff backoff) {}

    private final Dataplane dataplane;
    private final Map<String, HookFailure> hookFailures = new HashMap<>();
    private Optional<Image> installed = Optional.empty();

    Installer(Dataplane dataplane) {
        this.dataplane = dataplane;
    }

    /** @throws DataplaneException if it has to be read back and cannot be */
    Image installed() {
        if (installed.isEmpty()) {
            installed = Optional.of(dataplane.read());
        }
        return installed.get();
    }

    /** Whether the data path is known to hold just this. */
    boolean holds(Image image) {
        return hookFailures.isEmpty() && installed.filter(image::equals).isPresent();
    }

    /**
     * Writes what differs.
     *
     * @return what went wrong with hooks that had not failed before, one line each, by interface
     * @throws DataplaneException if another write failed
     */
    Map<String, String> bring(Image image, long now) {
        Image before = installed();
        installed = Optional.empty(); // whatever ends this early
        Map<String, Hook> hooks = new HashMap<>(image.hooks());
        Map<String, String> news = new TreeMap<>();
        for (Write write : writes(before, image)) {
            Optional<String> failure = switch (write) {
                case Write.Attach attach -> hook(attach, attach.interfaceName(), Optional.of(attach.hook()), now, news);
                case Write.Detach detach -> hook(detach, detach.interfaceName(), Optional.empty(), now, news);
                default -> {
                    dataplane.apply(write);
                    yield Optional.empty();
                }
            };
            failure.ifPresent(name -> restore(hooks, name, before));
        }
        installed = Optional.of(hooks.equals(image.hooks()) ? image : withHooks(image, hooks));
        return news;
    }

    /** What differs; and hooks that failed are told again, as what was refused may have happened all the same. */
    private List<Write> writes(Image before, Image image) {
        List<Write> writes = new ArrayList<>(Diff.diff(before, image));
        for (String name : hookFailures.keySet()) {
            Hook wanted = image.hooks().get(name);
            if (Objects.equals(wanted, before.hooks().get(name))) {
                writes.add(wanted == null ? new Write.Detach(name) : new Write.Attach(name, wanted));
            }
        }
        return writes;
    }

    /** The interface's name if the hook is not as wanted. */
    private Optional<String> hook(Write write, String name, Optional<Hook> wanted, long now, Map<String, String> news) {
        Optional<Backoff> again = Optional.ofNullable(hookFailures.get(name))
                .filter(failure -> failure.wanted().equals(wanted))
                .map(HookFailure::backoff);
        if (again.filter(backoff -> !backoff.allows(now)).isPresent()) {
            return Optional.of(name);
        }
        try {
            dataplane.apply(write);
            hookFailures.remove(name);
            return Optional.empty();
        } catch (DataplaneException refused) {
            String message = String.valueOf(refused.getMessage());
            hookFailures.put(
                    name,
                    new HookFailure(wanted, message, again.orElse(Backoff.NONE).failed(now)));
            if (again.isEmpty()) {
                news.put(name, message);
            }
            return Optional.of(name);
        }
    }

    private static void restore(Map<String, Hook> hooks, String name, Image before) {
        Hook hook = before.hooks().get(name);
        if (hook == null) {
            hooks.remove(name);
        } else {
            hooks.put(name, hook);
        }
    }

    private static Image withHooks(Image image, Map<String, Hook> hooks) {
        return new Image(
                image.targets(),
                image.slots(),
                image.groups(),
                image.services(),
                image.routes(),
                image.ports(),
                Map.copyOf(hooks),
                image.parameters());
    }

    /** @throws DataplaneException if the data path cannot be told */
    void networkChanged() {
        dataplane.networkChanged();
    }

    /** When a hook that failed should be tried again: {@link Long#MAX_VALUE} when none did. */
    long retryAt() {
        return hookFailures.values().stream()
                .mapToLong(failure -> failure.backoff().retryAt())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** A failure of a hook that has not come right yet. */
    Optional<String> hookError() {
        return hookFailures.values().stream().map(HookFailure::message).sorted().findFirst();
    }

    /** What the hooks came to, for the snapshot. */
    Publication.HookOutcome outcome() {
        Map<String, Dataplane.Attachment> said = dataplane.attachments();
        Map<String, Dataplane.Attachment> attached = new HashMap<>();
        installed.ifPresent(image -> image.hooks()
                .forEach((name, hook) -> attached.put(
                        name, said.getOrDefault(name, new Dataplane.Attachment(hook.mode(), "as configured")))));
        Map<String, String> failures = new HashMap<>();
        hookFailures.forEach((name, failure) -> failures.put(name, failure.message()));
        return new Publication.HookOutcome(attached, failures);
    }
}
