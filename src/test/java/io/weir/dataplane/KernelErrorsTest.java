package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelErrorsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5.10.0-33-amd64 | 22 | 95 | 'this kernel, 5.10, lacks what weir needs, which Linux 5.15 and newer have: '",
                "4.19.0          | 13 | 95 | 'this kernel, 4.19, lacks what weir needs, which Linux 5.15 and newer have: '",
                "5.10.0-33-amd64 | 1  | 1  | ''",
                "5.15.0-100      | 22 | 22 | ''",
                "6.1.0-39-amd64  | 95 | 95 | ''"
            })
    void what_a_kernel_refuses_that_is_too_old_is_told_with_its_version_and_the_one_it_takes(
            String release, int errno, int told, String begins) {
        BpfException refusal = new BpfException("loading weir_xdp", errno);
        DataplaneException failure = catchThrowableOfType(
                DataplaneException.class,
                () -> KernelErrors.told(KernelVersion.parse(release), () -> {
                    throw refusal;
                }));
        assertThat(failure).hasMessage(begins + refusal.getMessage()).hasCause(refusal);
        assertThat(failure.errno()).isEqualTo(told);
    }
}
