/**
 * The one thread that turns facts into map contents: fold, derive, diff, write, publish. Knows the model and the policy;
 * reaches the kernel only through its port {@link io.weir.engine.Dataplane}.
 */
package io.weir.engine;
