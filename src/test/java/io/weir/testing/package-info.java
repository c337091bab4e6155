/** What tests of several rooms share: conditions, a compiler for BPF programs, namespaces. */
package io.weir.testing;
