package io.weir.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.model.Endpoint;
import io.weir.model.Protocol;
import io.weir.stats.FlowEvent.Connection;
import io.weir.stats.FlowEvent.Ending;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogFormatTest {

    private static final ZoneId ZONE = ZoneId.of("America/New_York");

    private static final Connection V6 = new Connection(
            Protocol.UDP,
            Events.peer("2001:db8::9", 53),
            Events.peer("2001:db8::80", 5300),
            Optional.empty(),
            Optional.of(Endpoint.of("fe80::1%eth0", 53)));

    @Test
    void a_line_of_json_says_who_spoke_to_whom_how_much_how_long_and_how_it_ended() {
        assertThat(LogFormat.json(Events.closed(4711)))
                .isEqualTo("{\"time\":\"2026-03-04T05:06:07.089Z\",\"protocol\":\"tcp\",\"client\":\"192.0.2.9:4711\","
                        + "\"vip\":\"192.0.2.80:80\",\"proxy\":\"web\",\"target\":\"10.0.0.1:8080\","
                        + "\"bytes-to-target\":512,\"packets-to-target\":6,\"bytes-to-client\":70000,"
                        + "\"packets-to-client\":7,\"duration-ms\":1234,\"ended\":\"fin\"}");
        assertThat(LogFormat.json(Events.closed(V6, Ending.TIMEOUT)))
                .contains("\"client\":\"[2001:db8::9]:53\"", "\"proxy\":null", "\"target\":\"[fe80::1%eth0]:53\"")
                .endsWith("\"ended\":\"timeout\"}");
    }

    @Test
    void a_line_of_the_common_log_format_has_its_fields_and_four_more() {
        assertThat(LogFormat.commonLog(Events.closed(4711), ZONE))
                .isEqualTo("192.0.2.9 - web [04/Mar/2026:00:06:07 -0500] \"TCP 192.0.2.80:80 10.0.0.1:8080\" fin 70000"
                        + " 512 6 7 1234");
        assertThat(LogFormat.commonLog(Events.closed(V6, Ending.RESET), ZONE))
                .isEqualTo("2001:db8::9 - - [04/Mar/2026:00:06:07 -0500] \"UDP [2001:db8::80]:5300"
                        + " [fe80::1%eth0]:53\" reset 70000 512 6 7 1234");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\nb", "a\r\n{}", "a\\", "a\u2028b", "a b", "a\u0000", "\u00e4"})
    void no_name_can_end_a_line_or_a_field(String hostile) throws Exception {
        Connection connection = new Connection(
                Protocol.TCP,
                Events.peer("192.0.2.9", 1),
                Events.peer("192.0.2.80", 80),
                Optional.of(hostile),
                Optional.of(Events.TARGET));
        String json = LogFormat.json(Events.closed(connection, Ending.FIN));
        assertThat(json).matches("[ -~]+");
        JsonNode read = new ObjectMapper().readTree(json);
        assertThat(read.path("proxy").asText()).isEqualTo(hostile);
        assertThat(read.path("ended").asText()).isEqualTo("fin");
        String line = LogFormat.commonLog(Events.closed(connection, Ending.FIN), ZONE);
        assertThat(line).matches("192\\.0\\.2\\.9 - [!-~]+ \\[[^]]+] \"TCP [^\"]+\" fin 70000 512 6 7 1234");
    }
}
