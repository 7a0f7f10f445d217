// wsload: a load generator for servers that push events over WebSockets. One thread, epoll, no library.
//
//   wsload MODE --port PORT --targets FILE [options]
//
// Each line of the targets file is one connection, its fields parted by tabs ("-": none):
//   path of the stream, subprotocols offered, path to POST to, value of Authorization there, position before the first event
//
// hold        Opens all and keeps them. Prints a line when all are open, another one for each line that comes in on the
//             standard input, and the last one when that ends, or when the server has closed everything.
// latency     Opens all, then POSTs to one target after the other at --rate a second in all, whatever is answered when (open
//             loop). Latency counts from the moment at which a POST was due to the frame that carries its marker.
// burst       Opens all, then sends the request --trigger-path with --trigger-body --repeat times, each when every
//             connection has received its --expect frames of the one before. --warm more come first and do not count.
//             After --seconds it ends earlier, with three rounds at least.
// handshakes  Opens and closes as fast as the server lets it, --batch at once, for --seconds.
//
// Every line that is printed is a JSON object. In every mode the "seq" of each frame must be one more than that of the
// frame before on its connection: "gaps" counts frames that are missing, "duplicates" those that came again.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000ull
#define MOST_FAILURES 50
#define MOST_POSTERS 64
#define LEAST_ROUNDS 3
#define CLOSE_CODES 5000

// ---------------------------------------------------------------------------------------------------- options

static const char *mode, *host = "127.0.0.1", *targets_file, *server_pids = "";
static const char *trigger_path = "/", *trigger_body = "{}", *post_body = "{\"text\":\"%s\"}";
static int port, batch = 64, repeat = 10, warm_rounds = 1, expected = 1, poster_count = 8;
static double seconds = 5, rate = 100, warm_seconds = 1, patience = 60;

// ---------------------------------------------------------------------------------------------------- connections

typedef struct {
    char *stream_path, *protocols, *post_path, *authorization;
    long after;
} Target;

enum { UNUSED, CONNECTING, SHAKING, OPEN, DEAD };
enum { STREAM, POSTER, CONSOLE };

typedef struct {
    int kind, fd, state;
    int target;
    char *pending;     // what was received and is not a whole frame or answer yet
    size_t pending_length;
    char *unsent;      // what the kernel did not take yet
    size_t unsent_length;
    uint64_t began;    // when the handshake began
    long position;     // the last seq
    long messages;     // how many of the frames were messages
    int busy;          // a poster waits for its answer
} Connection;

static Target *targets;
static Connection *streams, posters[MOST_POSTERS], console = {.kind = CONSOLE};
static int count;
static int poller;
static char scratch[1 << 20];

static long opened, pending_handshakes, failed, lost, closed, frames, messages, gaps, duplicates, satisfied;
static long answers_good, answers_bad;
static long close_codes[CLOSE_CODES];
static uint64_t first_close, last_close, last_frame;
static char first_error[160];

// ---------------------------------------------------------------------------------------------------- small helpers

static uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static double own_cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static double server_cpu_seconds(void) {
    double sum = 0;
    char *list = strdup(server_pids), *rest = list, *one;
    while ((one = strsep(&rest, ","))) {
        char path[64], line[1024];
        snprintf(path, sizeof path, "/proc/%d/stat", atoi(one));
        FILE *file = fopen(path, "r");
        if (!file) continue;
        long user, system;
        char *end = fgets(line, sizeof line, file) ? strrchr(line, ')') : 0;
        if (end && sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system) == 2)
            sum += (user + system) / (double)sysconf(_SC_CLK_TCK);
        fclose(file);
    }
    free(list);
    return sum;
}

static void note_error(const char *what, const char *detail) {
    if (first_error[0]) return;
    snprintf(first_error, sizeof first_error, "%s: %s", what, detail);
    for (char *p = first_error; *p; p++)
        if (*p == '"' || *p == '\\' || (unsigned char)*p < 32) *p = ' ';
}

// Latencies in microseconds.
static uint32_t *latencies;
static size_t latency_count, latency_capacity;

static void note_latency(uint64_t since) {
    if (latency_count == latency_capacity) {
        latency_capacity = latency_capacity ? latency_capacity * 2 : 1 << 16;
        latencies = realloc(latencies, latency_capacity * sizeof *latencies);
    }
    uint64_t passed = (now_ns() - since) / 1000;
    latencies[latency_count++] = passed > UINT32_MAX ? UINT32_MAX : passed;
}

static int compare(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static void print_latencies(void) {
    qsort(latencies, latency_count, sizeof *latencies, compare);
    static const struct { const char *name; double part; } parts[] = {
        {"p50_ms", .5}, {"p90_ms", .9}, {"p99_ms", .99}, {"max_ms", 1}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (latency_count)
            printf(",\"%s\":%.3f", parts[i].name, latencies[(size_t)(parts[i].part * (latency_count - 1))] / 1e3);
}

// ---------------------------------------------------------------------------------------------------- sockets

static void watch(Connection *one, int operation, uint32_t events) {
    struct epoll_event wanted = {.events = events, .data.ptr = one};
    epoll_ctl(poller, operation, one->fd, &wanted);
}

static void release(Connection *one) {
    close(one->fd);
    free(one->pending);
    free(one->unsent);
    one->pending = one->unsent = 0;
    one->pending_length = one->unsent_length = 0;
    one->busy = 0;
    one->state = DEAD;
}

static void fail(Connection *one, const char *what, const char *detail) {
    if (one->state == DEAD || one->state == UNUSED) return;
    note_error(what, detail);
    if (one->kind == POSTER) {
        if (one->busy) answers_bad++;
    } else if (one->state == OPEN) {
        opened--;
        lost++;
    } else {
        pending_handshakes--;
        failed++;
    }
    release(one);
}

static void transmit(Connection *one, const char *data, size_t length) {
    if (!one->unsent_length) {
        ssize_t sent = send(one->fd, data, length, MSG_NOSIGNAL);
        if (sent == (ssize_t)length) return;
        if (sent < 0 && errno != EAGAIN) {
            fail(one, "send", strerror(errno));
            return;
        }
        if (sent > 0) data += sent, length -= sent;
    }
    one->unsent = realloc(one->unsent, one->unsent_length + length);
    memcpy(one->unsent + one->unsent_length, data, length);
    one->unsent_length += length;
    watch(one, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void transmit_rest(Connection *one) {
    ssize_t sent = send(one->fd, one->unsent, one->unsent_length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        fail(one, "send", strerror(errno));
        return;
    }
    if (sent < 0) return;
    one->unsent_length -= sent;
    memmove(one->unsent, one->unsent + sent, one->unsent_length);
    if (!one->unsent_length) watch(one, EPOLL_CTL_MOD, EPOLLIN);
}

static int connect_to_server(Connection *one) {
    int yes = 1;
    one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (one->fd < 0) {
        note_error("socket", strerror(errno));
        return 0;
    }
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, host, &address.sin_addr);
    if (connect(one->fd, (void *)&address, sizeof address) && errno != EINPROGRESS) {
        note_error("connect", strerror(errno));
        close(one->fd);
        return 0;
    }
    one->state = CONNECTING;
    watch(one, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
    return 1;
}

static void open_stream(Connection *one) {
    one->began = now_ns();
    one->position = targets[one->target].after;
    if (connect_to_server(one)) pending_handshakes++;
    else one->state = DEAD, failed++;
}

// ---------------------------------------------------------------------------------------------------- WebSocket

static void shake_hands(Connection *one) {
    Target *target = targets + one->target;
    char request[4096];
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n",
                          target->stream_path, host, port);
    if (target->protocols)
        length += snprintf(request + length, sizeof request - length, "Sec-WebSocket-Protocol: %s\r\n", target->protocols);
    length += snprintf(request + length, sizeof request - length, "\r\n");
    one->state = SHAKING;
    watch(one, EPOLL_CTL_MOD, EPOLLIN);
    transmit(one, request, length);
}

// A frame of the client, masked with zeros: the mask is there for proxies, which there are none of.
static void send_frame(Connection *one, int opcode, const char *payload, size_t length) {
    char frame[140] = {(char)(0x80 | opcode), (char)(0x80 | length)};
    memcpy(frame + 6, payload, length);
    transmit(one, frame, length + 6);
}

static uint64_t measured_from; // markers of before do not count
static const char MARK[] = "tk~";
#define MARKER_LENGTH 20 // tk~ and sixteen hexadecimal digits of nanoseconds and ~

static void read_marker(const char *payload, size_t length) {
    const char *found = memmem(payload, length, MARK, sizeof MARK - 1);
    if (!found || found + MARKER_LENGTH > payload + length || found[MARKER_LENGTH - 1] != '~') return;
    uint64_t due = strtoull(found + 3, 0, 16);
    if (due >= measured_from) note_latency(due);
}

static void take_event(Connection *one, const char *payload, size_t length) {
    const char *found = memmem(payload, length, "\"seq\":", 6);
    frames++;
    last_frame = now_ns();
    if (found) {
        long position = strtol(found + 6, 0, 10);
        if (position <= one->position) duplicates++;
        else {
            gaps += position - one->position - 1;
            one->position = position;
        }
    }
    if (memmem(payload, length, "\"message.created\"", 17)) {
        messages++;
        if (++one->messages == expected) satisfied++;
        if (one->messages == expected + 1) satisfied--; // one too many is not what was expected
        read_marker(payload, length);
    }
}

static void take_close(Connection *one, const unsigned char *payload, size_t length) {
    int code = length >= 2 ? payload[0] << 8 | payload[1] : 1005;
    if (code < CLOSE_CODES) close_codes[code]++;
    send_frame(one, 8, (const char *)payload, length < 2 ? 0 : 2);
    if (one->state != OPEN) return;
    opened--;
    closed++;
    last_close = now_ns();
    if (!first_close) first_close = last_close;
    release(one);
}

// Take every whole frame; return how many bytes they were.
static size_t take_frames(Connection *one, const char *data, size_t length) {
    size_t taken = 0;
    while (one->state == OPEN && length - taken >= 2) {
        const unsigned char *frame = (const unsigned char *)data + taken;
        size_t head = 2, size = frame[1] & 127;
        if (size == 126) head = 4;
        else if (size == 127) head = 10;
        if (length - taken < head) break;
        if (head > 2) {
            size = 0;
            for (size_t i = 2; i < head; i++) size = size << 8 | frame[i];
        }
        if (size > sizeof scratch / 2) {
            fail(one, "frame", "too large");
            break;
        }
        if (length - taken < head + size) break;
        const char *payload = (const char *)frame + head;
        taken += head + size;
        switch (frame[0] & 15) {
        case 1: take_event(one, payload, size); break;
        case 8: take_close(one, (const unsigned char *)payload, size); break;
        case 9: send_frame(one, 10, payload, size < 126 ? size : 125); break;
        }
    }
    return taken;
}

static void (*on_open)(Connection *); // what a mode does when a stream is open

static size_t take_handshake(Connection *one, const char *data, size_t length) {
    const char *end = memmem(data, length, "\r\n\r\n", 4);
    if (!end) return 0;
    if (length < 12 || strncmp(data + 9, "101", 3)) {
        fail(one, "handshake", data);
        return length;
    }
    one->state = OPEN;
    pending_handshakes--;
    opened++;
    if (on_open) on_open(one);
    size_t head = end + 4 - data;
    return one->state == OPEN ? head + take_frames(one, data + head, length - head) : length;
}

// ---------------------------------------------------------------------------------------------------- HTTP

// Return the length of a whole answer, 0 when more must come.
static size_t answer_length(const char *data, size_t length) {
    const char *end = memmem(data, length, "\r\n\r\n", 4);
    if (!end) return 0;
    const char *found = strcasestr(data, "content-length:");
    if (found && found < end) {
        size_t total = end + 4 - data + atol(found + 15);
        return length >= total ? total : 0;
    }
    found = strcasestr(data, "transfer-encoding: chunked");
    if (found && found < end) {
        const char *last = memmem(end, data + length - end, "\r\n0\r\n\r\n", 7);
        return last ? (size_t)(last + 7 - data) : 0;
    }
    return end + 4 - data;
}

static int closes_after(const char *data, size_t length) {
    const char *end = memmem(data, length, "\r\n\r\n", 4), *found = strcasestr(data, "connection: close");
    return !strncmp(data, "HTTP/1.0", 8) || (found && found < end);
}

static size_t take_answer(Connection *one, const char *data, size_t length) {
    size_t total = answer_length(data, length);
    if (!total) return 0;
    if (atoi(data + 9) / 100 == 2) answers_good++;
    else {
        answers_bad++;
        note_error("HTTP", data);
    }
    one->busy = 0;
    if (closes_after(data, length)) release(one);
    return total;
}

static void post(Connection *one, const char *path, const char *authorization, const char *body) {
    char request[8192];
    if (one->state != OPEN && one->state != CONNECTING) {
        one->kind = POSTER;
        if (!connect_to_server(one)) {
            answers_bad++;
            one->state = DEAD;
            return;
        }
    }
    int length = snprintf(request, sizeof request, "POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: application/json\r\n",
                          path, host, port);
    if (authorization)
        length += snprintf(request + length, sizeof request - length, "Authorization: %s\r\n", authorization);
    length += snprintf(request + length, sizeof request - length, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    one->busy = 1;
    if (one->state == OPEN) transmit(one, request, length);
    else { // sent as soon as the connection stands
        one->unsent = realloc(one->unsent, length);
        memcpy(one->unsent, request, length);
        one->unsent_length = length;
    }
}

// ---------------------------------------------------------------------------------------------------- the loop

static void on_connected(Connection *one) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(one->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) fail(one, "connect", strerror(error));
    else if (one->kind == STREAM) shake_hands(one);
    else {
        one->state = OPEN;
        watch(one, EPOLL_CTL_MOD, one->unsent_length ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
}

static void keep_rest(Connection *one, const char *data, size_t length) {
    one->pending_length = length;
    if (!length) {
        free(one->pending);
        one->pending = 0;
        return;
    }
    one->pending = realloc(one->pending, length);
    memcpy(one->pending, data, length);
}

static void on_readable(Connection *one) {
    while (one->state == SHAKING || one->state == OPEN) {
        size_t before = one->pending_length;
        if (before) memcpy(scratch, one->pending, before);
        ssize_t received = recv(one->fd, scratch + before, sizeof scratch - before - 1, 0);
        if (received == 0) {
            fail(one, "connection", "closed by the server without a close frame");
            return;
        }
        if (received < 0) {
            if (errno != EAGAIN) fail(one, "receive", strerror(errno));
            return;
        }
        size_t length = before + received;
        scratch[length] = 0;
        size_t taken = one->kind == POSTER      ? take_answer(one, scratch, length)
                       : one->state == SHAKING ? take_handshake(one, scratch, length)
                                               : take_frames(one, scratch, length);
        if (one->state != SHAKING && one->state != OPEN) return;
        keep_rest(one, scratch + taken, length - taken);
        if ((size_t)received < sizeof scratch - before - 1) return; // there was no more
    }
}

static int is_console_readable;

// Wait for up to so many nanoseconds and handle what is ready. A time-out in nanoseconds sleeps, and never spins.
static void step(uint64_t wait_ns) {
    struct epoll_event events[512];
    struct timespec wait = {wait_ns / SECOND, wait_ns % SECOND};
    int ready = epoll_pwait2(poller, events, 512, &wait, 0);
    for (int i = 0; i < ready; i++) {
        Connection *one = events[i].data.ptr;
        if (one->kind == CONSOLE) {
            is_console_readable = 1;
            continue;
        }
        if (one->state == CONNECTING && events[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) on_connected(one);
        if (one->state == DEAD || one->state == UNUSED) continue;
        if (events[i].events & EPOLLOUT && one->unsent_length) transmit_rest(one);
        if (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) on_readable(one);
    }
}

// Open every stream, a batch at a time; return the seconds it took.
static double open_all(void) {
    uint64_t began = now_ns(), last_progress = began;
    long last_opened = 0;
    int next = 0;
    while ((next < count && failed < MOST_FAILURES) || pending_handshakes) {
        while (pending_handshakes < batch && next < count && failed < MOST_FAILURES) open_stream(streams + next++);
        step(SECOND / 20);
        if (opened != last_opened) last_opened = opened, last_progress = now_ns();
        if (now_ns() - last_progress > 10 * SECOND || now_ns() - began > patience * SECOND) break;
    }
    return (now_ns() - began) / 1e9;
}

// Read on until nothing has come for a while: what happened before the streams were open has been told then.
static void settle(void) {
    uint64_t began = now_ns();
    last_frame = began;
    while (now_ns() - last_frame < SECOND / 3 && now_ns() - began < 10 * SECOND) step(SECOND / 20);
}

static void print_state(const char *stage) {
    printf("{\"stage\":\"%s\",\"asked\":%d,\"opened\":%ld,\"failed\":%ld,\"lost\":%ld,\"closed\":%ld,\"frames\":%ld,"
           "\"messages\":%ld,\"satisfied\":%ld,\"gaps\":%ld,\"duplicates\":%ld,\"generator_cpu_s\":%.3f,"
           "\"first_error\":\"%s\"",
           stage, count, opened, failed, lost, closed, frames, messages, satisfied, gaps, duplicates, own_cpu_seconds(),
           first_error);
}

static void end_line(void) {
    printf("}\n");
    fflush(stdout);
}

// ---------------------------------------------------------------------------------------------------- modes

static void print_closes(void) {
    const char *comma = "";
    printf(",\"close_seconds\":%.3f,\"close_codes\":{", first_close ? (last_close - first_close) / 1e9 : 0);
    for (int code = 0; code < CLOSE_CODES; code++)
        if (close_codes[code]) printf("%s\"%d\":%ld", comma, code, close_codes[code]), comma = ",";
    printf("}");
}

static void hold(void) {
    double own_before = own_cpu_seconds(), took = open_all(), own = own_cpu_seconds() - own_before;
    print_state("opened");
    printf(",\"seconds\":%.3f,\"generator_cpu_percent\":%.1f", took, took > 0 ? own / took * 100 : 0);
    end_line();
    console.fd = STDIN_FILENO;
    watch(&console, EPOLL_CTL_ADD, EPOLLIN);
    while (opened > 0) {
        step(SECOND / 5);
        if (!is_console_readable) continue;
        char line[256];
        is_console_readable = 0;
        ssize_t length = read(STDIN_FILENO, line, sizeof line);
        if (length <= 0) break;
        for (ssize_t i = 0; i < length; i++)
            if (line[i] == '\n') print_state("counted"), end_line();
    }
    print_state("ended");
    print_closes();
    end_line();
}

static Connection *idle_poster(void) {
    for (int i = 0; i < poster_count; i++)
        if (!posters[i].busy) return posters + i;
    return 0;
}

static void latency(void) {
    double took = open_all();
    settle();
    uint64_t began = now_ns(), period = SECOND / rate, end = began + (warm_seconds + seconds) * SECOND;
    uint64_t next = began, measured_posts = 0;
    double own_before = 0, server_before = 0;
    long number = 0, frames_before = 0;
    measured_from = began + warm_seconds * SECOND;
    int is_measuring = 0;
    for (;;) {
        uint64_t now = now_ns();
        if (!is_measuring && now >= measured_from) {
            is_measuring = 1;
            own_before = own_cpu_seconds(), server_before = server_cpu_seconds(), frames_before = frames;
        }
        Connection *one;
        while (next <= now && next < end && (one = idle_poster())) {
            char marker[32], body[4096];
            Target *target = targets + number++ % count;
            snprintf(marker, sizeof marker, "tk~%016llx~", (unsigned long long)next);
            const char *place = strstr(post_body, "%s");
            snprintf(body, sizeof body, "%.*s%s%s", place ? (int)(place - post_body) : (int)strlen(post_body), post_body,
                     place ? marker : "", place ? place + 2 : "");
            post(one, target->post_path, target->authorization, body);
            if (next >= measured_from) measured_posts++;
            next += period;
        }
        if (next >= end || now > end + patience * SECOND || opened < count) break;
        now = now_ns();
        step(next > now ? next - now : SECOND / 1000);
    }
    double passed = (now_ns() - measured_from) / 1e9;
    double own = own_cpu_seconds() - own_before, server = server_cpu_seconds() - server_before;
    long frames_measured = frames - frames_before;
    uint64_t late = now_ns() + 3 * SECOND;
    while (latency_count < measured_posts && now_ns() < late) step(SECOND / 50);
    print_state("latency");
    printf(",\"connect_seconds\":%.3f,\"posts\":%llu,\"undelivered\":%lld,\"answers_good\":%ld,\"answers_bad\":%ld", took,
           (unsigned long long)measured_posts, (long long)(measured_posts - latency_count), answers_good, answers_bad);
    print_latencies();
    printf(",\"server_cpu_us\":%.2f,\"generator_cpu_percent\":%.1f", frames_measured ? server / frames_measured * 1e6 : 0,
           own / passed * 100);
    end_line();
}

static void burst(void) {
    double took = open_all(), own_before = 0, server_before = 0, spent = 0;
    uint64_t began_all = 0;
    long total = 0;
    int rounds = 0, is_incomplete = 0;
    settle();
    is_incomplete = opened < count;
    for (int round = -warm_rounds; round < repeat && !is_incomplete; round++) {
        if (round == 0) own_before = own_cpu_seconds(), server_before = server_cpu_seconds(), began_all = now_ns();
        long before = frames, wanted = expected * opened;
        uint64_t began = now_ns();
        post(posters, trigger_path, targets[0].authorization, trigger_body);
        while (frames - before < wanted && now_ns() - began < patience * SECOND && !answers_bad) step(SECOND / 20);
        uint64_t ended = frames > before ? last_frame : now_ns();
        while (posters[0].busy && now_ns() - began < patience * SECOND) step(SECOND / 20);
        is_incomplete = frames - before < wanted;
        if (round < 0) continue;
        note_latency(now_ns() - (ended - began)); // how long this round took
        spent += (ended - began) / 1e9;
        total += frames - before;
        rounds++;
        if (rounds >= LEAST_ROUNDS && now_ns() - began_all > seconds * SECOND) break;
    }
    double own = own_cpu_seconds() - own_before, server = server_cpu_seconds() - server_before;
    double passed = (now_ns() - began_all) / 1e9;
    print_state("burst");
    printf(",\"connect_seconds\":%.3f,\"rounds\":%d,\"incomplete\":%d,\"events\":%ld,\"events_per_s\":%.1f", took, rounds,
           is_incomplete, total, spent > 0 ? total / spent : 0);
    print_latencies();
    printf(",\"server_cpu_us\":%.3f,\"generator_cpu_percent\":%.1f", total ? server / total * 1e6 : 0,
           passed > 0 ? own / passed * 100 : 0);
    end_line();
}

static long shaken;

static void shaken_hands(Connection *one) {
    if (one->began >= measured_from) {
        note_latency(one->began);
        shaken++;
    }
    opened--;
    release(one);
}

static void handshakes(void) {
    on_open = shaken_hands;
    uint64_t began = now_ns(), end;
    int next = 0, is_measuring = 0;
    double own_before = 0, server_before = 0;
    measured_from = began + warm_seconds * SECOND;
    end = measured_from + seconds * SECOND;
    while (now_ns() < end && failed < MOST_FAILURES) {
        if (!is_measuring && now_ns() >= measured_from)
            is_measuring = 1, own_before = own_cpu_seconds(), server_before = server_cpu_seconds();
        for (int i = 0; i < batch; i++)
            if (streams[i].state == UNUSED || streams[i].state == DEAD) {
                streams[i].target = next++ % count;
                open_stream(streams + i);
            }
        step(SECOND / 100);
    }
    double passed = (now_ns() - measured_from) / 1e9;
    double own = own_cpu_seconds() - own_before, server = server_cpu_seconds() - server_before;
    print_state("handshakes");
    printf(",\"handshakes\":%ld,\"handshakes_per_s\":%.1f", shaken, passed > 0 ? shaken / passed : 0);
    print_latencies();
    printf(",\"server_cpu_us\":%.2f,\"generator_cpu_percent\":%.1f", shaken ? server / shaken * 1e6 : 0,
           passed > 0 ? own / passed * 100 : 0);
    end_line();
}

// ---------------------------------------------------------------------------------------------------- start

static char *field(char **rest) {
    char *value = strsep(rest, "\t");
    return value && *value && strcmp(value, "-") ? strdup(value) : 0;
}

static int read_targets(void) {
    char *line = 0;
    size_t capacity = 0;
    FILE *file = fopen(targets_file, "r");
    if (!file) return 0;
    while (getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *rest = line;
        targets = realloc(targets, (count + 1) * sizeof *targets);
        Target *one = targets + count++;
        one->stream_path = field(&rest);
        one->protocols = field(&rest);
        one->post_path = field(&rest);
        one->authorization = field(&rest);
        char *after = field(&rest);
        one->after = after ? atol(after) : 0;
        free(after);
        if (!one->stream_path) return 0;
    }
    free(line);
    fclose(file);
    return count;
}

static void read_options(int argument_count, char **arguments) {
    const struct { const char *name; const char **value; } texts[] = {
        {"--host", &host}, {"--targets", &targets_file}, {"--pids", &server_pids}, {"--trigger-path", &trigger_path},
        {"--trigger-body", &trigger_body}, {"--post-body", &post_body}};
    const struct { const char *name; int *value; } integers[] = {
        {"--port", &port}, {"--batch", &batch}, {"--repeat", &repeat}, {"--warm", &warm_rounds}, {"--expect", &expected},
        {"--posters", &poster_count}};
    const struct { const char *name; double *value; } numbers[] = {
        {"--seconds", &seconds}, {"--rate", &rate}, {"--warm-seconds", &warm_seconds}, {"--patience", &patience}};
    mode = argument_count > 1 ? arguments[1] : "";
    for (int i = 2; i + 1 < argument_count; i += 2) {
        int is_known = 0;
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            if (!strcmp(arguments[i], texts[k].name)) *texts[k].value = arguments[i + 1], is_known = 1;
        for (size_t k = 0; k < sizeof integers / sizeof *integers; k++)
            if (!strcmp(arguments[i], integers[k].name)) *integers[k].value = atoi(arguments[i + 1]), is_known = 1;
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
            if (!strcmp(arguments[i], numbers[k].name)) *numbers[k].value = atof(arguments[i + 1]), is_known = 1;
        if (!is_known) {
            fprintf(stderr, "wsload: unknown option %s\n", arguments[i]);
            exit(2);
        }
    }
    if (poster_count < 1 || poster_count > MOST_POSTERS || batch < 1) {
        fprintf(stderr, "wsload: --posters is 1 to %d, --batch at least 1\n", MOST_POSTERS);
        exit(2);
    }
}

int main(int argument_count, char **arguments) {
    read_options(argument_count, arguments);
    struct { const char *name; void (*run)(void); } modes[] = {
        {"hold", hold}, {"latency", latency}, {"burst", burst}, {"handshakes", handshakes}};
    if (!targets_file || !read_targets()) {
        fprintf(stderr, "wsload: --targets FILE must name a file with a line for each connection\n");
        return 2;
    }
    struct rlimit descriptors;
    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
    poller = epoll_create1(0);
    int places = count > batch ? count : batch;
    streams = calloc(places, sizeof *streams);
    for (int i = 0; i < places; i++) streams[i].target = i % count;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (!strcmp(mode, modes[i].name)) {
            modes[i].run();
            return 0;
        }
    fprintf(stderr, "wsload: the mode is hold, latency, burst or handshakes\n");
    return 2;
}
