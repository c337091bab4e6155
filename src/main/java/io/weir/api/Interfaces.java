package io.weir.api;

import io.weir.engine.Snapshot.HookStatus;
import java.util.List;

/** Where the data path is attached. */
public interface Interfaces {

    /** Also those no listener names, and again those it was detached from. Refused with UNKNOWN_INTERFACE. */
    void attach(List<String> names);

    /** Until they are attached again, also where a listener names them. Refused with UNKNOWN_INTERFACE. */
    void detach(List<String> names);

    /** All that are wanted, with how they are attached or why they are not. */
    List<HookStatus> list();
}
