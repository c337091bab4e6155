/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the guest's program share. */
#ifndef WEIR_GUEST_H
#define WEIR_GUEST_H

#include <linux/bpf.h>
#include <stdbool.h>
#include "abi.h"

/* Prints the line, with its verdict in front; returns the verdict. */
bool check(bool fine, const char *what);

/* A map of the loaded objects, NULL if there is none of this name. */
struct bpf_map *map_of(const char *name);

/* A loaded program's descriptor, negative if there is none of this name. */
int program_of(const char *name);

/* One element of an array; *value is left as it was when there is none. */
void read_element(const char *map, __u32 index, void *value);

/* One listener on port 80, with one target a family behind the same interface. */
void configure(int interface);

/* Opens connections through each program; returns how many are in the main tables afterwards, if all went well. */
int send_packets(int interface);

/* Makes every timeout as short as it can be. */
void end_all_flows(void);

#endif
