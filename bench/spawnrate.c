/* How many times a second this machine can start a program, read all it prints and reap it: the floor under every server that
 * runs a program per request. No HTTP and no JSON, only posix_spawn, read and waitpid.
 *
 *   spawnrate COUNT WORKERS PROGRAM ARGUMENT...      prints runs per second
 *
 * Each worker is a process of its own that runs its share one after the other. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void die(const char *what, int error) {
    fprintf(stderr, "spawnrate: %s: %s\n", what, strerror(error));
    exit(1);
}

static void run(char **command) {
    static char output[64 * 1024];
    int ends[2];
    posix_spawn_file_actions_t redirect;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC)) die("pipe2", errno);
    posix_spawn_file_actions_init(&redirect);
    posix_spawn_file_actions_adddup2(&redirect, ends[1], STDOUT_FILENO);
    int error = posix_spawn(&child, command[0], &redirect, NULL, command, environ);
    if (error) die(command[0], error);
    posix_spawn_file_actions_destroy(&redirect);
    close(ends[1]);
    while (read(ends[0], output, sizeof output) > 0) continue;
    close(ends[0]);
    waitpid(child, NULL, 0);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fputs("usage: spawnrate COUNT WORKERS PROGRAM ARGUMENT...\n", stderr);
        return 2;
    }
    int count = atoi(argv[1]), workers = atoi(argv[2]), status, failed = 0;
    double started = now();
    for (int worker = 0; worker < workers; worker++) {
        pid_t child = fork();
        if (child < 0) die("fork", errno);
        if (child == 0) {
            for (int i = worker; i < count; i += workers) run(argv + 3);
            _exit(0);
        }
    }
    while (wait(&status) > 0) failed |= status;
    printf("%.0f\n", count / (now() - started));
    return failed ? 1 : 0;
}
