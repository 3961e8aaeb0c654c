"""Files of the published experiments are read as an outside program reads them, and told what is wrong with them."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import demplan
import numpy as np
import pytest

from parecon.base.errors import BadInput
from parecon.economy.forms import Map, read_forms
from parecon.economy.generate import book
from parecon.economy.goods import Kind
from parecon.economy.model import Economy
from parecon.economy.read import read

INDUSTRY = {Kind.PRIVATE: 0, Kind.INTERMEDIATE: 1, Kind.PUBLIC: 2}
WORKER = ("{:effort 0.5, :labor-exponents [0.3], :industry %d, :output 0, :s 1, :du 3.5, :c 0.05, :product 1, "
          ":production-inputs [[1] [] [1]], :input-exponents [1/4], :toothache false, :nature-exponents [], :a 5}")
CONSUMER = "{:effort 1, :num-workers 10, :utility-exponents [0.1], :public-good-exponents (2e-1), :income 5000}"
OURS = {"private_good": "private", "public_good": "public", "natural_resource": "nature", "labor": "labour"}
COUNCILS = f"(def ccs [{CONSUMER}])\n(def wcs\n[" + "\n".join(WORKER % industry for industry in range(3)) + "])\n"


def written(economy: Economy, kinds: int) -> str:
    """An economy of the generator in the form of the published files."""
    def numbers(values: np.ndarray) -> str:
        return "[" + "\n   ".join(repr(value) for value in values.tolist()) + "]"
    kind_of = [Kind(kind) for kind in economy.goods.kind]
    consumers = [f"{{:effort 1,\n :num-workers 10,\n :utility-exponents\n {numbers(taste[:kinds])},\n :cy 1,\n "
                 f":public-good-exponents\n {numbers(taste[kinds:])},\n :public-good-demands [0],\n :income {income}}}"
                 for taste, income in zip(economy.consumers.taste, economy.consumers.income, strict=True)]
    workers, councils = economy.workers, []
    for row, product in enumerate(workers.product):
        recipe = slice(workers.input_start[row], workers.input_start[row + 1])
        good, exponent = workers.input_good[recipe], workers.input_exponent[recipe]
        of = [economy.goods.kind[good] == kind for kind in (Kind.INTERMEDIATE, Kind.NATURE, Kind.LABOUR)]
        inputs = " ".join(numbers(good[chosen] % kinds + 1) for chosen in of)
        powers = [numbers(exponent[chosen]) for chosen in of]
        councils.append(
            f"{{:effort 0.5,\n :labor-exponents {powers[2]},\n :industry {INDUSTRY[kind_of[product]]},\n"
            f" :s {workers.effort_disutility_scale[row]}, :du {workers.effort_disutility_exponent[row]},"
            f" :c {workers.effort_exponent[row]},\n :product {product % kinds + 1}, :production-inputs [{inputs}],\n"
            f" :input-exponents\n {powers[0]}, :nature-exponents {powers[1]}, :a {np.exp(workers.log_scale[row])}}}")
    return ("(ns experiment)\n\n(def ccs \n[" + "\n ".join(consumers) + "])\n\n"
            "(def wcs\n[" + "\n ".join(councils) + "])\n")


def same_as_outside(economy: Economy, outside: demplan.Economy) -> None:
    """Every column of the outside program's reading is ours."""
    workers, consumers = economy.workers, economy.consumers
    assert [Kind(kind).name.lower() for kind in economy.goods.kind] == [
        OURS.get(word, word) for word in outside.commodity_extra["hahnel_kind"]]
    for ours, theirs in (
            (economy.goods.endowment, outside.endowment), (workers.input_start, outside.input_offsets),
            (workers.input_good, outside.input_commodity), (workers.input_exponent, outside.input_coefficient),
            (workers.product, outside.output_commodity), (workers.log_scale, np.log(outside.technology_scale)),
            (workers.effort_exponent, outside.unit_extra["effort_c"]),
            (workers.effort_disutility_exponent, outside.unit_extra["effort_k"]),
            (workers.effort_disutility_scale, outside.unit_extra["effort_s"]),
            (consumers.income, outside.consumer_extra["entitlement"]),
            (consumers.taste, outside.consumer_extra["utility_exponent"]),
            (consumers.taste_good, outside.consumer_extra["utility_exponent_commodity"])):
        np.testing.assert_array_equal(ours, np.reshape(theirs, np.shape(ours)))


@pytest.mark.parametrize("ending", ["clj", "cljs", "clj.gz", "cljs.gz"])
def test_a_published_file_is_read_as_an_outside_program_reads_it(ending: str, tmp_path: Path) -> None:
    economy = book(120, 50, kinds=4, seed=7)
    path = tmp_path / f"experiment.{ending}"
    text = written(economy, 4).encode()
    path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    packed = tmp_path / "outside.clj.gz"  # the only form that the outside program reads
    packed.write_bytes(gzip.compress(text))
    same_as_outside(read(path), demplan.load_dep1ex(packed))


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    economy = book(120, 50, kinds=4, seed=7)
    (tmp_path / "e.clj").write_text(written(economy, 4))
    again = read(tmp_path / "e.clj")
    for column in ("product", "input_start", "input_good", "input_exponent", "effort_exponent"):
        np.testing.assert_array_equal(getattr(economy.workers, column), getattr(again.workers, column))
    np.testing.assert_allclose(again.workers.log_scale, economy.workers.log_scale, rtol=1e-15)
    np.testing.assert_array_equal(economy.consumers.taste, again.consumers.taste)
    assert again.goods.code == economy.goods.code
    assert again.goods.start_price.tolist() == economy.goods.start_price.tolist()
    assert again.consumers.members.tolist() == [10] * 50


def test_a_small_set_is_read_in_a_second(tmp_path: Path) -> None:
    path = tmp_path / "small.clj"
    path.write_text(written(book(3000, 3000, kinds=10), 10))
    best = np.inf
    for _ in range(3):
        start = time.process_time()
        read(path)
        best = min(best, time.process_time() - start)
    assert best < 1


STYLES = {
    "lists": COUNCILS.replace("[[1] [] [1]]", "'((1) () (1))").replace("[0.1]", "'(0.1)"),
    "commas": COUNCILS.replace("[[1] [] [1]]", "[[1,], [], [1]],"),
    "comments": COUNCILS.replace("[[1] [] [1]]", "[[1 ; } ] one\n] [] [#_2 1]]"),
    "metadata": COUNCILS.replace("def ccs", 'def ^{:doc "the (consumers"} ^:export ccs'),
    "other names": COUNCILS.replace("ccs", "eaters").replace("wcs", "makers"),
    "in one map": "(def economy {:w [" + " ".join(WORKER % i for i in range(3)) + f"] :c #{{{CONSUMER}}}}})",
    "discarded": COUNCILS.replace("(def wcs\n[", "(def wcs\n[#_" + WORKER % 0 + f" #_ #_ [{WORKER % 1}] {CONSUMER}"),
    "commented out": COUNCILS + f"(comment {WORKER % 0})",
    "numbers": COUNCILS.replace("1/4", "25e-2M").replace(":a 5", ":a 5N").replace("[0.3]", "[+.3]"),
    "letters and texts": COUNCILS + r'(def other {:letter \[ :text "a \" ( b" :when #inst "2021-01-01"})',
}


@pytest.mark.parametrize("style", STYLES)
def test_clojure_may_be_written_in_many_ways(style: str, tmp_path: Path) -> None:
    (tmp_path / "a.clj").write_text(STYLES[style])
    economy = read(tmp_path / "a.clj")
    assert economy.goods.code == ("private-1", "public-1", "intermediate-1", "labour-1")
    assert sorted(economy.workers.product.tolist()) == [0, 1, 2]
    assert economy.workers.input_good.tolist() == [2, 3] * 3
    assert economy.workers.input_exponent.tolist() == [0.25, 0.3] * 3
    assert economy.consumers.taste.tolist() == [[0.1, 0.2]]
    assert economy.workers.log_scale == pytest.approx(np.log(5))


def test_forms_are_nested_as_they_stand() -> None:
    (form,) = read_forms("text", "(a {:b [1 -2.5e3] :c {:d (x [1])}})")
    assert form[0] == "a"
    assert isinstance(form[1], Map)
    assert form[1].entries[":b"].tolist() == [1, -2500]
    assert form[1].entries[":c"].entries[":d"][0] == "x"


WRONG = {
    "never closed": (COUNCILS[:-3], "line 3: found [ that is never closed, expected a matching ]"),
    "outermost never closed": (COUNCILS[:-2], "line 2: found ( that is never closed, expected a matching )"),
    "closed too often": (COUNCILS + ")", "line 6: found ), expected no closing bracket"),
    "wrong bracket": (COUNCILS.replace("[0.1]", "[0.1)"), "line 1: found ), expected ]"),
    "wrong outer bracket": (COUNCILS.replace("[1]]", "[1])"), "line 3: found ), expected ] for the [ of line 3"),
    "open text": (COUNCILS + '(def a "b)', 'line 6: found "'),
    "half a map": (COUNCILS.replace(":income 5000", ":income"), "found a map of 9 forms"),
    "no number": (COUNCILS.replace("[0.3]", "[0.3.1]"), "line 3: found '0.3.1', expected a number"),
    "no ratio": (COUNCILS.replace("1/4", "1/0"), "line 3: found 1/0, expected a number"),
    "no income": (COUNCILS.replace(":income", ":wage"), "line 1, :income: found nothing, expected a number"),
    "a word as income": (COUNCILS.replace("5000", "much"), "line 1, :income: found much, expected a number"),
    "too few exponents": (COUNCILS.replace("[1/4]", "[]"),
                          "line 3, :input-exponents: found 0 numbers, expected one for each"),
    "no exponents": (COUNCILS.replace(":nature-exp", ":natural-exp"), "line 3, :nature-exponents: found no list"),
    "four kinds of input": (COUNCILS.replace("[1]]", "[1] [1]]"), "line 3, :production-inputs: found 4 lists"),
    "input number 0": (COUNCILS.replace("[[1]", "[[0]"), "line 3, :production-inputs: found 0.0"),
    "product and a half": (COUNCILS.replace(":product 1", ":product 1.5"), "line 3, :product: found 1.5"),
    "industry 3": (COUNCILS.replace(":industry 2", ":industry 3"), "line 5, :industry: found 3.0"),
    "scale 0": (COUNCILS.replace(":a 5", ":a 0"), "line 3, :a: found 0.0"),
    "negative exponent": (COUNCILS.replace("[0.3]", "[-0.3]"), "line 3, column exponent: found -0.3"),
    "nobody makes it": (COUNCILS.replace(":industry 1", ":industry 0"),
                        "(intermediate-1): found a good used by the council of line 3 that nobody makes"),
    "negative taste": (COUNCILS.replace("[0.1]", "[-0.1]"), "line 1 (private-1), column taste: found -0.1"),
    "negative income": (COUNCILS.replace("5000", "-5000"), "line 1, column income: found -5000"),
    "uneven tastes": (COUNCILS.replace("[{:effort 1", "[" + CONSUMER.replace("[0.1]", "[0.1 1]") + "\n{:effort 1"),
                      "line 2, :utility-exponents: found 1 numbers, expected 2"),
    "no councils": ("(ns nothing)", "found no council"),
}


@pytest.mark.parametrize("case", WRONG)
def test_clojure_that_cannot_be_used_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    text, words = WRONG[case]
    (tmp_path / "a.clj").write_text(text)
    with pytest.raises(BadInput) as error:
        read(tmp_path / "a.clj")
    assert words in str(error.value)


def test_clojure_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.clj").write_bytes(b"(ns a)\n; \xff\n")
    with pytest.raises(BadInput, match="line 2: found byte 0xff"):
        read(tmp_path / "a.clj")


def test_brackets_in_great_depth_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.clj").write_text("[" * 200_000)
    with pytest.raises(BadInput, match="never closed"):
        read(tmp_path / "a.clj")
