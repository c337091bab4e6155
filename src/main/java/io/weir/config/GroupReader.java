package io.weir.config;

import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.HealthCheck;
import io.weir.model.Rules;
import io.weir.model.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Targets and their weights: a map for one, a vector for several, wherever a group can stand. */
final class GroupReader implements Kind<Group> {

    private static final Duration DNS_REFRESH = Duration.ofSeconds(30);
    private static final String ALLOWED =
            "a target is a map such as {:ip \"10.0.0.1\" :port 8080}, or a vector of such maps";

    private final Kind<HealthCheck> healthCheck;

    /** @param healthDefaults what a target's own check does not say */
    GroupReader(HealthCheck healthDefaults) {
        healthCheck = HealthCheckReader.over(healthDefaults);
    }

    /** A target of which parts may be wrong. */
    private record Draft(
            Value value, Optional<Destination> destination, Optional<Integer> weight, Optional<HealthCheck> check) {}

    @Override
    public Optional<Group> read(Value value) {
        if (!(value.edn() instanceof Edn.Vector)) {
            return build(value, List.of(value));
        }
        return value.items(ALLOWED).flatMap(items -> {
            if (items.isEmpty() || items.size() > Group.MAX_TARGETS) {
                return value.refuse(
                        "found " + items.size() + " targets; a group has 1 to " + Group.MAX_TARGETS + " targets");
            }
            return build(value, items);
        });
    }

    private Optional<Group> build(Value whole, List<Value> values) {
        List<Draft> drafts = new ArrayList<>();
        values.forEach(value -> Section.open(value, ALLOWED)
                .map(section -> draft(value, section, values.size()))
                .ifPresent(drafts::add));
        refuseDuplicates(drafts);
        boolean weighted = refuseWrongSum(whole, values.size(), drafts);
        boolean complete = weighted
                && drafts.size() == values.size()
                && drafts.stream().allMatch(draft -> draft.destination().isPresent());
        return complete
                ? Optional.of(new Group(drafts.stream().map(GroupReader::target).toList()))
                : Optional.empty();
    }

    private static Target target(Draft draft) {
        return new Target(draft.destination().orElseThrow(), draft.weight().orElseThrow(), draft.check());
    }

    private Draft draft(Value value, Section section, int size) {
        Optional<Integer> port = section.required("port", Kind.port(), "ports are 1-65535");
        Optional<Destination> destination = destination(section, port);
        Optional<Integer> weight = weight(section, size);
        Optional<HealthCheck> check = section.maybe("health-check", healthCheck);
        section.close();
        return new Draft(value, destination, weight, check);
    }

    private static Optional<Integer> weight(Section section, int size) {
        boolean percent = size <= Group.MAX_PERCENT_TARGETS;
        Kind<Integer> weights = Kind.whole("weights are", 1, percent ? 100 : 65535);
        if (size == 1) {
            return Optional.of(section.optional("weight", weights, 100));
        }
        String allowed = "each of several targets has a weight, " + (percent ? "1-100, in all 100" : "1-65535");
        return section.required("weight", weights, allowed);
    }

    private static Optional<Destination> destination(Section section, Optional<Integer> port) {
        Optional<Endpoint> address = section.maybe("ip", GroupReader::address);
        Optional<String> host = section.maybe("host", Kind.parsed(HostName::parse, "write a DNS name as a string"));
        Optional<Duration> refresh = section.maybe("dns-refresh-seconds", Kind.seconds(1, 86_400));
        if (section.has("ip") == section.has("host")) {
            return section.refuse(
                    section.has("ip")
                            ? "found both :ip and :host; a target has one of them"
                            : "found neither :ip nor :host; a target has one of them");
        }
        if (section.has("ip") && refresh.isPresent()) {
            section.refuse("dns-refresh-seconds", "only a target with a :host is resolved");
        }
        Optional<Destination> fixed = address.flatMap(
                found -> port.map(at -> new Destination.Fixed(new Endpoint(found.address(), found.zone(), at))));
        return fixed.or(() ->
                host.flatMap(name -> port.map(at -> new Destination.Named(name, at, refresh.orElse(DNS_REFRESH)))));
    }

    /** The port is read apart from it: until then any will do. */
    private static Optional<Endpoint> address(Value value) {
        Kind<Endpoint> literal = Kind.parsed(text -> Endpoint.of(text, 1), "write an IPv4 or IPv6 address as a string");
        return literal.read(value).flatMap(found -> refuseNoHost(value, found));
    }

    static Optional<Endpoint> refuseNoHost(Value value, Endpoint found) {
        boolean broadcast = found.address().toString().equals("255.255.255.255");
        return found.address().isUnspecified() || found.address().isMulticast() || broadcast
                ? value.refuse(found.address() + " is the address of no host; a target is one host")
                : Optional.of(found);
    }

    private static void refuseDuplicates(List<Draft> drafts) {
        Map<String, Value> seen = new HashMap<>();
        for (Draft draft : drafts) {
            draft.destination().map(Destination::text).ifPresent(identity -> {
                Value earlier = seen.putIfAbsent(identity, draft.value());
                if (earlier != null) {
                    draft.value().refuse(identity + " is in this group twice, first " + earlier.place());
                }
            });
        }
    }

    /** Whether all weights are there and add up. */
    private static boolean refuseWrongSum(Value whole, int size, List<Draft> drafts) {
        List<Integer> weights =
                drafts.stream().flatMap(draft -> draft.weight().stream()).toList();
        if (weights.size() < size) {
            return false;
        }
        OptionalInt sum = Rules.wrongSum(weights);
        sum.ifPresent(wrong ->
                whole.refuse("the weights sum to " + wrong + "; in a group of 2 to 8 targets they sum to exactly 100"));
        return sum.isEmpty();
    }
}
