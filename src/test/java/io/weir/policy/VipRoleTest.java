package io.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.policy.VipRole.Told;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VipRoleTest {

    @ParameterizedTest
    @CsvSource({
        "MASTER, MASTER, master, stays",
        "MASTER, BACKUP, backup, was master",
        "MASTER, FAULT,  fault,  was master",
        "MASTER, STOP,   stopped, was master",
        "BACKUP, MASTER, master, was backup",
        "BACKUP, BACKUP, backup, stays",
        "BACKUP, FAULT,  fault,  was backup",
        "BACKUP, STOP,   stopped, was backup",
        "FAULT,  MASTER, master, was fault",
        "FAULT,  BACKUP, backup, was fault",
        "FAULT,  FAULT,  fault,  stays",
        "FAULT,  STOP,   stopped, was fault",
        "STOP,   MASTER, master, was stopped",
        "STOP,   BACKUP, backup, was stopped",
        "STOP,   FAULT,  fault,  was stopped",
        "STOP,   STOP,   stopped, stays",
    })
    void a_role_becomes_what_keepalived_says(Told from, Told told, String word, String why) {
        Transition<VipRole> transition = VipRole.first(from, 10).on(told, 20);
        assertThat(transition.state().word()).isEqualTo(word);
        assertThat(transition.isChange()).isEqualTo(!why.equals("stays"));
        assertThat(transition.why()).isEqualTo(why.equals("stays") ? "" : why);
        assertThat(transition.state().since()).isEqualTo(transition.isChange() ? 20 : 10);
    }
}
