package io.weir.stats;

import io.weir.model.Endpoint;
import java.util.Optional;

/** Port: what the data path's numbers stand for at this moment. Called by several threads. */
public interface Names {

    Optional<String> proxy(int number);

    Optional<Endpoint> target(int index);
}
