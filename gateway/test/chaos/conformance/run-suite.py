"""Runs one script, or one folder of pytest files, of a public MQTT suite exactly as it is and prints a JSON line per event.

    run-suite.py script FOLDER NAME HOST PORT [DONE…]     the script's own main, with unittest's runner replaced by ours
    run-suite.py pytest FOLDER NAME HOST PORT [DONE…]     pytest on FOLDER/NAME with the suite's own --host and --port

DONE: tests to leave out, since they ran before or never end.

Events: {"plan": [tests]}, {"start": test}, {"end": test, "outcome": "passed|failed|skipped", "text": what it printed},
{"broken": why no further test can run}.
"""

import io
import json
import os
import runpy
import sys
import traceback
import unittest

kind, folder, name, host, port = sys.argv[1:6]
done = set(sys.argv[6:])
os.chdir(folder)
sys.path.insert(0, folder)
sys.dont_write_bytecode = True
wire = os.fdopen(os.dup(1), "w", encoding="utf-8")
printed = io.StringIO()


def emit(**event):
    wire.write(json.dumps(event) + "\n")
    wire.flush()


def start(test):
    printed.seek(0)
    printed.truncate()
    emit(start=test)


def end(test, outcome, text=""):
    emit(end=test, outcome=outcome, text=(printed.getvalue() + text)[-8000:])


class Result(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        start(test._testMethodName)

    def addSuccess(self, test):
        end(test._testMethodName, "passed")

    def addFailure(self, test, err):
        end(test._testMethodName, "failed", "".join(traceback.format_exception(*err)))

    def addError(self, test, err):
        text = "".join(traceback.format_exception(*err))
        if hasattr(test, "_testMethodName"):
            end(test._testMethodName, "failed", text)
        else:
            emit(broken=text)

    def addSkip(self, test, reason):
        end(test._testMethodName, "skipped", reason)


def run_tests(*_args, **_kwargs):
    groups = unittest.TestLoader().loadTestsFromModule(sys.modules["__main__"])
    tests = [test for group in groups for test in group if test._testMethodName not in done]
    emit(plan=[test._testMethodName for test in tests])
    unittest.TestSuite(tests).run(Result())


def short(item):
    return item.split("/")[-1]


class Plugin:
    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if short(item.nodeid) not in done]
        # pytest 5, for which the suite was written, takes this word and ignores it; pytest 9 fails the test instead of skipping it.
        for mark in (mark for item in items for mark in item.iter_markers("skip")):
            mark.kwargs.pop("strict", None)

    def pytest_collection_finish(self, session):
        emit(plan=[short(item.nodeid) for item in session.items])

    def pytest_runtest_logstart(self, nodeid):
        start(short(nodeid))
        self.outcome, self.text = "passed", ""

    def pytest_runtest_logreport(self, report):
        if report.failed or (report.skipped and self.outcome == "passed"):
            self.outcome = "failed" if report.failed else "skipped"
            self.text += str(report.longrepr)

    def pytest_runtest_logfinish(self, nodeid):
        end(short(nodeid), self.outcome, self.text)


def run():
    if kind == "script":
        unittest.main = run_tests
        # In the short form "-h" would be taken for "--help".
        sys.argv = [name, "--hostname", host, "--port", port]
        runpy.run_path(name, run_name="__main__")
    else:
        import pytest

        pytest.main(["-p", "no:cacheprovider", "-q", name, "--host", host, "--port", port], plugins=[Plugin()])


sys.stdout = sys.stderr = printed
try:
    run()
except BaseException:
    emit(broken=printed.getvalue()[-4000:] + traceback.format_exc())
wire.flush()
# Threads of the suite's clients may still wait for a socket.
os._exit(0)
