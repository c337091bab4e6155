package io.weir.engine;

import java.util.ArrayList;
import java.util.List;

/** What is there now and was not, and what was there and is not now. */
record Turnover<T>(List<T> come, List<T> gone) {

    Turnover() {
        this(new ArrayList<>(), new ArrayList<>());
    }
}
