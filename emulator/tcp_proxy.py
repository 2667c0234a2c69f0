"""A TCP proxy that can be cut, so that a server seems unreachable while it keeps its data."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Self

CHUNK_BYTES = 1 << 16


class TcpProxy:
    """Forwards `host` to `upstream`, both `address:port`.

    While cut, connections break and new ones are refused: a gRPC client sees UNAVAILABLE, as it does in a
    real outage, and finds everything again after `mend()`.
    """

    def __init__(self, host: str, upstream: str) -> None:
        """Start forwarding, from a thread of this process."""
        self.host = host
        self._upstream = upstream
        self._links: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.mend()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._run(self._close())

    def mend(self) -> None:
        """Forward again."""
        self._run(self._open())

    def close(self) -> None:
        """Cut for good."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        """Return the proxy itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _run(self, coroutine: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _open(self) -> None:
        if self._server is None:
            address, _, port = self.host.rpartition(":")
            self._server = await asyncio.start_server(self._link, address, int(port))

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        links = set(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._links.add(task)
        writers = [writer]
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._upstream.rsplit(":", 1))
            writers.append(up_writer)
            ways = [
                asyncio.create_task(_pump(reader, up_writer)),
                asyncio.create_task(_pump(up_reader, writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass  # one end is gone, so the other is closed too
        finally:
            for end in writers:
                end.transport.abort()
            if task is not None:
                self._links.discard(task)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
