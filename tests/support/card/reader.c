/* A reader driver for pcscd, for tests: one reader is one Unix socket.
 *
 * An entry of reader.conf with DEVICENAME "virtual:/dir/card.sock" is a reader. A card is in it
 * while something accepts connections on that socket. Messages have two bytes of length before
 * them. To the card: 'P' power up, 'R' reset, 'O' power off, or 'A' and an APDU; from the card:
 * the answer to reset after 'P' and 'R', the answer to an APDU after 'A'.
 *
 * The interface is pcsc-lite's ifdhandler.h, version 3. The little that is needed of it is
 * declared here, so that the tests need a C compiler and pcscd, but not pcsc-lite's headers.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef unsigned long DWORD;
typedef long RESPONSECODE;
typedef struct { DWORD protocol, length; } SCARD_IO_HEADER;

enum { IFD_SUCCESS = 0, IFD_ERROR_TAG = 600, IFD_COMMUNICATION_ERROR = 612, IFD_NOT_SUPPORTED = 614,
       IFD_ICC_PRESENT = 615, IFD_ICC_NOT_PRESENT = 616 };
enum { IFD_POWER_UP = 500, IFD_POWER_DOWN = 501, IFD_RESET = 502 };
enum { TAG_IFD_ATR = 0x0303, TAG_IFD_SLOT_THREAD_SAFE = 0x0FAC, TAG_IFD_THREAD_SAFE = 0x0FAD,
       TAG_IFD_SLOTS_NUMBER = 0x0FAE, TAG_IFD_SIMULTANEOUS_ACCESS = 0x0FAF };
enum { READERS = 16, LONGEST = 65535, LONGEST_ATR = 33 };

static struct reader {
	int taken, socket;
	DWORD lun, atr_length;
	unsigned char atr[LONGEST_ATR];
	char path[sizeof ((struct sockaddr_un *)0)->sun_path];
} readers[READERS];

static struct reader *find(DWORD lun)
{
	for (int i = 0; i < READERS; i++)
		if (readers[i].taken && readers[i].lun == lun)
			return &readers[i];
	return NULL;
}

static void remove_card(struct reader *reader)
{
	if (reader->socket >= 0)
		close(reader->socket);
	reader->socket = -1;
	reader->atr_length = 0;
}

static int write_all(int fd, const unsigned char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 0;
		bytes += n;
		length -= (size_t)n;
	}
	return 1;
}

static int read_all(int fd, unsigned char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = recv(fd, bytes, length, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 0;
		bytes += n;
		length -= (size_t)n;
	}
	return 1;
}

/* Sends one message and reads the answer, of at most `room` bytes; -1 when the card is gone. */
static long ask(struct reader *reader, char kind, const unsigned char *data, size_t length,
                unsigned char *answer, size_t room)
{
	unsigned char message[3 + LONGEST], head[2];
	if (reader == NULL || reader->socket < 0 || length >= LONGEST)
		return -1;
	message[0] = (unsigned char)((length + 1) >> 8);
	message[1] = (unsigned char)(length + 1);
	message[2] = (unsigned char)kind;
	if (length > 0)
		memcpy(message + 3, data, length);
	if (write_all(reader->socket, message, length + 3) && read_all(reader->socket, head, 2)) {
		size_t n = (size_t)head[0] << 8 | head[1];
		if (n <= room && read_all(reader->socket, answer, n))
			return (long)n;
	}
	remove_card(reader);
	return -1;
}

static int has_card(struct reader *reader)
{
	char byte;
	if (reader->socket >= 0) {
		ssize_t n = recv(reader->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			remove_card(reader);
	}
	if (reader->socket < 0) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (fd < 0)
			return 0;
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		memcpy(address.sun_path, reader->path, sizeof address.sun_path);
		if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
			reader->socket = fd;
		else
			close(fd);
	}
	return reader->socket >= 0;
}

RESPONSECODE IFDHCreateChannelByName(DWORD lun, char *name)
{
	char *path = strchr(name, ':');
	for (int i = 0; path != NULL && i < READERS; i++) {
		struct reader *reader = &readers[i];
		if (reader->taken || strlen(path + 1) >= sizeof reader->path)
			continue;
		memset(reader, 0, sizeof *reader);
		reader->taken = 1;
		reader->socket = -1;
		reader->lun = lun;
		strcpy(reader->path, path + 1);
		return IFD_SUCCESS;
	}
	return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel)
{
	(void)lun, (void)channel;
	return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHCloseChannel(DWORD lun)
{
	struct reader *reader = find(lun);
	if (reader != NULL) {
		remove_card(reader);
		reader->taken = 0;
	}
	return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, DWORD *length, unsigned char *value)
{
	struct reader *reader = find(lun);
	switch (tag) {
	case TAG_IFD_ATR:
		if (reader == NULL || reader->atr_length == 0 || *length < reader->atr_length)
			break;
		memcpy(value, reader->atr, reader->atr_length);
		*length = reader->atr_length;
		return IFD_SUCCESS;
	case TAG_IFD_SIMULTANEOUS_ACCESS:
		*value = READERS;
		*length = 1;
		return IFD_SUCCESS;
	case TAG_IFD_SLOTS_NUMBER:
	case TAG_IFD_THREAD_SAFE:
	case TAG_IFD_SLOT_THREAD_SAFE:
		*value = 1;
		*length = 1;
		return IFD_SUCCESS;
	}
	*length = 0;
	return IFD_ERROR_TAG;
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD length, unsigned char *value)
{
	(void)lun, (void)tag, (void)length, (void)value;
	return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD protocol, unsigned char flags,
                                       unsigned char pts1, unsigned char pts2, unsigned char pts3)
{
	(void)lun, (void)protocol, (void)flags, (void)pts1, (void)pts2, (void)pts3;
	return IFD_SUCCESS;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, unsigned char *atr, DWORD *atr_length)
{
	struct reader *reader = find(lun);
	unsigned char nothing[1];
	long n;
	if (action == IFD_POWER_DOWN) {
		ask(reader, 'O', NULL, 0, nothing, sizeof nothing);
		return IFD_SUCCESS;
	}
	n = reader == NULL ? -1 : ask(reader, action == IFD_RESET ? 'R' : 'P', NULL, 0, reader->atr, LONGEST_ATR);
	if (n < 0)
		return IFD_COMMUNICATION_ERROR;
	reader->atr_length = *atr_length = (DWORD)n;
	memcpy(atr, reader->atr, (size_t)n);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER send_header, unsigned char *command,
                               DWORD command_length, unsigned char *answer, DWORD *answer_length,
                               SCARD_IO_HEADER *receive_header)
{
	long n = ask(find(lun), 'A', command, command_length, answer, *answer_length);
	(void)send_header, (void)receive_header;
	*answer_length = n < 0 ? 0 : (DWORD)n;
	return n < 0 ? IFD_COMMUNICATION_ERROR : IFD_SUCCESS;
}

RESPONSECODE IFDHControl(DWORD lun, DWORD code, unsigned char *input, DWORD input_length,
                         unsigned char *output, DWORD output_length, DWORD *returned)
{
	(void)lun, (void)code, (void)input, (void)input_length, (void)output, (void)output_length;
	if (returned != NULL)
		*returned = 0;
	return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHICCPresence(DWORD lun)
{
	struct reader *reader = find(lun);
	return reader != NULL && has_card(reader) ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}
