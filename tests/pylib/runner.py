"""Runs named cases, each in a process of its own with a time limit.

A case is a function that takes a Case; it fails by raising. What it started
with Case.spawn() is stopped, and what it deferred is undone, however it ends.
One line a case: `ok NAME 3.2s`, `FAIL NAME why`, `skip NAME why`; after a
failure the end of each log. The last line: `N passed, N failed`.
"""
import argparse
import fnmatch
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

TAIL_LINES = 15
MAX_CAPTURE = 64 * 1024 * 1024


class Failure(Exception):
    """The case failed; the text says why."""


class Skip(Exception):
    """The case cannot run here; the text says why."""


class Process:
    """A program that a case started: its log, its end, its JSON lines."""

    def __init__(self, case, argv, name, env=None, cwd=None, stdin=None,
                 preexec=None):
        self.case, self.name, self.argv = case, name, argv
        self.out_path = case.path("logs", name + ".out")
        self.err_path = case.path("logs", name + ".err")
        with open(self.out_path, "ab") as out, open(self.err_path, "ab") as err:
            err.write(b"$ " + " ".join(argv).encode(errors="replace") + b"\n")
            err.flush()
            self.popen = subprocess.Popen(
                argv, stdin=stdin or subprocess.DEVNULL, stdout=out,
                stderr=err, env=env, cwd=cwd, preexec_fn=preexec)
        self.pid = self.popen.pid
        case.defer(self.stop)

    def alive(self):
        return self.popen.poll() is None

    def signal(self, number):
        if self.alive():
            self.popen.send_signal(number)

    def wait(self, limit=None, what=None):
        """The exit status; negative for a signal."""
        limit = min(limit or self.case.left(), self.case.left())
        try:
            return self.popen.wait(max(limit, 0.01))
        except subprocess.TimeoutExpired:
            raise Failure("%s did not end within %.0f s"
                          % (what or self.name, limit)) from None

    def stop(self, patience=5):
        """Ask it to end, then make it."""
        for number, limit in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
            self.signal(number)
            try:
                return self.popen.wait(limit)
            except subprocess.TimeoutExpired:
                continue
        return None

    def kill(self):
        self.signal(signal.SIGKILL)
        self.popen.wait(5)

    def out(self):
        return _read(self.out_path)

    def err(self):
        """What it wrote to standard error; not our own first line."""
        return _read(self.err_path).split("\n", 1)[-1]

    def json_lines(self):
        """The objects on its standard output; a last line that is still
        being written is left out."""
        lines = self.out().split("\n")[:-1]
        return [json.loads(line) for line in lines if line]


def _read(path):
    with open(path, "rb") as file:
        return file.read(MAX_CAPTURE).decode("utf-8", "surrogateescape")


class Case:
    """What a running case has: a folder, a deadline, and an undo list."""

    def __init__(self, name, folder, limit):
        self.name, self.folder = name, folder
        self.deadline = time.monotonic() + limit
        self.undo = []
        os.makedirs(os.path.join(folder, "logs"))

    def path(self, *parts):
        """A path in the case's folder; the folders above it exist."""
        path = os.path.join(self.folder, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def new_dir(self, *parts):
        path = self.path(*parts)
        os.makedirs(path)
        return path

    def left(self):
        return self.deadline - time.monotonic()

    def defer(self, function, *args):
        self.undo.append((function, args))

    def cleanup(self):
        while self.undo:
            function, args = self.undo.pop()
            try:
                function(*args)
            except Exception:
                traceback.print_exc()

    def spawn(self, argv, name=None, **options):
        name = name or os.path.basename(argv[0])
        return Process(self, [str(a) for a in argv], name, **options)

    def wait_for(self, question, what, limit=None, step=0.05):
        """Ask until the answer is true; return it. Fails at the limit."""
        end = min(self.deadline, time.monotonic() + (limit or self.left()))
        while True:
            answer = question()
            if answer:
                return answer
            if time.monotonic() > end:
                raise Failure("waited in vain for " + what)
            time.sleep(step)

    def equal(self, found, wanted, what):
        if found != wanted:
            raise Failure("%s: %r, wanted %r" % (what, found, wanted))

    def check(self, condition, why):
        if not condition:
            raise Failure(why)

    def same_files(self, torrent, folder, ignore=(), empty=True, limit=5):
        """Compare byte by byte. A client may say that it is done a moment
        before it has written and renamed all: wait for that a little."""
        end = min(self.deadline, time.monotonic() + limit)
        while True:
            wrong = torrent.differences(folder, ignore, empty)
            if not wrong:
                return
            if time.monotonic() > end:
                raise Failure("%s: %s" % (os.path.basename(folder),
                                          "; ".join(wrong[:4])))
            time.sleep(0.2)


class Runner:
    """The cases of one program, and its command line."""

    def __init__(self, about):
        self.cases = []
        self.parser = argparse.ArgumentParser(description=about)
        self.parser.add_argument("--list", action="store_true",
                                 help="print the names of the cases")
        self.parser.add_argument("--only", metavar="PATTERN", action="append",
                                 help="run the cases that match, as a shell "
                                 "pattern or part of a name")
        self.parser.add_argument("-j", "--jobs", type=int, default=1)
        self.parser.add_argument("--keep", metavar="DIR",
                                 help="keep all folders and logs below DIR")

    def add(self, name, function, limit=60, alone=False):
        """alone: nothing else runs meanwhile (it measures, or loads much)."""
        self.cases.append((name, function, limit, alone))

    def case(self, name=None, limit=20, alone=False):
        """The same as a decorator."""
        def keep(function):
            self.add(name or function.__name__.replace("_", "-"), function,
                     limit, alone)
            return function
        return keep

    def chosen(self, patterns):
        if not patterns:
            return list(self.cases)
        return [c for c in self.cases
                if any(p in c[0] or fnmatch.fnmatch(c[0], p)
                       for p in patterns)]

    def main(self, args):
        cases = self.chosen(args.only)
        if args.list:
            print("\n".join(c[0] for c in cases))
            return 0
        if not cases:
            print("no case matches", file=sys.stderr)
            return 1
        root = args.keep or tempfile.mkdtemp(prefix="tessera-test-")
        os.makedirs(root, exist_ok=True)
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            return self._run_all(cases, root, args)
        finally:
            if not args.keep:
                shutil.rmtree(root, ignore_errors=True)

    def _run_all(self, cases, root, args):
        results, begun = [], time.monotonic()
        queue, running = list(cases), []
        try:
            while queue or running:
                if queue and len(running) < args.jobs and not (
                        running and (queue[0][3] or running[0].alone)):
                    running.append(_Running(queue.pop(0), root))
                for job in [j for j in running if j.ended()]:
                    running.remove(job)
                    results.append(job.report(bool(args.keep)))
                time.sleep(0.01)
        finally:
            for job in running:
                job.abandon()
        failed = sum(r == "FAIL" for r in results)
        skipped = sum(r == "skip" for r in results)
        print("%.0f s%s" % (time.monotonic() - begun, ", %d skipped" % skipped
                            if skipped else ""))
        print("%d passed, %d failed" % (results.count("ok"), failed))
        return 1 if failed else 0


def _interrupt(number, _frame):
    raise KeyboardInterrupt("signal %d" % number)


class _Running:
    """One case in its forked process, which leads a process group."""
    GRACE_S = 20

    def __init__(self, case, root):
        self.name, function, self.limit, self.alone = case
        self.folder = os.path.join(root, self.name)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.result_path = os.path.join(self.folder, "result")
        self.begun = time.monotonic()
        self.status = None
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._child(function)

    def _child(self, function):
        os.setpgid(0, 0)
        kind, why = "FAIL", "ended without a word"
        case = Case(self.name, self.folder, self.limit)
        stop = threading.Timer(self.limit + self.GRACE_S / 2, os.kill,
                               (os.getpid(), signal.SIGTERM))
        stop.daemon = True
        stop.start()
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            function(case)
            kind, why = "ok", ""
        except Skip as skip:
            kind, why = "skip", str(skip)
        except Failure as failure:
            why = str(failure)
        except KeyboardInterrupt:
            why = "took more than %.0f s" % self.limit
        except BaseException as error:
            why = "%s: %s" % (type(error).__name__, error)
            with open(case.path("logs", "traceback"), "w") as out:
                traceback.print_exc(file=out)
        finally:
            case.cleanup()
            with open(self.result_path, "w") as out:
                out.write(kind + "\n" + why)
            os._exit(0)

    def ended(self):
        pid, self.status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            return True
        if time.monotonic() - self.begun > self.limit + self.GRACE_S:
            self.abandon()
            return True
        return False

    def abandon(self):
        """Nothing of it may go on: it and all that it started."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass

    def report(self, keep):
        try:
            with open(self.result_path, errors="replace") as file:
                kind, why = file.read().split("\n", 1)
        except OSError:
            kind, why = "FAIL", "took more than %.0f s, or crashed" % self.limit
        print("%s %s %s" % (kind, self.name,
                            why.replace("\n", " ") if why else
                            "%.1fs" % (time.monotonic() - self.begun)),
              flush=True)
        if kind == "FAIL":
            _print_tails(os.path.join(self.folder, "logs"))
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        return kind


def _print_tails(folder):
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            lines = file.read(MAX_CAPTURE).splitlines()[-TAIL_LINES:]
        if lines:
            print("    -- %s" % name)
        for line in lines:
            text = line[:300].decode("utf-8", "replace")
            print("    | " + "".join(c if c.isprintable() else "?"
                                     for c in text))
    sys.stdout.flush()
