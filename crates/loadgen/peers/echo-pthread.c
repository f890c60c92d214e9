/* The peer that loadgen compares the echo server with: a thread per client in plain C, and nothing that
 * the bytes do not need. No limits, no log, no shutdown.
 *
 * echo-pthread [PORT [timeouts]]     0, the default, lets the system choose
 *
 * With `timeouts`, reads end after 120 s and writes after 10 s, as in the server that it is compared with. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, STACK = 256 * 1024, BACKLOG = 4096 };

static int with_timeouts;

static int write_all(int client, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(client, bytes, count);
        if (written <= 0) return -1;
        bytes += written;
        count -= (size_t)written;
    }
    return 0;
}

static void *serve(void *argument) {
    int client = (int)(intptr_t)argument, yes = 1;
    char buffer[BUFFER];
    ssize_t count;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (with_timeouts) {
        struct timeval idle = {.tv_sec = 120}, write_timeout = {.tv_sec = 10};
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
        setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &write_timeout, sizeof write_timeout);
    }
    while ((count = read(client, buffer, sizeof buffer)) > 0 && write_all(client, buffer, (size_t)count) == 0) {
    }
    close(client);
    return NULL;
}

static int listen_on(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, BACKLOG) != 0
        || getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        perror("cannot listen");
        exit(1);
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(int count, char **arguments) {
    int listener, client;
    pthread_t thread;
    pthread_attr_t attributes;
    with_timeouts = count > 2 && strcmp(arguments[2], "timeouts") == 0;
    signal(SIGPIPE, SIG_IGN);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK);
    listener = listen_on(count > 1 ? (uint16_t)atoi(arguments[1]) : 0);
    for (;;) {
        client = accept(listener, NULL, NULL);
        if (client >= 0 && pthread_create(&thread, &attributes, serve, (void *)(intptr_t)client) != 0)
            close(client);
    }
}
