package io.weir;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms, and which others each may know. The root package puts them together and knows all. */
class ArchitectureTest {

    private static final Map<String, List<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("model", List.of()),
            Map.entry("policy", List.of("model")),
            Map.entry("config", List.of("model")),
            Map.entry("engine", List.of("model", "policy")),
            Map.entry("stats", List.of("model")),
            Map.entry("vip", List.of("policy")),
            Map.entry("libbpf", List.of()),
            Map.entry("flow", List.of("model")),
            Map.entry("cluster", List.of("model", "policy", "engine", "flow")),
            Map.entry("dataplane", List.of("model", "engine", "flow", "stats", "libbpf")),
            Map.entry("probe", List.of("model", "policy")),
            Map.entry("api", List.of("model", "policy", "engine", "probe", "stats", "flow")),
            Map.entry("admin", List.of("model", "policy", "engine", "probe", "stats", "flow", "api")),
            Map.entry("metrics", List.of("model", "policy", "engine", "stats", "flow", "api")),
            Map.entry("cli", List.of("model", "api")));

    private static final JavaClasses WEIR = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.weir");

    static Stream<String> rooms() {
        return MAY_KNOW.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void a_room_knows_only_the_rooms_it_may(String room) {
        String[] strangers = MAY_KNOW.keySet().stream()
                .filter(other -> !other.equals(room) && !MAY_KNOW.get(room).contains(other))
                .map(other -> "io.weir." + other + "..")
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> strange = resideInAnyPackage(strangers)
                .or(DescribedPredicate.describe(
                        "the root package", type -> type.getPackageName().equals("io.weir")));
        classes()
                .that()
                .resideInAPackage("io.weir." + room + "..")
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.not(strange))
                .allowEmptyShould(true)
                .check(WEIR);
    }

    @Test
    void no_packages_form_a_cycle() {
        slices().matching("io.weir.(**)").should().beFreeOfCycles().check(WEIR);
    }

    @Test
    void every_package_has_a_room_and_says_what_it_owns() {
        List<String> packages = WEIR.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals("io.weir"))
                .distinct()
                .sorted()
                .toList();
        assertThat(packages.stream().map(name -> name.split("\\.")[2]).collect(Collectors.toSet()))
                .isSubsetOf(MAY_KNOW.keySet());
        assertThat(packages)
                .allSatisfy(name -> assertThat(Path.of("src/main/java", name.replace('.', '/'), "package-info.java"))
                        .isRegularFile());
    }
}
