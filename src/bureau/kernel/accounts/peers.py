"""Who is at the other end of a connection on this machine, as the kernel knows it.

A proxy that adds no header looks like somebody at the keyboard: address, Host and method are theirs.
Only the system can tell them apart: by the account that opened the connection (a proxy of the
machine has one of its own), and by what its process does otherwise: who takes connections from
other machines speaks for others. Linux tells both in /proc; elsewhere nobody is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TABLES = ("tcp", "tcp6")
ESTABLISHED, LISTENING = "01", "0A"
# 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104, as the kernel writes them: words of four bytes, reversed
_LOOPBACK_4, _LOOPBACK_6 = "7F", "0" * 24 + "01000000"
_MAPPED = "0" * 16 + "FFFF0000"


@dataclass(frozen=True)
class Socket:
    """One line of /proc/net/tcp."""

    host: str
    port: int
    remote_port: int
    state: str
    account: int
    inode: str

    @property
    def on_loopback(self) -> bool:
        """Whether its own address is one that other machines cannot reach."""
        if len(self.host) == 8:
            return self.host.endswith(_LOOPBACK_4)
        mapped = self.host.startswith(_MAPPED) and self.host.endswith(_LOOPBACK_4)
        return self.host == _LOOPBACK_6 or mapped


def calls_for_itself(client_port: int, server_port: int, own: int, named: Collection[int]) -> bool:
    """Whether a connection on loopback was opened by who may, and not on behalf of others.

    Args:
        client_port, server_port: its two ends, as the server sees them.
        own: number of the account we run under; of its processes those are refused that take
            connections from other machines.
        named: numbers of accounts that the operator answers for.
    """
    sockets = list(_sockets())
    callers = [
        one
        for one in sockets
        if (one.port, one.remote_port, one.state) == (client_port, server_port, ESTABLISHED)
        and one.on_loopback
    ]
    if len(callers) != 1:
        return False
    if callers[0].account != own:
        return callers[0].account in named
    doors = {one.inode for one in sockets if one.state == LISTENING and not one.on_loopback}
    holders = list(_holders_of(callers[0].inode))
    return bool(holders) and not any(doors & held for held in holders)


def _sockets() -> Iterator[Socket]:
    for table in TABLES:
        try:
            lines = (PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            host, _, port = fields[1].partition(":")
            remote_port = int(fields[2].rpartition(":")[2], 16)
            account, inode = int(fields[7]), fields[9]
            yield Socket(host, int(port, 16), remote_port, fields[3], account, inode)


def _holders_of(inode: str) -> Iterator[set[str]]:
    """The sockets of each process that holds this one, as far as this account may look."""
    for process in PROC.iterdir():
        if process.name.isdecimal():
            held = _held_by(process)
            if inode in held:
                yield held


def _held_by(process: Path) -> set[str]:
    held = set()
    try:
        for entry in (process / "fd").iterdir():
            target = str(entry.readlink())
            if target.startswith("socket:["):
                held.add(target[8:-1])
    except OSError:
        # it has ended, or is another account's
        pass
    return held
