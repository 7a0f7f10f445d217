"""The store without a server: values and rows, files, restarts, exports."""
