/**
 * The data path once more, in plain Java: slow, without tricks and with nothing in common with the C but what both must do.
 * Random histories are played to both; verdicts, bytes, counters and tables must be the same.
 */
package io.weir.packet.model;
