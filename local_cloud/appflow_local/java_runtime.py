"""The JVM that functions in Java run on: the machine's own, and what makes it a Lambda runtime.

The folder `java` holds the runtime's sources, which need the JDK alone. A wheel that was built
where there is a JDK has them compiled, and runs on a JRE. Elsewhere they are compiled once for each
cloud, by the JVM that runs them. So neither a registry nor a compiled file in the repository is
needed.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from appflow_local.aws_hosts import AwsHosts
from appflow_local.java_trust import trust_store

_SOURCES = Path(__file__).with_name("java")
_COMPILED = Path(__file__).with_name("java_runtime.jar")  # by hatch_build.py
_COMPILER_MODULE = "jdk.compiler"
_COMPILER = ("-m", f"{_COMPILER_MODULE}/com.sun.tools.javac.Main")
_MAIN = "appflowlocal.FunctionRuntime"
_SECONDS = 60.0
_HINT = (
    "On Debian and Ubuntu, `apt-get install default-jdk-headless` installs a JDK; elsewhere set "
    "JAVA_HOME for `appflow-local up`, or put `java` on its PATH"
)
# Starts fast, and takes no more threads than a function needs.
_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
_NOT_PROXIED = "localhost|127.*|[::1]"


class JavaUnavailable(Exception):  # noqa: N818 - an outcome
    """No function in Java can run on this machine; the message says what to install."""


class JavaRuntime:
    """Lambda's Java runtime, on the machine's JVM.

    Args:
        folder: where its compiled classes and its trust store are kept.
        bundle: the PEM file of the roots that functions trust.
        hosts: where functions reach AWS's hosts.
        home: `JAVA_HOME` of the user; None for the `java` on PATH.
        is_led_to_proxy: whether functions reach loopback and plain HTTP by a proxy, too.
    """

    def __init__(
        self,
        folder: Path,
        bundle: Path,
        hosts: AwsHosts,
        home: str | None,
        *,
        is_led_to_proxy: bool = False,
    ) -> None:
        self._folder = folder
        self._bundle = bundle
        self._hosts = hosts
        self._home = home
        self._is_led_to_proxy = is_led_to_proxy
        self._lock = threading.Lock()
        self._finding = threading.Lock()
        self._tried: Path | None = None
        self._is_prepared = False

    def find(self) -> Path:
        """Return the machine's `java`.

        Raises:
            JavaUnavailable: there is none, or it's without a compiler that is needed.
        """
        found = shutil.which("java", path=self._path())
        if found is None:
            where = f"JAVA_HOME, {self._home}," if self._home else "PATH"
            raise JavaUnavailable(f"there's no JVM: no `java` in {where}. {_HINT}")
        java = Path(found)
        with self._finding:
            if java != self._tried:
                self._check(found)
                self._tried = java
        return java

    def _check(self, java: str) -> None:
        if _COMPILED.is_file():
            if _run([java, "--version"]).returncode != 0:
                raise JavaUnavailable(f"{java} is older than Java 11. {_HINT}")
        elif _run([java, "--describe-module", _COMPILER_MODULE]).returncode != 0:
            raise JavaUnavailable(
                f"{java} has no compiler, as it's a JRE or older than Java 11. {_HINT}"
            )

    def prepare(self) -> Path:
        """Compile the runtime, unless it is, and return the machine's `java`.

        Raises:
            JavaUnavailable: as from `find`; or the runtime can't be compiled, or the roots be read.
        """
        with self._lock:
            java = self.find()
            if not self._is_prepared:
                self._folder.mkdir(parents=True, exist_ok=True)
                if not _COMPILED.is_file():
                    self._compile(java)
                self._write_trust_store()
                self._is_prepared = True
            return java

    def prepare_early(self) -> None:
        """Begin to compile the runtime, as a first invocation has little time for it."""
        threading.Thread(target=self._prepare_quietly, daemon=True).start()

    def starter(self, code: Path, layers: Sequence[Path]) -> str:
        """Return the shell script that runs the handler of a function's unpacked code.

        Known (Lambda Developer Guide, "Deploy Java Lambda functions with .zip or JAR file archives"
        and "Packaging your layer content"): classes are at the root, jars in `lib`, and in
        `java/lib` of layers.

        Raises:
            JavaUnavailable: see `prepare`.
        """
        java = self.prepare()
        places = [code, code / "lib" / "*", *(each / "java" / "lib" / "*" for each in layers)]
        class_path = os.pathsep.join(map(str, [*places, self._classes]))
        command = shlex.join([str(java), *_OPTIONS, *self._properties(), "-cp", class_path, _MAIN])
        # The JVM doesn't take its user's home from HOME.
        own = '-Duser.home="$HOME" -Djava.io.tmpdir="${TMPDIR:-/tmp}"'
        first, rest = command.split(" ", 1)
        folder = shlex.quote(str(code))
        return f"#!/bin/sh\ncd {folder}\nLAMBDA_TASK_ROOT={folder} exec {first} {own} {rest}\n"

    def _compile(self, java: Path) -> None:
        sources = map(str, sorted(_SOURCES.rglob("*.java")))
        options = ("-proc:none", "-nowarn", "-encoding", "UTF-8", "-d", str(self._classes))
        _succeed([str(java), *_OPTIONS, *_COMPILER, *options, *sources])

    def _write_trust_store(self) -> None:
        try:
            store = trust_store(self._bundle.read_text(encoding="latin-1"))
            self._trust_store.write_bytes(store)
        except (OSError, ValueError) as error:
            raise JavaUnavailable(f"the roots in {self._bundle} can't be used ({error})") from error

    def _properties(self) -> list[str]:
        """What leads clients that know no AWS_ENDPOINT_URL to the cloud: AWS's SDK for Java v1.

        Its ClientConfiguration reads the JVM's proxy, as `java.net.http` and others do.
        """
        port = self._hosts.port()
        found = [
            f"-Djavax.net.ssl.trustStore={self._trust_store}",
            "-Djavax.net.ssl.trustStoreType=JKS",
            "-Dhttps.proxyHost=127.0.0.1",
            f"-Dhttps.proxyPort={port}",
        ]
        if not self._is_led_to_proxy:
            return [*found, f"-Dhttp.nonProxyHosts={_NOT_PROXIED}"]
        # The proxy tells the cloud by its port, which Java can't.
        # An empty value: any other has loopback added (JDK, sun.net.spi.DefaultProxySelector).
        return [*found, "-Dhttp.proxyHost=127.0.0.1", f"-Dhttp.proxyPort={port}",
                "-Dhttp.nonProxyHosts="]  # fmt: skip

    def _path(self) -> str | None:
        return str(Path(self._home, "bin")) if self._home else None

    def _prepare_quietly(self) -> None:
        with suppress(JavaUnavailable):  # whoever invokes the function is told
            self.prepare()

    @property
    def _classes(self) -> Path:
        return _COMPILED if _COMPILED.is_file() else self._folder / "classes"

    @property
    def _trust_store(self) -> Path:
        return self._folder / "trust.jks"


def _succeed(command: Sequence[str]) -> None:
    done = _run(command)
    if done.returncode != 0:
        raise JavaUnavailable(f"{command[0]} can't prepare the runtime: {done.stderr.strip()}")


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - the user's own
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise JavaUnavailable(f"{command[0]} can't be run ({error}). {_HINT}") from error
