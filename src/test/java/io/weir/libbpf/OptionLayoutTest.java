package io.weir.libbpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Clang;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The offsets written down in this room are those of the C headers. */
class OptionLayoutTest {

    private static final String HEADERS = """
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/statfs.h>
            #include <linux/if.h>
            #include <linux/ethtool.h>
            #include <linux/rtnetlink.h>
            #include <linux/netlink.h>
            #include <bpf/bpf.h>
            #include <bpf/libbpf.h>
            #include <linux/bpf.h>
            """;

    @Test
    void every_offset_is_what_the_compiler_says() {
        List<String> expressions = new ArrayList<>();
        List<Integer> ours = new ArrayList<>();
        rows().forEach(row -> {
            expressions.add(row.expression());
            ours.add(row.ours());
        });
        StringBuilder source = new StringBuilder(HEADERS).append("int main(void) {\n");
        expressions.forEach(expression ->
                source.append("printf(\"%d\\n\", (int)(").append(expression).append("));\n"));
        List<Integer> theirs = Clang.printed(source.append("}\n").toString())
                .lines()
                .map(Integer::valueOf)
                .toList();
        for (int i = 0; i < ours.size(); i++) {
            assertThat(ours.get(i)).as(expressions.get(i)).isEqualTo(theirs.get(i));
        }
        assertThat(theirs).hasSameSizeAs(ours);
    }

    private record Row(String expression, int ours) {}

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        struct(
                rows,
                BpfObject.class,
                "bpf_object_open_opts",
                "OPTIONS_BYTES",
                "OBJECT_NAME object_name",
                "LOG_BUFFER kernel_log_buf",
                "LOG_SIZE kernel_log_size",
                "LOG_LEVEL kernel_log_level");
        struct(
                rows,
                TestRun.class,
                "bpf_test_run_opts",
                "OPTIONS_BYTES",
                "DATA_IN data_in",
                "DATA_OUT data_out",
                "DATA_SIZE_IN data_size_in",
                "DATA_SIZE_OUT data_size_out",
                "CONTEXT_IN ctx_in",
                "CONTEXT_OUT ctx_out",
                "CONTEXT_SIZE_IN ctx_size_in",
                "CONTEXT_SIZE_OUT ctx_size_out",
                "RETURN_VALUE retval",
                "REPEAT repeat",
                "DURATION duration",
                "FLAGS flags");
        struct(rows, TestRun.class, "xdp_md", "XDP_BYTES", "XDP_DATA_END data_end", "XDP_INGRESS ingress_ifindex");
        struct(rows, TestRun.class, "__sk_buff", "SKB_BYTES", "SKB_INGRESS ingress_ifindex", "SKB_INTERFACE ifindex");
        struct(rows, BpfLink.class, "bpf_link_create_opts", "OPTIONS_BYTES", "FLAGS flags");
        struct(rows, TcFilter.class, "bpf_tc_hook", "HOOK_BYTES", "HOOK_INTERFACE ifindex", "HOOK_POINT attach_point");
        struct(
                rows,
                TcFilter.class,
                "bpf_tc_opts",
                "OPTIONS_BYTES",
                "PROGRAM prog_fd",
                "FLAGS flags",
                "PROGRAM_ID prog_id",
                "HANDLE handle",
                "PRIORITY priority");
        struct(
                rows,
                Xdp.class,
                "bpf_xdp_query_opts",
                "OPTIONS_BYTES",
                "PROGRAM_ID prog_id",
                "DRIVER_PROGRAM_ID drv_prog_id",
                "HARDWARE_PROGRAM_ID hw_prog_id",
                "GENERIC_PROGRAM_ID skb_prog_id",
                "ATTACH_MODE attach_mode");
        rows.add(new Row("sizeof(struct bpf_map_batch_opts)", 24));
        rows.add(new Row("sizeof(struct ifreq)", 40));
        rows.add(new Row("offsetof(struct ifreq, ifr_ifru)", 16));
        rows.add(new Row("sizeof(struct ethtool_drvinfo)", 196));
        rows.add(new Row("offsetof(struct ethtool_drvinfo, driver)", 4));
        rows.add(new Row("sizeof(struct sockaddr_nl)", 12));
        rows.add(new Row("offsetof(struct sockaddr_nl, nl_groups)", 8));
        rows.add(new Row("sizeof(struct nlmsghdr)", 16));
        rows.add(new Row("sizeof(struct ndmsg)", 12));
        rows.add(new Row("offsetof(struct ndmsg, ndm_ifindex)", 4));
        kernelInfo(rows);
        return rows;
    }

    private static void kernelInfo(List<Row> rows) {
        rows.add(new Row("sizeof(struct bpf_map_info)", KernelInfo.MAP_BYTES));
        rows.add(new Row("sizeof(struct bpf_prog_info)", KernelInfo.PROGRAM_BYTES));
        rows.add(new Row("sizeof(struct bpf_link_info)", KernelInfo.LINK_BYTES));
        Object[][] offsets = {
            {"bpf_map_info", "type", 0},
            {"bpf_map_info", "id", 4},
            {"bpf_map_info", "key_size", 8},
            {"bpf_map_info", "value_size", 12},
            {"bpf_map_info", "max_entries", 16},
            {"bpf_map_info", "map_flags", 20},
            {"bpf_map_info", "name", 24},
            {"bpf_map_info", "btf_id", 64},
            {"bpf_map_info", "btf_key_type_id", 68},
            {"bpf_map_info", "btf_value_type_id", 72},
            {"bpf_prog_info", "type", 0},
            {"bpf_prog_info", "id", 4},
            {"bpf_prog_info", "tag", 8},
            {"bpf_prog_info", "jited_prog_len", 16},
            {"bpf_prog_info", "xlated_prog_len", 20},
            {"bpf_prog_info", "nr_map_ids", 52},
            {"bpf_prog_info", "map_ids", 56},
            {"bpf_prog_info", "name", 64},
            {"bpf_prog_info", "run_time_ns", 192},
            {"bpf_prog_info", "run_cnt", 200},
            {"bpf_link_info", "type", 0},
            {"bpf_link_info", "id", 4},
            {"bpf_link_info", "prog_id", 8},
            {"bpf_link_info", "xdp.ifindex", 16},
            {"bpf_btf_info", "btf", 0},
            {"bpf_btf_info", "btf_size", 8},
        };
        for (Object[] row : offsets) {
            rows.add(new Row("offsetof(struct " + row[0] + ", " + row[1] + ")", (int) row[2]));
        }
    }

    /** Constants of a class: the struct's size, then "CONSTANT field". */
    private static void struct(List<Row> rows, Class<?> type, String struct, String size, String... fields) {
        rows.add(new Row("sizeof(struct " + struct + ")", constant(type, size)));
        for (String field : fields) {
            String[] words = field.split(" ");
            rows.add(new Row("offsetof(struct " + struct + ", " + words[1] + ")", constant(type, words[0])));
        }
    }

    private static int constant(Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.getInt(null);
        } catch (ReflectiveOperationException missing) {
            throw new AssertionError(missing);
        }
    }
}
