/*
 * The calculator as the original teaches it: a thread per client, and three calls for each request: read the
 * length, read the body, write the result. Prints `listening on 127.0.0.1:PORT` as its first line.
 *
 * Unlike the original it ignores SIGPIPE: there, a client that leaves early ends the server.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int readn(int fd, void *buffer, size_t size)
{
    size_t got = 0;
    while (got < size) {
        ssize_t count = read(fd, (char *)buffer + got, size - got);
        if (count <= 0)
            return 0;
        got += (size_t)count;
    }
    return 1;
}

static int32_t calculate(const unsigned char *request)
{
    uint32_t left, right;
    memcpy(&left, request + 1, 4);
    memcpy(&right, request + 5, 4);
    switch (request[0]) {
    case '+': return (int32_t)(left + right);
    case '-': return (int32_t)(left - right);
    case '*': return (int32_t)(left * right);
    default: return -1;
    }
}

static void *serve(void *argument)
{
    int fd = (int)(intptr_t)argument, on = 1;
    int32_t length, result;
    unsigned char request[9];
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    while (readn(fd, &length, 4) && length == 9 && readn(fd, request, 9)) {
        result = calculate(request);
        if (write(fd, &result, 4) != 4)
            break;
    }
    close(fd);
    return NULL;
}

int main(void)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    pthread_attr_t detached;
    signal(SIGPIPE, SIG_IGN);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096)
        || getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("cannot listen");
        return 1;
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, 256 * 1024);
    for (;;) {
        pthread_t thread;
        int client = accept(listener, NULL, NULL);
        if (client >= 0 && pthread_create(&thread, &detached, serve, (void *)(intptr_t)client))
            close(client);
    }
}
