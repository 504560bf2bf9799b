// SPDX-License-Identifier: Apache-2.0
/*
 * Ports below 1024 that were bound where the network namespace asks for no capability
 * (ip_unprivileged_port_start): elsewhere the same bind needs NET_BIND_SERVICE. Taken from the
 * bound socket, whoever bound it and however.
 */
#pragma once

#include "arch/arch.h"
#include "maps.h"
#include "offsets.h"
#include "path.h"
#include "task.h"

/* PROT_SOCK of include/net/sock.h: where a port is free on every machine */
#define PRIVILEGED_PORTS 1024
#define FAMILY_INET 2 /* AF_INET, AF_INET6 of include/linux/socket.h */
#define FAMILY_INET6 10
#define TYPE_STREAM 1 /* include/linux/net.h */
#define TYPE_DATAGRAM 2
#define PROTOCOL_UDP 17
#define SOCKETCALL_BIND 2   /* SYS_BIND of include/uapi/linux/net.h */
#define MODE_FORMAT 0170000 /* S_IFMT, S_IFSOCK of include/uapi/linux/stat.h */
#define MODE_SOCKET 0140000

/*
 * The number of a raw socket is its protocol, that of a ping socket its identifier: neither is a
 * port.
 */
static __always_inline bool has_port(u64 socket)
{
	u16 family = READ32(socket, OFF_sock___sk_common + OFF_sock_common_skc_family);
	u16 type = READ32(socket, OFF_sock_sk_type),
	    protocol = READ32(socket, OFF_sock_sk_protocol);
	if (family != FAMILY_INET && family != FAMILY_INET6)
		return false;
	return type == TYPE_STREAM || (type == TYPE_DATAGRAM && protocol == PROTOCOL_UDP);
}

/* A network namespace of a program's own user namespace says nothing about the container's. */
static __always_inline void see_bound(struct subject *subject, u32 index, u64 file, u64 program)
{
	if (((u16)READ32(READ(file, OFF_file_f_inode), OFF_inode_i_mode) & MODE_FORMAT) !=
	    MODE_SOCKET)
		return; /* a thread may have put another file in its place meanwhile */
	u64 socket = READ(READ(file, OFF_file_private_data), OFF_socket_sk);
	u64 network = READ(socket, OFF_sock___sk_common + OFF_sock_common_skc_net);
	struct low_port_key key = {.subject = index};
	key.port = (u16)READ32(socket, OFF_sock___sk_common + OFF_sock_common_skc_num);
	struct low_port value = {.program = program};
	value.start = READ32(network, OFF_net_ipv4 + OFF_netns_ipv4_sysctl_ip_prot_sock);
	if (!key.port || key.port >= PRIVILEGED_PORTS || key.port < value.start ||
	    !has_port(socket))
		return;
	if (namespace_inode(READ(network, OFF_net_user_ns)) != subject->user_ns)
		return;
	if (low_ports.insert(&key, &value) && !low_ports.lookup(&key))
		count_lost(LOST_PORTS);
}

/* bind(2) always; of socketcall(2) one of its calls. */
static __always_inline bool binds(u32 trait, u64 regs, bool compat)
{
	return (trait & TRAIT_BINDS) && (!(trait & TRAIT_SOCKETCALL) ||
					 (u32)syscall_argument(regs, compat, 0) == SOCKETCALL_BIND);
}

static __always_inline void see_bind(TASK task, struct subject *subject, u32 index, u32 trait,
				     u64 regs, bool compat, u64 program)
{
	u32 descriptor = syscall_argument(regs, compat, 0);
	if (trait & TRAIT_SOCKETCALL) /* its second argument points to those of the call */
		bpf_probe_read_user(&descriptor, sizeof(descriptor),
				    (void *)syscall_argument(regs, compat, 1));
	see_bound(subject, index, file_of(task, descriptor), program);
}
