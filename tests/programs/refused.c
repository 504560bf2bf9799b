/* Asks for three things and prints the errno of each, 0 where it was granted.
 *
 * A refusal is decided per call: moby's newer default profiles let socket through for AF_INET and answer AF_ALG with an errno
 * of the filter, so the same name is both allowed and refused. Docker 20.10's lets both through: what AF_ALG answers there comes
 * from the kernel (EAFNOSUPPORT where it is not built in). keyctl is refused with EPERM by all of them; the kernel itself
 * would answer KEYCTL_GET_KEYRING_ID of the process keyring, not created, with ENOKEY.
 */
#include <errno.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void report(const char *what, long result)
{
	printf("%s %d\n", what, result < 0 ? errno : 0);
}

int main(void)
{
	report("socket(AF_INET)", socket(AF_INET, SOCK_STREAM, 0));
	report("socket(AF_ALG)", socket(AF_ALG, SOCK_SEQPACKET, 0));
	report("keyctl", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 0));
	return 0;
}
