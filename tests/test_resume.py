"""A run that is stopped, even by force and at the worst moment, goes on and ends the same to the bit."""

import signal

import pytest

from parecon.base.folders import partial_of
from parecon.economy.generate import book
from parecon.economy.write import write_folder

from command import WITHOUT_PAGE, one_object, parecon, refused

IN_ROUND = """
import os
from parecon.planning.round import Councils
answer = Councils.answer
def sabotaged(self, log_price, earlier, number=1):
    if number == {number} and self.economy.name.startswith("book-300"):
        os.kill(os.getpid(), {signal})
    return answer(self, log_price, earlier, number)
Councils.answer = sabotaged
"""
IN_TABLE = """
import os, pathlib
write = pathlib.Path.write_bytes
def sabotaged(self, content):
    if self.stem != "workers":
        return write(self, content)
    write(self, content[:100])
    os.kill(os.getpid(), 9)
pathlib.Path.write_bytes = sabotaged
"""
IN_CHECKPOINT = """
import os, numpy, parecon.base.keeping
parecon.base.keeping.SHARE_OF_TIME = 0
savez = numpy.savez
def sabotaged(file, **columns):
    savez(file, **columns)
    if len(columns["price"]) == 1:
        return
    file.truncate(50)
    file.flush()
    os.kill(os.getpid(), 9)
numpy.savez = sabotaged
"""
AT_THE_END = """
import os, shutil
rmtree = shutil.rmtree
def sabotaged(folder, **options):
    if str(folder).endswith(".partial"):
        os.kill(os.getpid(), 9)
    rmtree(folder, **options)
shutil.rmtree = sabotaged
"""
WHILE_KEEPING = """
import os, signal, numpy, parecon.base.keeping
parecon.base.keeping.SHARE_OF_TIME = 0
savez = numpy.savez
def sabotaged(file, **columns):
    savez(file, **columns)
    if len(columns["price"]) >= 3:
        os.kill(os.getpid(), signal.SIGINT)
numpy.savez = sabotaged
"""
AND_AGAIN = """
import parecon.cli, parecon.cli.job, signal
def again(function):
    def stopped_again(*arguments, **named):
        signal.raise_signal(signal.SIGINT)
        made = function(*arguments, **named)
        signal.raise_signal(signal.SIGTERM)
        return made
    return stopped_again
parecon.cli.job.tidy = again(parecon.cli.job.tidy)
parecon.cli.job._how_to_go_on = again(parecon.cli.job._how_to_go_on)
parecon.cli._say = again(parecon.cli._say)
"""
WHEN_SHOWN = """
import os, signal, parecon.cli.plan
in_words = parecon.cli.plan._as_one_object
def sabotaged(*arguments):
    os.kill(os.getpid(), signal.SIGINT)
    return in_words(*arguments)
parecon.cli.plan._as_one_object = sabotaged
"""
TABLES = ("goods", "rounds", "workers", "consumption", "incomes")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    economy = book(worker_councils=300, consumer_councils=100, kinds=5)
    return write_folder(economy, tmp_path_factory.mktemp("in") / "tiny")


@pytest.fixture(scope="module")
def whole(tiny, tmp_path_factory):
    """Runs that nobody stopped, by rule."""
    made = {}

    def run(*rules):
        if rules not in made:
            made[rules] = tmp_path_factory.mktemp("whole") / "run"
            parecon(*command(tiny, made[rules], *rules), before=WITHOUT_PAGE)
        return made[rules]

    return run


def command(economy, out, rule, beside=None):
    return ["plan", economy, "--rule", rule, *(["--beside", beside] if beside else []), "--out", out, "--json"]


def same_to_the_bit(one, other):
    return all((one / f"{name}.parquet").read_bytes() == (other / f"{name}.parquet").read_bytes() for name in TABLES)


@pytest.mark.parametrize(("rules", "number"), [
    (("anderson", "book-2021"), 20),
    (("predictive",), 2),
])
def test_killed_in_a_round(rules, number, tiny, whole, tmp_path):
    out = tmp_path / "run"
    before = WITHOUT_PAGE + IN_ROUND.format(number=number, signal=9)
    killed = parecon(*command(tiny, out, *rules), before=before)
    assert killed.returncode == -signal.SIGKILL
    assert not out.exists()
    told = one_object(parecon(*command(tiny, out, *rules), before=WITHOUT_PAGE))
    plans = [told, *told["beside"]]
    assert plans[-1]["resumed_after_rounds"] > 0
    assert all(each["resumed_after_rounds"] < each["rounds"] for each in plans)
    assert same_to_the_bit(out, whole(*rules))
    assert not partial_of(out).exists()


@pytest.mark.parametrize("sabotage", [IN_TABLE, IN_CHECKPOINT])
def test_killed_in_the_middle_of_writing(sabotage, tiny, whole, tmp_path):
    out = tmp_path / "run"
    killed = parecon(*command(tiny, out, "anderson"), before=WITHOUT_PAGE + sabotage)
    assert killed.returncode == -signal.SIGKILL
    assert not out.exists()
    told = one_object(parecon(*command(tiny, out, "anderson"), before=WITHOUT_PAGE))
    assert told["resumed_after_rounds"] > 0
    assert same_to_the_bit(out, whole("anderson"))
    assert sorted(file.name for file in out.iterdir()) == sorted(file.name for file in whole("anderson").iterdir())


def test_killed_when_all_is_written_is_finished(tiny, whole, tmp_path):
    out = tmp_path / "run"
    killed = parecon(*command(tiny, out, "anderson"), before=WITHOUT_PAGE + AT_THE_END)
    assert killed.returncode == -signal.SIGKILL
    assert same_to_the_bit(out, whole("anderson"))
    again = parecon(*command(tiny, out, "anderson"), before=WITHOUT_PAGE)
    assert one_object(again)["resumed_after_rounds"] == 0
    assert not partial_of(out).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop(number, tiny, whole, tmp_path):
    out = tmp_path / "run"
    before = WITHOUT_PAGE + IN_ROUND.format(number=7, signal=int(number))
    stopped = parecon(*command(tiny, out, "anderson"), before=before)
    assert stopped.returncode == 130
    assert stopped.stdout == ""
    again = f"parecon plan {tiny} --rule anderson --out {out} --json"
    kept = f"the rounds so far are kept in {partial_of(out)}"
    assert stopped.stderr == f"parecon: stopped; {kept}; to go on: {again}\n"
    told = one_object(parecon(*command(tiny, out, "anderson"), before=WITHOUT_PAGE))
    assert told["resumed_after_rounds"] == 6
    assert same_to_the_bit(out, whole("anderson"))


@pytest.mark.parametrize("first", [IN_ROUND.format(number=7, signal=int(signal.SIGINT)), WHILE_KEEPING])
def test_asked_to_stop_again_and_again_it_still_stops_well(first, tiny, whole, tmp_path):
    out = tmp_path / "run"
    stopped = parecon(*command(tiny, out, "anderson"), before=WITHOUT_PAGE + AND_AGAIN + first)
    assert stopped.returncode == 130, stopped.stderr
    assert stopped.stderr.startswith(f"parecon: stopped; the rounds so far are kept in {partial_of(out)}; to go on: ")
    assert len(stopped.stderr.splitlines()) == 1
    assert {file.name for file in partial_of(out).iterdir()} == {"asked.json", "lock", "anderson.npz"}
    told = one_object(parecon(*command(tiny, out, "anderson"), before=WITHOUT_PAGE))
    assert told["resumed_after_rounds"] > 0
    assert same_to_the_bit(out, whole("anderson"))


def test_asked_to_stop_when_all_is_written_it_is_finished(tiny, tmp_path):
    done = parecon(*command(tiny, tmp_path / "run", "anderson"), before=WITHOUT_PAGE + WHEN_SHOWN)
    assert done.returncode == 0, done.stderr
    assert one_object(done)["converged"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"decided": 3}'])
def test_what_a_stopped_run_had_been_asked_must_be_readable(content, tiny, tmp_path):
    out = tmp_path / "run"
    before = WITHOUT_PAGE + IN_ROUND.format(number=7, signal=9)
    parecon(*command(tiny, out, "anderson"), before=before)
    (partial_of(out) / "asked.json").write_text(content)
    line = refused(parecon(*command(tiny, out, "anderson")))
    assert f"{partial_of(out) / 'asked.json'}: the whole file: found " in line
    assert f"(or remove {partial_of(out)} to begin anew)" in line


def test_stopped_before_there_is_anything_to_keep(tiny, tmp_path):
    out = tmp_path / "run"
    before = WITHOUT_PAGE + IN_ROUND.format(number=1, signal=int(signal.SIGINT))
    stopped = parecon(*command(tiny, out, "anderson"), before=before)
    assert stopped.returncode == 130
    assert "nothing is kept yet" in stopped.stderr
    assert not list(tmp_path.iterdir())


def test_a_run_that_was_asked_something_else_is_not_gone_on_with(tiny, tmp_path):
    out = tmp_path / "run"
    before = WITHOUT_PAGE + IN_ROUND.format(number=7, signal=9)
    parecon(*command(tiny, out, "anderson"), before=before)
    line = refused(parecon(*command(tiny, out, "anderson"), "--threshold", 0.1))
    assert f"{partial_of(out)}: a run that was stopped: found threshold 0.05, expected threshold 0.1" in line
    assert partial_of(out).exists()
