/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs in the guest: loads the data path's objects as the node does (one set of maps), and sends packets through
 * it. Prints one line for each thing it looked at, beginning with "ok" or "FAIL"; exit code 1 if there was a FAIL.
 *
 *   guest DIRECTORY INTERFACE PEER
 *
 * INTERFACE and PEER are the ends of a veth pair; see load-on.sh for their addresses and neighbours.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "guest.h"

#define TCX_INGRESS 46
#define LOG_SIZE (16 << 20) /* the most that 5.15 takes */
#define LOG_STATISTICS 4
#define LOG_REASONS 1

static const char *const object_names[] = { "weir_xdp", "weir_tc", "weir_expire", "weir_shadow" };
#define OBJECTS 4
static struct bpf_object *objects[OBJECTS];
static char log_text[LOG_SIZE];
static int failures;

bool check(bool fine, const char *what)
{
	printf("%s %s\n", fine ? "ok" : "FAIL", what);
	failures += !fine;
	return fine;
}

static bool kernel_is_at_least(int major, int minor)
{
	struct utsname name;
	int its_major = 0, its_minor = 0;

	uname(&name);
	sscanf(name.release, "%d.%d", &its_major, &its_minor);
	return its_major > major || (its_major == major && its_minor >= minor);
}

struct bpf_map *map_of(const char *name)
{
	struct bpf_map *map = NULL;

	for (int i = 0; i < OBJECTS && !map; i++)
		map = objects[i] ? bpf_object__find_map_by_name(objects[i], name) : NULL;
	return map;
}

int program_of(const char *name)
{
	struct bpf_program *program = NULL;

	for (int i = 0; i < OBJECTS && !program; i++)
		program = bpf_object__find_program_by_name(objects[i], name);
	return program ? bpf_program__fd(program) : -1;
}

/* The end of the verifier's log, where it says what it did not like. */
static void print_log_end(void)
{
	char *at = log_text + strlen(log_text);

	for (int lines = 0; at > log_text && lines < 40; at--)
		lines += at[-1] == '\n';
	printf("%s\n", at);
}

/* The verifier's "processed 1234 insns (limit ...)", or an empty text. */
static void print_verdict(const char *program, bool loaded)
{
	char *statistics = strstr(log_text, "processed ");
	char line[256];

	if (statistics)
		statistics[strcspn(statistics, "\n")] = 0;
	snprintf(line, sizeof(line), "verifier: %s %s", program, statistics ? statistics : "(no statistics)");
	check(loaded, line);
}

/* One object at a time; the second and third take the maps of the one before that has them. */
static struct bpf_object *open_object(const char *directory, const char *name)
{
	struct bpf_object *object;
	struct bpf_map *map, *shared;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s.bpf.o", directory, name);
	object = bpf_object__open_file(path, NULL);
	if (!object)
		return NULL;
	bpf_object__for_each_map(map, object)
	{
		shared = map_of(bpf_map__name(map));
		if (shared && bpf_map__reuse_fd(map, bpf_map__fd(shared)))
			printf("FAIL cannot share %s\n", bpf_map__name(map));
		if (!strcmp(bpf_map__name(map), "flows6") && !kernel_is_at_least(6, 1))
			bpf_map__set_map_flags(map, 0);
	}
	return object;
}

static struct bpf_object *load_with_log(const char *directory, const char *name, const char *only, int level)
{
	struct bpf_object *object = open_object(directory, name);
	struct bpf_program *program;

	if (!object)
		return NULL;
	log_text[0] = 0;
	bpf_object__for_each_program(program, object)
	{
		bpf_program__set_autoload(program, !only || !strcmp(only, bpf_program__name(program)));
		bpf_program__set_log_buf(program, log_text, sizeof(log_text));
		bpf_program__set_log_level(program, level);
	}
	if (bpf_object__load(object)) {
		bpf_object__close(object);
		return NULL;
	}
	return object;
}

/* What the verifier says of each program alone; libbpf gives all programs of an object one log. */
static void ask_verifier(const char *directory, const char *name)
{
	struct bpf_object *object = open_object(directory, name), *loaded;
	struct bpf_program *program;

	if (!object) {
		check(false, "opening an object");
		return;
	}
	bpf_object__for_each_program(program, object)
	{
		loaded = load_with_log(directory, name, bpf_program__name(program), LOG_STATISTICS);
		print_verdict(bpf_program__name(program), loaded);
		if (!loaded) {
			load_with_log(directory, name, bpf_program__name(program), LOG_REASONS);
			print_log_end();
		}
		bpf_object__close(loaded);
	}
	bpf_object__close(object);
}

static bool load(const char *directory)
{
	char line[128];
	int fine = 0;

	for (int i = 0; i < OBJECTS; i++) {
		ask_verifier(directory, object_names[i]);
		objects[i] = load_with_log(directory, object_names[i], NULL, 0);
		snprintf(line, sizeof(line), "load: %s", object_names[i]);
		fine += check(objects[i], line);
	}
	return fine == OBJECTS;
}

static void attach_tc(int interface, enum bpf_tc_attach_point point, const char *program)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = interface, .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program_of(program), .handle = 1, .priority = 1);
	char line[128];
	int error = bpf_tc_hook_create(&hook);

	hook.attach_point = point;
	if (!error || error == -EEXIST)
		error = bpf_tc_attach(&hook, &options);
	snprintf(line, sizeof(line), "attach: %s by clsact (%s)", program, error ? strerror(-error) : "done");
	check(!error, line);
}

static void attach(int interface, int peer)
{
	LIBBPF_OPTS(bpf_link_create_opts, no_options);

	/* Native first: it is what lets a test run say that a packet came in by the interface. */
	check(!bpf_xdp_attach(interface, program_of("weir_xdp"), XDP_FLAGS_DRV_MODE, NULL), "attach: weir_xdp, native");
	check(!bpf_xdp_attach(peer, program_of("weir_xdp"), XDP_FLAGS_SKB_MODE, NULL), "attach: weir_xdp, generic");
	check(bpf_link_create(program_of("weir_xdp"), if_nametoindex("lo"), BPF_XDP, &no_options) >= 0,
	      "attach: weir_xdp by a link");
	attach_tc(interface, BPF_TC_INGRESS, "weir_ingress");
	attach_tc(interface, BPF_TC_EGRESS, "weir_egress");
	if (kernel_is_at_least(6, 6))
		check(bpf_link_create(program_of("weir_ingress"), peer, TCX_INGRESS, &no_options) >= 0,
		      "attach: weir_ingress by TCX");
	else
		printf("-- no TCX before 6.6: the node takes clsact\n");
}

/* Lets every flow be over its time, starts the timer, and awaits that the main tables are empty. */
static void expire(int flows)
{
	unsigned char frame[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = sizeof(frame));
	const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };
	struct expiry expiry = { .expired = 0 };
	char line[128];
	int deadline = 1000;

	check(!bpf_prog_test_run_opts(program_of("weir_expire"), &run) && run.retval == TC_ACT_OK,
	      "expiry: the timer starts");
	while (deadline-- && (int)expiry.expired < flows) {
		nanosleep(&moment, NULL);
		read_element("expiry_state", 0, &expiry);
	}
	snprintf(line, sizeof(line), "expiry: %llu of %d flows removed by the timer, %lld left, %llu lost",
		 expiry.expired, flows, expiry.flows, expiry.lost);
	check((int)expiry.expired == flows && !expiry.flows && !expiry.lost, line);
}

int main(int count, char **arguments)
{
	int interface, flows;

	if (count != 4)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	libbpf_set_print(NULL);
	if (!load(arguments[1]))
		return 1;
	interface = if_nametoindex(arguments[2]);
	attach(interface, if_nametoindex(arguments[3]));
	configure(interface);
	flows = send_packets(interface);
	end_all_flows();
	expire(flows);
	return failures > 0;
}
