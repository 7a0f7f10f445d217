"""The load generators: wrk for plain HTTP, wsload.c for WebSockets, and the floor that figures are held against."""
