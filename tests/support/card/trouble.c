/* libpcsclite with trouble: passes every call on to the real library, except that some calls of one
 * function answer an error. The variables that say which:
 *   PCSCLITE_REAL      path of the real library; nothing is passed on without it
 *   PCSCLITE_TROUBLE   "FUNCTION CODE COUNT", e.g. "SCardBeginTransaction 80100068 1": the first calls;
 *                      "FUNCTION CODE COUNT SKIP LATE": those after the first SKIP ones; with LATE 1
 *                      they are passed on all the same
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long trouble(const char *function, int is_late)
{
	static int calls;
	char name[64];
	unsigned long code;
	int count, skip = 0, late = 0;
	const char *text = getenv("PCSCLITE_TROUBLE");
	if (text == NULL || sscanf(text, "%63s %lx %d %d %d", name, &code, &count, &skip, &late) < 3)
		return 0;
	if (strcmp(name, function) != 0)
		return 0;
	if (!is_late)
		calls++;
	return late == is_late && calls > skip && calls <= skip + count ? (long)code : 0;
}

static void *real(const char *function)
{
	static void *library;
	const char *path = getenv("PCSCLITE_REAL");
	if (library == NULL && path != NULL)
		library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	return library == NULL ? NULL : dlsym(library, function);
}

enum { NO_SERVICE = 0x8010001D };

#define PASS_ON(function, parameters, arguments) \
	long function parameters \
	{ \
		long (*pass_on) parameters; \
		long answer, code = trouble(#function, 0); \
		if (code != 0) \
			return code; \
		*(void **)&pass_on = real(#function); \
		answer = pass_on == NULL ? (long)NO_SERVICE : pass_on arguments; \
		code = trouble(#function, 1); \
		return code != 0 ? code : answer; \
	}

PASS_ON(SCardEstablishContext, (unsigned long a, const void *b, const void *c, long *d), (a, b, c, d))
PASS_ON(SCardReleaseContext, (long a), (a))
PASS_ON(SCardListReaders, (long a, const char *b, char *c, unsigned long *d), (a, b, c, d))
PASS_ON(SCardGetStatusChange, (long a, unsigned long b, void *c, unsigned long d), (a, b, c, d))
PASS_ON(SCardConnect, (long a, const char *b, unsigned long c, unsigned long d, long *e, unsigned long *f), (a, b, c, d, e, f))
PASS_ON(SCardDisconnect, (long a, unsigned long b), (a, b))
PASS_ON(SCardBeginTransaction, (long a), (a))
PASS_ON(SCardEndTransaction, (long a, unsigned long b), (a, b))
PASS_ON(SCardTransmit, (long a, const void *b, const unsigned char *c, unsigned long d, void *e, unsigned char *f, unsigned long *g), (a, b, c, d, e, f, g))
