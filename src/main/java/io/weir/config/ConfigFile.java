package io.weir.config;

import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A configuration file that was read and is right. */
public final class ConfigFile {

    private static final String ALLOWED = "a configuration is a map {:proxies [{…}] :settings {…}}";

    private final String name;
    private final Desired desired;
    private final Lines lines;

    private ConfigFile(String name, Desired desired, Lines lines) {
        this.name = name;
        this.desired = desired;
        this.lines = lines;
    }

    /**
     * What a file says.
     *
     * @throws ConfigException with everything that is wrong, also when the file cannot be read
     */
    public static Desired load(Path file) {
        return read(file).desired();
    }

    /**
     * What a text says.
     *
     * @param fileName said in errors
     * @throws ConfigException with everything that is wrong
     */
    public static Desired parse(String text, String fileName) {
        return read(text, fileName).desired();
    }

    /** Like {@link #load}, and remembers the lines. */
    public static ConfigFile read(Path file) {
        return read(FileText.of(file), file.toString());
    }

    /** Like {@link #parse}, and remembers the lines. */
    public static ConfigFile read(String text, String fileName) {
        try {
            return read(EdnReader.read(text), fileName);
        } catch (EdnReader.SyntaxException wrong) {
            throw new ConfigException(
                    fileName,
                    List.of(OtherFormat.in(text)
                            .orElseGet(() -> new ConfigError("", wrong.line(), String.valueOf(wrong.getMessage())))));
        } catch (ConfigException wrong) { // {"a":null} is EDN, too: a text and a keyword
            throw OtherFormat.in(text)
                    .map(error -> new ConfigException(fileName, List.of(error)))
                    .orElse(wrong);
        }
    }

    /** Of a document that has been read; {@code fileName} empty: it is no file. */
    static ConfigFile read(Edn document, String fileName) {
        Lines lines = Lines.of(document);
        Findings findings = new Findings();
        Desired desired = decode(new Value(document, "", findings), lines);
        if (!findings.errors().isEmpty()) {
            throw new ConfigException(fileName, findings.errors());
        }
        return new ConfigFile(fileName, desired, lines);
    }

    /** Usable only if nothing was found to be wrong: what is wrong is left out or stands at its default. */
    private static Desired decode(Value document, Lines lines) {
        Optional<Section> whole = Section.open(document, ALLOWED);
        if (whole.isEmpty()) {
            return new Desired(List.of(), Settings.DEFAULT);
        }
        Section section = whole.get();
        Settings settings = section.optional("settings", SettingsReader::read, Settings.DEFAULT);
        SortedMap<Integer, Proxy> proxies = section.required(
                        "proxies", value -> proxies(value, settings), "write a vector of proxies")
                .orElseGet(TreeMap::new);
        section.close();
        Contradictions.find(proxies, settings, lines, document.findings());
        return new Desired(List.copyOf(proxies.values()), settings);
    }

    private static Optional<SortedMap<Integer, Proxy>> proxies(Value value, Settings settings) {
        ProxyReader reader = new ProxyReader(settings);
        return value.items("write a vector of proxies").map(items -> {
            SortedMap<Integer, Proxy> proxies = new TreeMap<>();
            for (int i = 0; i < items.size(); i++) {
                int index = i;
                reader.read(items.get(i)).ifPresent(proxy -> proxies.put(index, proxy));
            }
            return proxies;
        });
    }

    public Desired desired() {
        return desired;
    }

    /**
     * What is wrong with it that only a node can know, one message a path, with the lines of the file.
     *
     * @param messages at least one
     */
    public ConfigException wrong(Map<String, String> messages) {
        Findings findings = new Findings();
        messages.forEach((path, message) -> findings.add(path, lines.of(path), message));
        return new ConfigException(name, findings.errors());
    }

    /** The host names of targets and sources, by their paths. */
    public Map<String, String> hosts() {
        Map<String, String> hosts = new TreeMap<>();
        for (int i = 0; i < desired.proxies().size(); i++) {
            Proxy proxy = desired.proxies().get(i);
            String path = Paths.item("proxies", i);
            addHosts(Paths.key(path, "default-target"), proxy.defaultGroup(), hosts);
            for (int j = 0; j < proxy.sourceRoutes().size(); j++) {
                SourceRoute route = proxy.sourceRoutes().get(j);
                String place = Paths.item(Paths.key(path, "source-routes"), j);
                addHosts(Paths.key(place, "targets"), route.group(), hosts);
                if (route.source() instanceof SourceRoute.Source.Host host) {
                    hosts.put(Paths.key(place, "source"), host.name());
                }
            }
        }
        return hosts;
    }

    private static void addHosts(String path, Group group, Map<String, String> hosts) {
        for (int i = 0; i < group.targets().size(); i++) {
            if (group.targets().get(i).destination() instanceof Destination.Named named) {
                hosts.put(Paths.key(Paths.item(path, i), "host"), named.host());
            }
        }
    }

    /**
     * What a node of this version does.
     *
     * @throws ConfigException with every setting that needs what this version lacks, and every one that is not safe
     */
    public Desired runnable() {
        List<ConfigError> refusals = RunConditions.violated(desired, lines);
        if (!refusals.isEmpty()) {
            throw new ConfigException(name, refusals);
        }
        return desired;
    }
}
