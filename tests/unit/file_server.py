"""An HTTP server that hands out one file, well or badly."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True)
class FileServer:
    """`cut_after` says, for each request in turn, after how many bytes the answer breaks off."""

    body: bytes
    cut_after: list[int] = field(default_factory=list)
    understands_ranges: bool = True
    status: int = 200
    ranges: list[str | None] = field(default_factory=list)
    url: str = ""


@contextmanager
def serve(files: FileServer) -> Iterator[FileServer]:
    """Serve the file under every path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            files.ranges.append(wanted)
            start = 0
            if wanted and files.understands_ranges:
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206 if start and files.status == 200 else files.status)
            self.send_header("Content-Length", str(len(files.body) - start))
            self.end_headers()
            end = start + files.cut_after.pop(0) if files.cut_after else None
            self.wfile.write(files.body[start:end])

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    files.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
