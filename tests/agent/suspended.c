/* The wall clock of a computer that has slept: ahead by as many seconds as the file AHEAD says. The
   clocks that stand still meanwhile are right. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t id, struct timespec *time)
{
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real(id, time);
    if (id == CLOCK_REALTIME) {
        long ahead = 0;
        FILE *file = fopen(getenv("AHEAD"), "r");
        if (file) {
            if (fscanf(file, "%ld", &ahead) != 1)
                ahead = 0;
            fclose(file);
        }
        time->tv_sec += ahead;
    }
    return status;
}
