package io.weir.engine;

import java.util.Set;

/**
 * What a derivation may not guess about the data path.
 *
 * @param installed what is in the maps now: nothing that is still referred to there is given to another
 * @param idleTargets indices on which no flow is left
 */
record Evidence(Image installed, Set<Integer> idleTargets) {}
