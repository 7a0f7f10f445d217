// The floor: what a push server costs that does nothing but push. One thread, epoll; no log, no resume, no tokens, no
// checks of what comes in. Figures of real servers are held against it.
//
//   floor PORT
//
// POST /conversations               answers an id
// GET  /conversations/cN/stream     a WebSocket that follows conversation N; any number may follow one conversation
// POST /conversations/cN/messages   {"text": "..."} becomes an event, sent to the sockets of conversation N
// POST /_burst?k=K                  K events in each conversation that has a socket
// GET  anything else                200
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_CONVERSATIONS 40000
#define MOST_DESCRIPTORS 65536
#define TEXT_LIMIT 500
static const char PREFIX[] = "/conversations/c";
static const char GREETING[] = "Hello, how can I help you with your order today?";

typedef struct Connection {
    int fd;
    int is_stream;
    int conversation;
    char *buffer;
    int length, capacity;
    struct Connection *next, *previous; // the other sockets of the same conversation
} Connection;

static Connection *connections[MOST_DESCRIPTORS];
static Connection *followers[MOST_CONVERSATIONS];
static long positions[MOST_CONVERSATIONS];
static int highest_conversation = -1;
static int poller;

static long long now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// SHA-1 (RFC 3174) of fewer than 180 bytes: the handshake needs it for a key of 60.
static uint32_t rotate(uint32_t value, int bits) { return (value << bits) | (value >> (32 - bits)); }

static void sha1(const unsigned char *data, int length, unsigned char *digest) {
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    unsigned char padded[256] = {0};
    memcpy(padded, data, length);
    padded[length] = 0x80;
    int total = ((length + 8) / 64 + 1) * 64;
    uint64_t bits = (uint64_t)length * 8;
    for (int i = 0; i < 8; i++) padded[total - 1 - i] = bits >> (8 * i);
    for (int block = 0; block < total; block += 64) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) {
            const unsigned char *p = padded + block + 4 * i;
            w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f, k;
            if (i < 20) f = (b & c) | (~b & d), k = 0x5A827999;
            else if (i < 40) f = b ^ c ^ d, k = 0x6ED9EBA1;
            else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8F1BBCDC;
            else f = b ^ c ^ d, k = 0xCA62C1D6;
            uint32_t sum = rotate(a, 5) + f + e + k + w[i];
            e = d, d = c, c = rotate(b, 30), b = a, a = sum;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = h[i / 4] >> (24 - 8 * (i % 4));
}

static void base64(const unsigned char *data, int length, char *text) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < length; i += 3) {
        uint32_t v = data[i] << 16 | (i + 1 < length ? data[i + 1] << 8 : 0) | (i + 2 < length ? data[i + 2] : 0);
        *text++ = letters[v >> 18];
        *text++ = letters[(v >> 12) & 63];
        *text++ = i + 1 < length ? letters[(v >> 6) & 63] : '=';
        *text++ = i + 2 < length ? letters[v & 63] : '=';
    }
    *text = 0;
}

// A follower that does not read loses frames: the floor has no queue.
static void push(int conversation, const char *text) {
    char frame[TEXT_LIMIT + 300];
    int length = snprintf(frame + 4, sizeof frame - 4,
                          "{\"seq\":%ld,\"type\":\"message.created\",\"time\":%lld,"
                          "\"data\":{\"conversation\":\"c%d\",\"author\":\"agent\",\"text\":\"%s\"}}",
                          ++positions[conversation], now_ns(), conversation, text);
    char *start = frame;
    if (length < 126) {
        start = frame + 2;
        start[1] = length;
    } else {
        frame[1] = 126;
        frame[2] = length >> 8;
        frame[3] = length;
    }
    start[0] = (char)0x81;
    size_t size = frame + 4 + length - start;
    for (Connection *one = followers[conversation]; one; one = one->next)
        if (send(one->fd, start, size, MSG_NOSIGNAL) < 0) continue;
}

static void follow(Connection *one, int conversation) {
    one->is_stream = 1;
    one->conversation = conversation;
    one->next = followers[conversation];
    if (one->next) one->next->previous = one;
    followers[conversation] = one;
    if (conversation > highest_conversation) highest_conversation = conversation;
    free(one->buffer);
    one->buffer = 0;
    one->length = one->capacity = 0;
}

static void drop(Connection *one) {
    if (one->is_stream) {
        if (one->previous) one->previous->next = one->next;
        else followers[one->conversation] = one->next;
        if (one->next) one->next->previous = one->previous;
    }
    connections[one->fd] = 0;
    close(one->fd);
    free(one->buffer);
    free(one);
}

static int conversation_of(const char *path) {
    if (strncmp(path, PREFIX, sizeof PREFIX - 1)) return -1;
    int number = atoi(path + sizeof PREFIX - 1);
    return number >= 0 && number < MOST_CONVERSATIONS ? number : -1;
}

static void answer(Connection *one, const char *status, const char *body) {
    char text[400];
    int length = snprintf(text, sizeof text,
                          "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", status,
                          strlen(body), body);
    if (send(one->fd, text, length, MSG_NOSIGNAL) < 0) return;
}

static void accept_stream(Connection *one, const char *key, int conversation) {
    char joined[64], accepted[40], text[256];
    unsigned char digest[20];
    memcpy(joined, key, 24);
    memcpy(joined + 24, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 36);
    sha1((unsigned char *)joined, 60, digest);
    base64(digest, 20, accepted);
    int length = snprintf(text, sizeof text,
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n\r\n",
                          accepted);
    if (send(one->fd, text, length, MSG_NOSIGNAL) < 0) return;
    follow(one, conversation);
}

static void post(Connection *one, const char *path, const char *body, int body_length) {
    static long created;
    char text[TEXT_LIMIT + 1], made[60];
    int conversation = conversation_of(path), k;
    if (conversation >= 0) {
        char *found = memmem(body, body_length, "\"text\":", 7);
        char *from = found ? memchr(found + 7, '"', body + body_length - found - 7) : 0;
        char *to = from ? memchr(from + 1, '"', body + body_length - from - 1) : 0;
        snprintf(text, sizeof text, "%.*s", to ? (int)(to - from - 1) : 0, to ? from + 1 : "");
        push(conversation, text);
    } else if (sscanf(path, "/_burst?k=%d", &k) == 1) {
        for (int round = 0; round < k; round++)
            for (int i = 0; i <= highest_conversation; i++)
                if (followers[i]) push(i, GREETING);
    }
    snprintf(made, sizeof made, "{\"id\":\"c%ld\",\"status\":\"open\"}", created++);
    answer(one, "201 Created", made);
}

// Answer every whole request in the buffer.
static void serve(Connection *one) {
    for (;;) {
        char *end = one->length ? memmem(one->buffer, one->length, "\r\n\r\n", 4) : 0;
        if (!end) return;
        *end = 0;
        char *found = strcasestr(one->buffer, "content-length:"), *key = strcasestr(one->buffer, "sec-websocket-key:");
        int body_length = found ? atoi(found + 15) : 0, head = end + 4 - one->buffer;
        if (one->length < head + body_length) {
            *end = '\r';
            return;
        }
        char *path = strchr(one->buffer, ' ');
        path = path ? path + 1 : end;
        if (key && conversation_of(path) >= 0) {
            for (key += 18; *key == ' ';) key++;
            accept_stream(one, key, conversation_of(path));
            return;
        }
        if (!strncmp(one->buffer, "POST", 4)) post(one, path, one->buffer + head, body_length);
        else answer(one, "200 OK", "{\"status\":\"ok\"}");
        memmove(one->buffer, one->buffer + head + body_length, one->length - head - body_length);
        one->length -= head + body_length;
    }
}

static void receive(Connection *one) {
    static char chunk[65536];
    int count = read(one->fd, chunk, sizeof chunk);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        drop(one);
        return;
    }
    if (one->is_stream) return; // what clients send on a stream is ignored
    if (one->length + count + 1 > one->capacity) {
        one->capacity = one->length + count + 512;
        one->buffer = realloc(one->buffer, one->capacity);
    }
    memcpy(one->buffer + one->length, chunk, count);
    one->length += count;
    one->buffer[one->length] = 0;
    serve(one);
}

static void accept_all(int listener) {
    int fd, yes = 1;
    while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
        if (fd >= MOST_DESCRIPTORS) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        connections[fd] = calloc(1, sizeof(Connection));
        connections[fd]->fd = fd;
        struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &wanted);
    }
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: floor PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit descriptors;
    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(atoi(arguments[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) {
        perror("floor");
        return 1;
    }
    poller = epoll_create1(0);
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &wanted);
    for (;;) {
        struct epoll_event events[512];
        int ready = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) accept_all(listener);
            else if (connections[fd]) receive(connections[fd]);
        }
    }
}
