/**
 * libbpf and the few libc calls beside it, through the foreign-function interface: objects, maps, programs, links, ring
 * buffers, BTF, network namespaces and netlink. Every failure is a {@link io.weir.libbpf.BpfException} with its errno.
 * Knows nothing of Weir: what a map means is other rooms' business.
 */
package io.weir.libbpf;
