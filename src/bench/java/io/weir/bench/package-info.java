/**
 * The benchmarks: the data path beside its peers, interleaved in one run, as a table and as JSON. Owns what only
 * benchmarks need (a packet generator, the prototype it is measured against); may know every other room.
 */
package io.weir.bench;
