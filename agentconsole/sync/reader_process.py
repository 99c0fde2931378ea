"""Reading in a second process: files are decoded and cut into words there, while this one writes.

The helper reads the same files by the same format and hands over records, a batch at a time, through its one pipe.
While nobody takes the next batch it waits, so no more than a few are ever ahead. It ends with its pipe: when this
process stops reading, is killed or dies, the next write tells the helper so.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias, cast
from zlib import crc32

from agentconsole.domain.errors import ConsoleError, Phrase, ShortageError
from agentconsole.domain.text import search_words
from agentconsole.store import desks
from agentconsole.store.store import Store, plain_errors
from agentconsole.sync import formats
from agentconsole.sync.batches import batches
from agentconsole.sync.files import SourceFile, collect
from agentconsole.sync.formats.base import Format, ReadOptions, Tally
from agentconsole.sync.garbage import rarely_collected
from agentconsole.sync.joining import joined
from agentconsole.sync.line_filter import LineFilter
from agentconsole.sync.records import Record, TicketRecord

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Process: TypeAlias = subprocess.Popen[bytes]
WORTH_IT: Final = 4 << 20
"""Bytes of files from which on a helper is started: it takes as long to begin as a megabyte takes to be read."""
BATCH: Final = 100
"""Records handed over at once, at the most."""
AHEAD: Final = 6
"""Batches that wait here to be written."""
ENDING: Final = 20.0
"""Seconds that a helper may take to end."""
_HEAD: Final = struct.Struct("<QI")
"""Before each message: its length, and its checksum."""
PIPE: Final = 1 << 20
"""Bytes that wait in the pipe, where the system lets us choose: about a batch."""


class _BrokeOffError(Exception):
    """The helper's end; the message says where it was, if it could still tell. What files say is not repeated."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to read, and how.

    Args:
        paths: what the user named.
        source: whose tickets they are in the store,
        desk: and the key of the desk whose maps are used: what was taken before is not read again.
    """

    paths: tuple[Path, ...]
    options: ReadOptions
    source: str
    desk: str


def records(
    store: Store, reader: Format, files: Sequence[SourceFile], task: Task, process: Process | None = None
) -> Generator[Record, None, None]:
    """The records of `files`, from a helper if there is one; `reader.tally` fills up in either case.

    Args:
        files: collected of the task's paths.
        process: of `helper`.

    Raises:
        ConsoleError: as `reader.read`, or the helper broke off.
    """
    with _told_plainly(store.path):
        if process is None:
            yield from _read(store, reader, files, task)
        else:
            yield from _read_there(process, (store.path, reader.name, task), reader.tally)


@contextmanager
def _told_plainly(store: Path) -> Iterator[None]:
    """While files are read beside a store: what stands in the way and is no fault of ours, as it is told to a person.

    Raises:
        ConsoleError: the store or a file cannot be read, or the memory is used up.
    """
    try:
        with plain_errors(store):
            yield
    except MemoryError as error:
        hint = Phrase("close other programs, try again")
        raise ShortageError(Phrase("there is not enough memory"), hint) from error
    except OSError as error:
        name, reason = error.filename or Phrase("one of the files"), error.strerror or str(error)
        raise ConsoleError(Phrase("{file} cannot be read: {error}", file=name, error=reason)) from error


def _read_there(process: Process, request: tuple[Path, str, Task], tally: Tally) -> Iterator[Record]:
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError), process.stdin as stream:
        pickle.dump(request, stream)
    try:
        yield from _received(cast(BinaryIO, process.stdout), tally)
    except _BrokeOffError as error:
        words = Phrase("the process that reads the files broke off ({why})", why=str(error) or _end_of(process))
        if str(error):
            raise ConsoleError(words, Phrase("try again")) from error
        hint = Phrase("perhaps the memory ran out: close other programs, try again")
        raise ShortageError(words, hint) from error


def _read(store: Store, reader: Format, files: Sequence[SourceFile], task: Task) -> Iterator[Record]:
    known = {each.key: each for each in desks.desks(store)}
    passing = LineFilter(store, task.source, known, known[task.desk])
    return joined(passing.records(reader.read(passing.over(files), task.options)))


def _is_worth_it(files: Sequence[SourceFile]) -> bool:
    """Whether the files are large, lie where the helper finds them, and a helper has a core to itself."""
    if getattr(sys, "frozen", False) or not sys.executable or (os.cpu_count() or 1) == 1:
        return False
    paths = {file.path for file in files}
    try:
        return None not in paths and sum(path.stat().st_size for path in paths if path) >= WORTH_IT
    except OSError:  # whoever reads it will say so
        return False


@contextmanager
def helper(files: Sequence[SourceFile]) -> Iterator[Process | None]:
    """A process to read `files`, where that is worth it and can be: it gets ready while their format is found out.

    Whatever happens, it is gone afterwards.
    """
    process = _started() if _is_worth_it(files) else None
    if process is None:
        yield None
        return
    assert process.stdin is not None and process.stdout is not None
    try:
        yield process
    finally:
        process.kill()  # first, so that nobody waits for it any longer
        process.wait()
        process.stdin.close()
        process.stdout.close()


def _started() -> Process | None:
    """None where the system refuses another process, or so large a pipe: it is a help, not a need."""
    with suppress(OSError):
        return subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pipesize=PIPE,
        )
    return None


def _end_of(process: Process) -> str:
    """How the helper ended, whose pipe has: a large temporary file of its may take the system a while to give up."""
    with suppress(subprocess.TimeoutExpired):
        status = process.wait(ENDING)
        return f"exit {status}" if status >= 0 else signal.strsignal(-status) or f"signal {-status}"
    return "?"


def _received(stream: BinaryIO, tally: Tally) -> Iterator[Record]:
    with closing(_ahead(stream)) as messages:
        for message in messages:
            found = pickle.loads(message)
            if isinstance(found, ConsoleError):
                raise found
            if isinstance(found, str):
                raise _BrokeOffError(found)
            if isinstance(found, Tally):
                tally.update(found)
                return
            yield from found


def _ahead(stream: BinaryIO) -> Generator[bytes, None, None]:
    """The messages. Some are fetched before they are asked for, so that both processes have work when one is slow.

    Of large ones only the next is.
    """
    from concurrent.futures import ThreadPoolExecutor  # which the helper does without

    fetching = ThreadPoolExecutor(1, "fetching")
    try:
        waiting = deque([_begun(fetching, stream)])
        ahead = 1
        while True:
            message = waiting.popleft().result()
            ahead = min(AHEAD, ahead + 1) if len(message) <= PIPE else 1
            while len(waiting) < ahead:
                waiting.append(fetching.submit(_message, stream))
            yield message
    finally:
        fetching.shutdown(wait=False, cancel_futures=True)


def _begun(fetching: ThreadPoolExecutor, stream: BinaryIO) -> Future[bytes]:
    try:
        return fetching.submit(_message, stream)
    except RuntimeError as error:  # no room for a thread
        raise MemoryError from error


def _message(stream: BinaryIO) -> bytes:
    """The next message, if it is what was sent: a text that arrives damaged must not reach the store.

    Raises:
        _BrokeOffError: it is not, or the pipe has ended, about which the error says nothing.
    """
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise _BrokeOffError
    length, mark = _HEAD.unpack(head)
    try:
        content = stream.read(length)
    except OverflowError as error:  # a length that is damaged itself
        raise _BrokeOffError("damaged") from error
    if len(content) < length:
        raise _BrokeOffError
    if crc32(content) != mark:
        raise _BrokeOffError("damaged")
    return content


# --- in the helper


def main(request: BinaryIO, answer: BinaryIO) -> None:
    """Reads what the request asks for and writes it out as pickles: lists of records, then the tally; or a
    `ConsoleError`, or the place of a fault as text."""
    path, name, task = pickle.load(request)
    with suppress(BrokenPipeError), closing(answer), rarely_collected():
        try:
            with _told_plainly(path):
                _answer(path, name, task, answer)
        except ConsoleError as error:
            _send(error, answer)
        except Exception as error:  # noqa: BLE001 - a fault of ours, which nobody would hear of otherwise
            place = traceback.extract_tb(error.__traceback__)[-1]
            _send(f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}", answer)


def streams() -> tuple[BinaryIO, BinaryIO]:
    """Where the request comes from, and where the answer goes.

    Not the ones of `sys`, which PYTHONUNBUFFERED makes such as write only a part when the process is stopped meanwhile
    (`Ctrl-Z`), and say so to nobody.
    """
    return open(sys.stdin.fileno(), "rb", closefd=False), open(sys.stdout.fileno(), "wb", closefd=False)


def _answer(path: Path, name: str, task: Task, answer: BinaryIO) -> None:
    with Store(path) as store:
        files = collect(task.paths)
        reader = formats.detect(files, name)
        _hand_over(_read(store, reader, files, task), answer)
        _send(reader.tally, answer)


def _hand_over(found: Iterable[Record], answer: BinaryIO) -> None:
    for batch in batches(found, lambda: BATCH):
        for each in batch:
            if isinstance(each, TicketRecord):
                each.words = search_words(each.text())
                if each.comments and each.comments[0].body == each.description:
                    each.description = each.comments[0].body  # one text, which is sent once
        _send(batch, answer)


def _send(message: Any, answer: BinaryIO) -> None:
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    answer.write(_HEAD.pack(len(content), crc32(content)))
    answer.write(content)
    answer.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us; their end is ours
    main(*streams())
