"""Django's upload handlers: one that streams a submission into storage, one that keeps labels in memory only.

Neither spools to a temporary file, and a view that names no handler takes no file at all.
"""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from competition import storage

CHUNK_BYTES = 256 * 1024


class RefusingUploadHandler(FileUploadHandler):
    """The default: forms of this site take no files unless a view says where to."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Throw the bytes away."""
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """There is no file."""
        return None


class StoredFile(UploadedFile):
    """An uploaded file that lies in storage already; `incoming` can keep or drop it."""

    def __init__(self, incoming: storage.Incoming, name: str | None, content_type: str | None) -> None:
        super().__init__(file=None, name=name, content_type=content_type, size=incoming.size)
        self.incoming = incoming

    def close(self) -> None:
        """Nothing is open here: Django closes what came before a fault in the rest of a form."""


class _LimitedHandler(FileUploadHandler):
    """Takes files up to a limit each, and remembers what went wrong."""

    chunk_size = CHUNK_BYTES

    def __init__(self, limit_bytes: int, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.limit_bytes = limit_bytes
        self.too_large = False
        self.interrupted = False

    def upload_interrupted(self) -> None:
        """The body ended inside a file."""
        self.interrupted = True


class StoringUploadHandler(_LimitedHandler):
    """Streams files into storage while they are hashed and counted; stops at the limit."""

    def __init__(self, limit_bytes: int, request: HttpRequest | None = None) -> None:
        super().__init__(limit_bytes, request)
        self.received: list[storage.Incoming] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.received.append(storage.Incoming())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write the bytes, unless they are too many."""
        incoming = self.received[-1]
        if incoming.size + len(raw_data) > self.limit_bytes:
            self.too_large = True
            raise StopUpload(connection_reset=False)
        incoming.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file has arrived; it is not durable yet."""
        return StoredFile(self.received[-1], self.file_name, self.content_type)

    def drop_all(self) -> None:
        """Remove everything that came: the request was refused or broke off."""
        for incoming in self.received:
            incoming.drop()


class MemoryUploadHandler(_LimitedHandler):
    """Keeps files in memory, for labels, which must never lie on a disk in the clear."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._buffer = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Add the bytes, unless they are too many."""
        if self._buffer.tell() + len(raw_data) > self.limit_bytes:
            self.too_large = True
            raise StopUpload(connection_reset=False)
        self._buffer.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file has arrived."""
        self._buffer.seek(0)
        return InMemoryUploadedFile(
            self._buffer, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
